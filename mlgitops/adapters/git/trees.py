"""What `git diff-tree` tells of files that differ: plumbing, in which no configuration, filter or rename shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.adapters.git.process import Git

_FILE_MODES = ("100644", "100755")


class Sides(NamedTuple):
    """The objects of a file on both sides; nothing where there is none, or what is there is no file."""

    before: str
    after: str


def differing(git: Git, prefix: str, one: str, other: str) -> dict[str, Sides]:
    """The files below `prefix` in which two commits or trees differ, by path, in byte order.

    Args:
        git: The repository.
        prefix: Folder of it that paths are relative to; empty for its top.
        one: Full name of a commit or tree.
        other: Likewise.

    Raises:
        InputError: One of them, or a part of it, is missing in this clone.
        RefusedError: Git failed.
    """
    printed = git.run("diff-tree", "-r", "-z", "--no-renames", values=[one, other, *([prefix] if prefix else [])])
    start = len(prefix) + 1 if prefix else 0
    found, _ = files(iter(fields(printed)))
    return {path[start:]: sides for path, sides in sorted(found.items()) if len(path) > start}


def fields(printed: bytes) -> list[str]:
    """What Git ended by NUL; bytes that are not UTF-8 become lone surrogates."""
    return printed.decode("utf-8", "surrogateescape").split("\0")[:-1]


def files(told: Iterator[str]) -> tuple[dict[str, Sides], str]:
    """The files that changed, and the field after them: the next commit's name, or nothing."""
    found: dict[str, Sides] = {}
    for field in told:
        if not field.strip("\n"):  # between message and files Git ends a line, and with -z a field
            continue
        if not field.lstrip("\n").startswith(":"):
            return found, field
        was, mode, before, after, _ = field.lstrip("\n:").split(" ")
        sides = Sides(before if was in _FILE_MODES else "", after if mode in _FILE_MODES else "")
        found[next(told)] = sides
    return found, ""
