from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mlgitops.core.patterns import later


def test_it_answers_as_the_pattern_does() -> None:
    pattern = later("(a+)(?:b|$)", re.IGNORECASE)
    for _ in range(2):
        found = pattern.search("xAAb")
        assert found is not None
        assert found[1] == "AA"
        assert pattern.fullmatch("ab!") is None
    assert pattern.pattern == "(a+)(?:b|$)"
    assert pattern.sub("-", "abab") == "--"


def test_a_broken_pattern_is_told_when_it_is_asked() -> None:
    pattern = later("(")
    with pytest.raises(re.error, match="missing"):
        pattern.search("")


def test_ascii_is_read_without_the_sets_of_other_characters() -> None:
    program = (
        "from mlgitops.core.entries import _UNSAFE, require_safe\n"
        "from mlgitops.core.yaml import characters\n"
        "from mlgitops.core.yaml.read import load\n"
        "require_safe('environments/dev/state/a.yaml')\n"
        "assert load(b'a: {b: c}', 'x') == {'a': {'b': 'c'}}\n"
        "print(*('search' in vars(one) for one in (_UNSAFE, characters.RAW, characters.KEY)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False False False\n"
