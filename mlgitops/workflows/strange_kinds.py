"""Strange kinds: what `missing-schema` says of a kind is said once of a file, however many objects are of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.finding import Finding

_RULE = "missing-schema"


def once(findings: Iterable[Finding], told: set[str]) -> Iterator[Finding]:
    """The findings without those that tell again of a kind that the same file had before.

    Args:
        findings: About an object of the file.
        told: What was said of objects before it; what is said now is added.
    """
    for finding in findings:
        if finding.rule != _RULE or finding.message not in told:
            yield finding
        if finding.rule == _RULE:
            told.add(finding.message)
