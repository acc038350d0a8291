"""What `mlgitops init` writes: the text files in `mlgitops/scaffold`, by the paths they get.

A name that begins with a point is stored as `dot-…`: in this repository the file must have no effect of its own.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "scaffold"


def files() -> dict[str, bytes]:
    """Bytes of each file, with its placeholders, by its path in the new repository; sorted by path."""
    found = {_target(path.relative_to(_FOLDER)): path.read_bytes() for path in _FOLDER.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def _target(path: Path) -> str:
    return "/".join("." + part.removeprefix("dot-") if part.startswith("dot-") else part for part in path.parts)
