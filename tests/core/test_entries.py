from __future__ import annotations

import pytest

from mlgitops.core.entries import is_repository, require_inside, require_safe
from mlgitops.errors import InputError


@pytest.mark.parametrize(
    "path",
    ["a", "environments/prod/state/fraud.yaml", "größe/模型.yaml", "a b", ".hidden", "..a", "a..", "e\u0301", "…"],
)
def test_ordinary_names_pass(path):
    require_safe(path)
    require_inside(path)


@pytest.mark.parametrize(
    "path",
    [
        *(f"a{chr(code)}b" for code in (0, 7, 9, 10, 13, 27, 31, 127, 0x80, 0x85, 0x9B, 0x9F)),
        "a\u2028b",
        "prod\u202elmay.yaml",
        "a\u2066b",
        "a\u200fb",
        b"caf\xe9".decode("utf-8", "surrogateescape"),
    ],
)
def test_names_that_lie_or_cannot_be_shown_are_refused(path):
    with pytest.raises(InputError) as caught:
        require_safe(path)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./a", "a//b", "a/", "a\0b"]
)
def test_paths_that_leave_the_repository_are_refused(path):
    with pytest.raises(InputError, match="does not stay inside"):
        require_inside(path)


@pytest.mark.parametrize(
    ("names", "verdict"),
    [
        ({"HEAD", "objects", "refs", "config"}, True),
        ({"head", "Objects", "REFS"}, True),
        ({"HEAD", "commondir"}, True),
        ({"HEAD", "objects"}, False),
        ({"objects", "refs"}, False),
        ({"commondir", "objects", "refs"}, False),
        (set(), False),
    ],
)
def test_what_git_takes_for_a_repository(names, verdict):
    assert is_repository(names) is verdict
