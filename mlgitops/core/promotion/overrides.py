"""Gates that are passed over, for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Override(NamedTuple):
    """A gate that is passed over.

    Attributes:
        gate: Its id.
        reason: Why.
        services: Names of those for which it is; empty for all that a change brings.
    """

    gate: str
    reason: str
    services: tuple[str, ...] = ()

    def covers(self, service: str) -> bool:
        """Whether the gate is passed over for a service."""
        return not self.services or service in self.services


class Overrides(NamedTuple):
    """All that is passed over.

    Attributes:
        asked: What somebody asked for; the first that fits counts.
    """

    asked: tuple[Override, ...] = ()

    def of(self, gate: str, service: str) -> str:
        """Why a gate is passed over for a service; empty where it is not."""
        return next((one.reason for one in self.asked if one.gate == gate and one.covers(service)), "")

    def only(self, services: Iterable[str]) -> Overrides:
        """The same for these services alone; for all where none is named."""
        names = tuple(sorted(services))
        return Overrides(tuple(one._replace(services=names) for one in self.asked))
