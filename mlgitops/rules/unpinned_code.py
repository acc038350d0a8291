"""`unpinned-code`: code that is fetched or named by a branch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.patterns import later
from mlgitops.core.repeated import kept
from mlgitops.core.texts import texts
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import StateCase

_PACKAGE = later(r"git\+[a-z]+://[^\s'\"#;@]+(?:@[\w.-]+[:/][^\s'\"#;@]+)?(?:@([^\s'\"#;]*))?")
_COMMIT = later("[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = re.compile("/tree/|/-/tree/|[?#&@](?:ref=|branch=)?(?:main|master|develop|head)$", re.IGNORECASE)
_PARTS = ("command", "args", "values", "env")
_FETCHED = "code is fetched from a Git repository by no commit"


def check(case: StateCase) -> Iterator[Fault]:
    """Find code in commands, and in lineage, that no commit fixes."""
    for slot in case.slots:
        for place, message in _unpinned(slot.release):
            yield Fault("unpinned-code", (*slot.root, "release", *place), message, "")


@kept(16)
def _unpinned(release: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What no commit fixes in a release, and where."""
    lineage = release.get("lineage", {})
    code = lineage.get("code", {})
    if _BRANCH.search(code.get("repository", "")):
        yield ("lineage", "code", "repository"), "the address of the repository names a branch"
    if not code.get("commit", "none").strip("0"):
        yield ("lineage", "code", "commit"), "the commit is all zeros"
    for place, _, text in texts({key: release[key] for key in _PARTS if key in release}):
        if _fetches(text):
            yield place, _FETCHED
    for place, _, text in texts(lineage.get("training", {}), ("lineage", "training")):
        if _fetches(text):
            yield place, _FETCHED


def _fetches(text: str) -> bool:
    """Whether a text has a package from Git that is named by no commit."""
    return "git+" in text and not all(map(_COMMIT.fullmatch, _PACKAGE.findall(text)))


RULE = Rule(
    id="unpinned-code",
    title="code that no commit fixes",
    severity="error",
    why=(
        "A container that fetches a branch when it starts runs what was pushed last, whatever image and model say; "
        "and lineage that names a branch tells where to look, not what ran."
    ),
    mend="Build the code into the image, or name the full commit: `git+https://…@<40 hexadecimal digits>`.",
    bad=(
        "release: {lineage: {code: {repository: 'https://github.com/acme/fraud/tree/main'}}}",
        "release: {lineage: {code: {repository: 'https://github.com/acme/fraud@main'}}}",
        "release: {lineage: {code: {commit: '0000000000000000000000000000000000000000'}}}",
        "release: {env: {EXTRA: 'git+https://github.com/acme/features'}}",
        "release: {env: {EXTRA: 'pip install git+https://github.com/acme/features@v2'}}",
        "release: {lineage: {training: {image: 'ghcr.io/acme/t@sha256:DIGEST', command: [pip, 'git+ssh://h/r@dev']}}}",
        "challenger: {mode: shadow, percent: 10, release: {env: {EXTRA: 'git+https://github.com/acme/features@main'}}}",
    ),
    good=(
        "release: {lineage: {code: {repository: 'git@github.com:acme/main.git'}}}",
        "release: {env: {EXTRA: 'git+https://github.com/acme/features@0123456789abcdef0123456789abcdef01234567#egg=f'}}",
        "release: {env: {DOC: 'https://github.com/acme/features/tree/main'}}",
    ),
    judges="state",
    check=check,
    releases=True,
)
