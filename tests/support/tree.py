"""A tree of files as a literal: write one, read one back, compare."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Link(NamedTuple):
    """A symbolic link to `target`, as written."""

    target: str


Content = str | bytes | Link


def write_tree(root: Path, files: Mapping[str, Content]) -> Path:
    """Write `files` below `root` (texts as UTF-8); returns `root`."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            place.symlink_to(content.target)
        else:
            place.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read_tree(root: Path) -> dict[str, bytes | Link]:
    """All files and links below `root`, whatever they are called; `.git` of the top is left out."""
    found: dict[str, bytes | Link] = {}
    for folder, folders, names in os.walk(root):
        if folder == str(root) and ".git" in folders:
            folders.remove(".git")
        for name in [*names, *(inner for inner in folders if os.path.islink(f"{folder}/{inner}"))]:
            place = os.path.join(folder, name)
            path = os.path.relpath(place, root)
            if os.path.islink(place):
                found[path] = Link(os.readlink(place))
            elif stat.S_ISREG(os.stat(place).st_mode):
                with open(place, "rb") as file:
                    found[path] = file.read()
    return dict(sorted(found.items()))
