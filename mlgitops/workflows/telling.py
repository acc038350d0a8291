"""Telling: what was declared in a slot up to now, read no further back than somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.history import Declared
    from mlgitops.core.revisions import Revision


class Kept:
    """Releases of a slot, newest first, each told once however often it is looked at."""

    def __init__(self, told: Iterator[Declared]) -> None:
        self._told = told
        self._seen: list[Declared] = []

    def __iter__(self) -> Iterator[Declared]:
        number = 0
        while True:
            if number == len(self._seen):
                one = next(self._told, None)
                if one is None:
                    return
                self._seen.append(one)
            yield self._seen[number]
            number += 1


class Told(NamedTuple):
    """What is known of a slot.

    Attributes:
        current: Digest of the release that the snapshot declares; empty for none.
        declared: What was committed.
    """

    current: str
    declared: Kept

    @property
    def since(self) -> Revision | None:
        """The commit that declared the current release; None where none did, or history is not told."""
        first = next(iter(self.declared), None)
        return first.since if first and first.until is None and first.digest == self.current else None

    def began_before(self, other: Told) -> bool:
        """Whether the first release was declared here when nothing, or nothing yet, was told of another slot.

        Where it came from is not known then: a repository may begin with releases everywhere.
        """
        ours, theirs = list(self.declared), list(other.declared)
        return bool(ours) and (not theirs or ours[-1].since.at <= theirs[-1].since.at)

    def digests(self) -> Iterator[str]:
        """Digests of the releases, newest first: the current one, which may not be committed, and those before it."""
        if self.current:
            yield self.current
        for number, one in enumerate(self.declared):
            if number or one.digest != self.current:
                yield one.digest
