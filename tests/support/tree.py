"""A tree of files as a literal: write one, read one back, compare."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        for place in (Path(folder, name) for name in [*names, *folders]):
            path = place.relative_to(root).as_posix()
            if place.is_symlink():
                found[path] = Link(os.fspath(place.readlink()))
            elif place.is_file():
                found[path] = place.read_bytes()
    return dict(sorted(found.items()))
