"""Where typed paths lie: in which environment repository, and where in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlgitops import wiring
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Places(NamedTuple):
    """What typed paths mean.

    Attributes:
        root: The environment repository, if there is one.
        inside: Its files and folders, relative to it.
        outside: Files in no environment repository, by the names that were typed.
    """

    root: Path | None
    inside: tuple[str, ...]
    outside: dict[str, Path]


def places(directory: Path, typed: Iterable[str]) -> Places:
    """Sort typed paths, which are relative to `directory`.

    Raises:
        InputError: They lie in several environment repositories.
    """
    here = directory.resolve()
    home = wiring.project_around(here)
    inside: list[tuple[Path, str]] = []
    outside: dict[str, Path] = {}
    for text in typed:
        place = Path(os.path.normpath(here / text))
        place = place.parent.resolve() / place.name  # a link is not followed where it is the file itself
        folder = place if place.is_dir() else place.parent
        root = home if home and place.is_relative_to(home) else wiring.project_around(folder)
        if root is None:
            outside[text] = place
        else:
            inside.append((root, place.relative_to(root).as_posix() if place != root else ""))
    roots = {root for root, _ in inside}
    if len(roots) > 1:
        raise InputError(
            f"the paths lie in {len(roots)} environment repositories: {', '.join(sorted(map(str, roots)))}",
            hint="Name the paths of one at a time.",
        )
    root = roots.pop() if roots else None if outside else home
    return Places(root, tuple(path for _, path in inside), outside)
