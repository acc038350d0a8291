"""Fingerprints: names of findings that stay while lines around them come and go."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from mlgitops.core.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.finding import Finding


def fingerprints(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding, in the order of their places, with 64 hexadecimal digits that no other one has.

    They follow from rule, path and message, and where several are alike from their order; not from the line, and from
    nothing that is secret.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in sorted(findings):
        what = finding.rule, finding.path, redact(finding.message)
        text = "\0".join([*what, str(seen[what])])
        seen[what] += 1
        yield finding, sha256(text.encode(errors="surrogatepass")).hexdigest()
