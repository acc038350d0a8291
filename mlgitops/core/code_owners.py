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
        if _matches(line.pattern, path):
            chosen[line.section] = line.owners
    return {owner for named in chosen.values() for owner in named}


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a file or a folder around it, part by part: no pattern takes long."""
    names, body = path.split("/"), pattern.strip("/")
    parts = body.split("/") if "/" in pattern.rstrip("/") else ["**", body]
    reached = {0}  # how many names the parts so far may stand for
    for number, part in enumerate(parts, 1):
        if part == "**":
            first = min(reached, default=len(names)) + (number == len(parts) > 1)
            reached = set(range(first, len(names) + 1))
        else:
            fits = _regex(part).fullmatch
            reached = {count + 1 for count in reached if count < len(names) and fits(names[count])}
    if pattern.endswith("/"):
        return any(count < len(names) for count in reached)
    return len(names) in reached or (bool(reached) and not (body.endswith("*") and "/" in body))


@cache
def _regex(part: str) -> re.Pattern[str]:
    """What part of a pattern matches within one name; what a `*` has found first is kept, so nothing is tried twice."""
    pieces = [re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", part)]
    if len(pieces) == 1:
        return re.compile(pieces[0])
    within = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{within}.*{pieces[-1]}", re.DOTALL)
