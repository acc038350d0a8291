"""Somebody who watches long work and remembers it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Watcher:
    """`mlgitops.ports.Progress`: what was begun, how far each piece went, whether it was ended."""

    begun: list[tuple[int, str]] = field(default_factory=list)
    advanced: list[int] = field(default_factory=list)
    ended: int = 0

    def start(self, total: int, what: str) -> None:
        self.begun.append((total, what))

    def advance(self, count: int) -> None:
        self.advanced.append(count)

    def stop(self) -> None:
        self.ended += 1
