"""What may be an entry of a snapshot: names, sizes, kinds, and where another repository hides.

Every path that comes from a repository is hostile input: it is printed on terminals, written into
pull requests and joined to folders. Work tree, index and commits are judged here, in the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.patterns import later
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 16 * 1024 * 1024
"""Files above this size are refused unread: no document of ours comes near it."""

# C0 and C1 controls, line separators, lone surrogates (how Python spells bytes that are not UTF-8),
# and the bidirectional controls that make a terminal show another name than the one on disk.
_UNSAFE = later("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def require_safe(path: str) -> None:
    """Refuse a path that cannot be shown and stored the same everywhere.

    Raises:
        InputError: `path` is not UTF-8, or holds a control or bidirectional character.
    """
    if path.isascii() and path.isprintable():
        return
    if _UNSAFE.search(path):
        raise InputError(
            "the file's name holds characters that are not printable UTF-8 text",
            hint="Rename the file; plain letters, digits, `-`, `_` and `.` are safe everywhere.",
            path=ascii(path)[1:-1],
        )


def require_inside(path: str) -> None:
    """Refuse a path that is not a plain relative one.

    Raises:
        InputError: `path` is absolute or empty, or one of its parts is empty, `.` or `..`.
    """
    for part in path.split("/"):
        if part in ("", ".", "..") or "\0" in part:
            raise InputError(
                f"the path {path!a} does not stay inside the repository",
                hint="Use a path relative to the repository's top, without `..`.",
            )


class TooLargeError(InputError):
    """A file above `MAX_BYTES`."""


def missing(path: str, snapshot: str) -> InputError:
    """Return the error for a path that is no file of the snapshot called `snapshot`."""
    return InputError(f"there is no such file in the {snapshot}", path=path)


def too_large(path: str, size: int) -> TooLargeError:
    """Return the refusal of a file of `size` bytes."""
    return TooLargeError(
        f"the file has {size:,} bytes; files above {MAX_BYTES:,} are not read",
        hint="Keep weights and data in a model store and name them by address and digest.",
        path=path,
    )


def link(path: str) -> InputError:
    """Return the refusal to follow a symbolic link at `path`."""
    return InputError(
        "symbolic links are not followed",
        hint=f"Replace the link `{path}` with the file or folder itself.",
        path=path,
    )


def submodule(path: str) -> InputError:
    """Return the refusal to read a submodule at `path`."""
    return InputError(
        "submodules are not entered",
        hint=f"Put the files themselves into the folder `{path}`.",
        path=path,
    )


def nested_repository(folder: str) -> InputError:
    """Return the refusal of a Git repository found inside another one at `folder`."""
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
