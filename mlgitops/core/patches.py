"""Patches: the unified differences of files, without what is secret in them."""

from __future__ import annotations

from difflib import unified_diff
from typing import NamedTuple

from mlgitops.core.masking import secrets_in, without_own
from mlgitops.core.redaction import redact


class Patch(NamedTuple):
    """The difference of one file.

    Attributes:
        path: Where it is, or was.
        before: Where it was; None where it is new.
        after: Where it is; None where it is gone.
        added: How many lines are new.
        removed: How many lines are gone.
        text: The unified difference.
    """

    path: str
    before: str | None
    after: str | None
    added: int
    removed: int
    text: str


def patch(before: tuple[str, str] | None, after: tuple[str, str] | None) -> Patch | None:
    """The difference of two files, each by path and text; None where there is none. One of them may be missing."""
    (old_path, old), (new_path, new) = before or ("", ""), after or ("", "")
    if before and after and old == new:
        return None
    source, target = f"a/{old_path}" if before else "/dev/null", f"b/{new_path}" if after else "/dev/null"
    found = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), source, target)
    lines = [line if line.endswith("\n") else f"{line}\n" for line in found]
    secrets = sorted(secrets_in(old) | secrets_in(new), key=len, reverse=True)
    added, removed = (sum(line.startswith(mark) for line in lines[2:]) for mark in "+-")
    text = without_own(redact("".join(lines), secrets))
    return Patch(new_path or old_path, old_path or None, new_path or None, added, removed, text)
