"""Code owners: who answers for which paths, as each kind of forge reads it from CODEOWNERS.

- GitHub: patterns of gitignore without negation and character ranges; of several that match the last one counts.
- GitLab: the same in each section for itself; `!` takes paths out of a section, and one that begins with `^` demands
  nothing. Any name may be a group's.
- Gitea and Forgejo: regular expressions of Go over whole paths, `!` for all others; all lines that match count.

Sources: docs.github.com, "About code owners"; docs.gitlab.com, "Syntax of CODEOWNERS file", and the order of places in
GitLab's work item 219916; docs.gitea.com, "Code Owners".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import path_expressions
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlgitops.core.snapshot import Snapshot

_GITHUB = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
PLACES = {
    "github": _GITHUB,
    "gitlab": ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    "gitea": ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"),
    "forgejo": ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"),
}
"""Where each kind of forge looks for the file, in its order: the first one counts."""

_SECTION = re.compile(r"(?P<optional>\^?)\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
_TOKEN = re.compile(r"(?:\\.|[^\\ #])+|(?P<comment>#)")


class Owners(NamedTuple):
    """People and teams of whom one has to approve.

    Attributes:
        names: As written, sorted.
        teams: Whether one of them may be more than an account: who is meant by a team, a role or an address is not
            known here.
    """

    names: tuple[str, ...]
    teams: bool


class Line(NamedTuple):
    """One line: a pattern with its owners."""

    section: str
    pattern: str
    owners: tuple[str, ...]


class CodeOwners:
    """What a forge of some kind reads from the file.

    Args:
        text: The file; None where there is none.
        kind: The kind of forge; of one that is not known here, the file is read as GitHub does.
        prefix: Folder of the Git repository that paths are relative to; empty for its top.
        unread: What of it cannot be read; empty where all can.

    Attributes:
        unread: What of it cannot be read, so that nobody knows whom it names; empty where all can.
    """

    def __init__(self, text: str | None, kind: str = "github", prefix: str = "", unread: str = "") -> None:
        self._kind = kind
        self._start = f"{prefix}/" if prefix else ""
        self._expressions = kind in ("gitea", "forgejo")
        read = _expressions if self._expressions else _sections if kind == "gitlab" else _patterns
        self._lines = list(read(text or ""))
        self.unread = unread or (_unreadable(self._lines) if self._expressions else "")

    def of(self, paths: Iterable[str]) -> tuple[Owners, ...]:
        """Of each set one has to approve where `paths` change; sorted, empty where nobody owns any."""
        found = {names for path in paths for names in self._sets(self._start + path) if names}
        return tuple(Owners(names, any(map(self._may_be_team, names))) for names in sorted(found))

    def _sets(self, path: str) -> Iterator[tuple[str, ...]]:
        if self._expressions:
            yield tuple(sorted({name for line in self._lines if _is_meant(line.pattern, path) for name in line.owners}))
        else:
            for names in _last(self._lines, path, negates=self._kind == "gitlab"):
                yield tuple(sorted(set(names)))

    def _may_be_team(self, name: str) -> bool:
        return self._kind == "gitlab" or "/" in name or not name.startswith("@") or name.startswith("@@")


def read(snapshot: Snapshot, kind: str, prefix: str = "") -> CodeOwners:
    """The code owners that a forge of this kind finds.

    Args:
        snapshot: The files from Git's own top: of the branch that a change goes into, never of the change.
        kind: The kind of forge.
        prefix: As of `CodeOwners`.
    """
    place = next((place for place in PLACES.get(kind, _GITHUB) if snapshot.exists(place)), None)
    if place is None:
        return CodeOwners(None, kind, prefix)
    try:
        return CodeOwners(snapshot.read(place).decode(errors="replace"), kind, prefix)
    except InputError as error:  # a link, or too large
        return CodeOwners(None, kind, prefix, error.message)


def _patterns(text: str) -> Iterator[Line]:
    for raw in text.splitlines():
        line = raw.strip()
        if line and not line.startswith("#"):
            pattern, *named = _words(line)
            yield Line("", pattern, tuple(named))


def _sections(text: str) -> Iterator[Line]:
    section, optional = "", False
    default: tuple[str, ...] = ()
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _SECTION.fullmatch(line)
        if found:
            section, default = found["name"].lower(), tuple(_words(found["owners"].strip()))
            optional = bool(found["optional"])
            continue
        pattern, *named = _words(line)
        if not optional:
            yield Line(section, pattern, tuple(named) or default)


def _words(line: str) -> list[str]:
    words = re.split(r"(?<!\\)\s+", f"{line} ".partition(" #")[0].strip())
    return [word.replace("\\ ", " ") for word in words if word]


def _expressions(text: str) -> Iterator[Line]:
    """Words end with a space and lines with `#`; a backslash keeps what comes after it from being one of these."""
    for raw in text.splitlines():
        words = []
        for token in _TOKEN.finditer(raw.strip().replace("\t", " ")):
            if token["comment"]:
                break
            words.append(re.sub(r"\\(.)", r"\1", token[0]))
        if len(words) > 1:
            yield Line("", words[0], tuple(words[1:]))


def _is_meant(pattern: str, path: str) -> bool:
    expression = pattern.removeprefix("!")
    try:
        return path_expressions.matches(expression, path) is not pattern.startswith("!")
    except path_expressions.UnreadableError:
        return False  # told by `unread`


def _unreadable(lines: Iterable[Line]) -> str:
    for line in lines:
        try:
            path_expressions.matches(line.pattern.removeprefix("!"), "")
        except path_expressions.UnreadableError as error:
            return f"the expression `{line.pattern[:80]}` cannot be read: {error}"
    return ""


def _last(lines: Sequence[Line], path: str, *, negates: bool) -> Iterable[tuple[str, ...]]:
    """The owners of a path in each section: those of the last line that matches, nobody's where one takes it out."""
    chosen: dict[str, tuple[str, ...]] = {}
    out = set()
    for line in lines:
        excludes = negates and line.pattern.startswith("!")
        if _matches(line.pattern[1:] if excludes else line.pattern, path):
            chosen[line.section] = line.owners
            if excludes:
                out.add(line.section)
    return [owners for section, owners in chosen.items() if section not in out]


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
