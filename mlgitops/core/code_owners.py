"""Code owners: who answers for which paths, as forges read it from CODEOWNERS.

Patterns are those of gitignore without negation and character ranges; of several that match, the last one counts, in
each section where a file has sections (GitLab).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.snapshot import Snapshot

PLACES = (
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
)
"""Where forges look for the file."""

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")


class Line(NamedTuple):
    """One line: a pattern with its owners."""

    section: str
    pattern: str
    owners: tuple[str, ...]


def owners(snapshot: Snapshot, paths: Iterable[str]) -> tuple[str, ...]:
    """Everybody who owns one of `paths`, sorted, as written; empty where no file names any.

    Args:
        snapshot: The files: of the branch that a change goes into, never of the change.
        paths: What changes.
    """
    place = next((place for place in PLACES if snapshot.exists(place)), None)
    if place is None:
        return ()
    lines = list(parse(snapshot.read(place).decode(errors="replace")))
    return tuple(sorted({owner for path in paths for owner in owners_of(lines, path)}))


def parse(text: str) -> Iterator[Line]:
    """The lines of a file that have a pattern."""
    section, default = "", ()
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _SECTION.fullmatch(line)
        if found:
            section, default = found["name"].lower(), tuple(found["owners"].split())
            continue
        pattern, *named = re.split(r"(?<!\\)\s+", line.partition(" #")[0].strip())
        yield Line(section, pattern.replace("\\ ", " "), tuple(named) or default)


def owners_of(lines: Iterable[Line], path: str) -> set[str]:
    """The owners of one path."""
    chosen: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if _regex(line.pattern).fullmatch(path):
            chosen[line.section] = line.owners
    return {owner for named in chosen.values() for owner in named}


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """What a pattern matches: a file, or everything below a folder."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    parts = re.split(r"(\*\*/|/\*\*|\*\*|\*|\?)", body)
    spelt = {"**/": "(?:[^/]+/)*", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    inside = "".join(spelt.get(part) or re.escape(part) for part in parts)
    below = "/.*" if pattern.endswith("/") else "" if body.endswith(("/*", "*")) and "/" in body else "(?:/.*)?"
    return re.compile(("" if anchored else "(?:.*/)?") + inside + below)
