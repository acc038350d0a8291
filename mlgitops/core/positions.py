"""Positions: how far a slot is ahead of, or behind, the environment that it gets its releases from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Position(NamedTuple):
    """Where the release of a slot stands beside its source.

    Attributes:
        source: Name of the environment that releases come from.
        behind: How many releases the source has had since the one that both have had; None where there is none, or
            history does not tell.
        ahead: How many releases the slot has had that the source never had, since then: a hotfix is one.
    """

    source: str
    behind: int | None
    ahead: int

    @property
    def level(self) -> bool:
        """Whether both have the same release."""
        return self.behind == 0 and not self.ahead


def position(source: str, theirs: Iterable[str], ours: Iterable[str]) -> Position:
    """Compare the releases of a slot with those of its source.

    Args:
        source: Name of the source.
        theirs: Digests of the source's releases, newest first; read no further than need be.
        ours: Digests of the slot's releases, likewise; the first is declared there now.
    """
    mine = iter(ours)
    current = next(mine)
    met: dict[str, int] = {}
    for number, digest in enumerate(theirs):
        if digest == current:
            return Position(source, number, 0)
        met.setdefault(digest, number)
    ahead = 1
    for digest in mine:
        if digest in met:
            return Position(source, met[digest], ahead)
        ahead += 1
    return Position(source, None, ahead)
