"""What a judge of manifests answers about one object."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Outcome = Literal["accepted", "refused", "not judged"]


class Verdict(NamedTuple):
    """One object's fate, and why."""

    outcome: Outcome
    kind: str
    name: str
    message: str = ""
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line, fit for a failing assertion."""
        return f"{self.kind}/{self.name} {self.outcome}: {self.message}{' '.join(self.warnings)}"


def verdict(manifest: Any, outcome: Outcome, message: str = "", warnings: tuple[str, ...] = ()) -> Verdict:
    """A verdict about `manifest`, whatever shape that is in."""
    known = manifest if isinstance(manifest, dict) else {}
    metadata = known.get("metadata")
    name = metadata.get("name", "") if isinstance(metadata, dict) else ""
    return Verdict(outcome, str(known.get("kind", "")), str(name), message, warnings)
