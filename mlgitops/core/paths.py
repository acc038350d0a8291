"""Paths of snapshot entries: what a name may contain, and where another repository hides.

Every path that comes from a repository is hostile input: it is printed on terminals, written into
pull requests and joined to folders. Work tree, index and commits are judged here by the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mlgitops.errors import InputError

# C0 and C1 controls, line separators, lone surrogates (how Python spells bytes that are not UTF-8),
# and the bidirectional controls that make a terminal show another name than the one on disk.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def require_safe(path: str) -> None:
    """Refuse a path that cannot be shown and stored the same everywhere.

    Raises:
        InputError: `path` is not UTF-8, or holds a control or bidirectional character.
    """
    if path.isascii() and path.isprintable():
        return
    if _UNSAFE.search(path):
        raise InputError(
            f"the file name {ascii(path)} holds characters that are not printable UTF-8 text",
            hint="Rename the file; plain letters, digits, `-`, `_` and `.` are safe everywhere.",
        )


def require_inside(path: str) -> None:
    """Refuse a path that is not a plain relative one.

    Raises:
        InputError: `path` is absolute or empty, or one of its parts is empty, `.` or `..`.
    """
    for part in path.split("/"):
        if part in ("", ".", "..") or "\0" in part:
            raise InputError(
                f"the path {ascii(path)} does not stay inside the repository",
                hint="Use a path relative to the repository's top, without `..`.",
            )


def nested_repository(folder: str) -> InputError:
    """The refusal of a Git repository found inside another one at `folder`."""
    return InputError(
        "a Git repository lies inside this one; Git run in there would obey its configuration",
        hint=f"Remove `{folder}`, or the HEAD, objects and refs in it, from the repository.",
        path=folder or ".",
    )


def is_repository(names: Iterable[str]) -> bool:
    """Whether a folder with these entries is one that Git itself would take for a repository.

    Git asks for `HEAD` beside `objects` and `refs`, the latter two possibly elsewhere, where a file
    `commondir` says so (setup.c, `is_git_directory`). Names are compared as a case-insensitive file
    system would.
    """
    found = {name.lower() for name in names}
    return "head" in found and ("commondir" in found or {"objects", "refs"} <= found)
