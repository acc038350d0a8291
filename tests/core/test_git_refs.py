from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from mlgitops.core import git_refs

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    *["main", "a/b", "a//b", "/a", "a/", "a.", ".a", "a/.b", "a..b", "a.lock", "a.lock/b", "a.lockb", "a b", "a~b"],
    *[
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a]b",
        "a\\b",
        "a@{b",
        "a@b",
        "@",
        "{",
        "-a",
        "a/-b",
        "a-",
        "HEAD",
        "refs",
        "é",
        "a\tb",
    ],
    *["a\n", "a\x7fb", "mlgitops/promote/staging/prod.challenger/team.risk", "x" * 300],
]


@pytest.mark.parametrize("name", NAMES)
def test_as_git_judges(tmp_path: Path, name: str) -> None:
    def accepts(*arguments: str) -> bool:
        command = ["git", "check-ref-format", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert git_refs.is_valid_ref(f"refs/heads/{name}") is accepts(f"refs/heads/{name}")
    assert git_refs.is_valid_branch(name) is accepts("--branch", name)


@pytest.mark.parametrize("text", ["", "main", "refs", "/refs", "refs/", "@", "-a/b"])
def test_a_reference_has_two_components_and_is_no_option(text: str) -> None:
    assert not git_refs.is_valid_ref(text)


def test_a_branch_has_a_name() -> None:
    assert not git_refs.is_valid_branch("")
