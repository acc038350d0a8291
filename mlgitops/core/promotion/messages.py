"""Messages: what commits and pull requests of promotions, rollbacks and holds are called, with their trailers.

Trailers tell programs what people read above them; by `Mlgitops-Content` a commit is known to be as this one made it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mlgitops.core import digests
from mlgitops.core.evaluation import model_digest
from mlgitops.core.promotion.overrides import Override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.promotion.moves import Move

_ACTION = "Mlgitops-Action"
_CONTENT = "Mlgitops-Content"
_OVERRIDE = "Mlgitops-Override"
_VERBS = {"promotion": "Promote", "rollback": "Roll back", "hold": "Hold"}


def is_own(message: str, files: Mapping[str, bytes | None]) -> bool:
    """Whether a commit is as this program made it; one that a person has amended since is that person's.

    Args:
        message: Its message.
        files: What it changed: the files after it, by path; None where it removed one.
    """
    return f"{_CONTENT}: {content(files)}" in _last_paragraph(message)


def claims_to_be_own(message: str) -> bool:
    """Whether a message has the trailer by which this program knows its commits; what it says is not looked at."""
    return any(line.startswith(f"{_CONTENT}: ") for line in _last_paragraph(message))


def content(files: Mapping[str, bytes | None]) -> str:
    """The digest of what a commit changes, for its trailer."""
    return digests.digest({path: data if data is None else sha256(data).hexdigest() for path, data in files.items()})


def title(moves: Sequence[Move]) -> str:
    """What a pull request is called: one service by its name and version, several by their number."""
    first = moves[0]
    verb = _VERBS[first.action]
    where = f"from {first.source} to {first.target}" if first.source else f"in {first.target}"
    if first.action == "rollback":
        where = f"to {first.version} in {first.target}"
    if len(moves) > 1:
        team = f" of {first.unit.team}" if first.unit.team else ""
        return f"{verb} {len(moves)} services{team} {where}"
    if first.action == "hold":
        verb = "Hold" if (first.target.block(first.document) or {}).get("hold") else "Lift the hold on"
        return f"{verb} {first.unit.name} {where}"
    named = first.unit.name if first.action == "rollback" else f"{first.unit.name} {first.version}"
    return f"{verb} {named} {where}"


def is_title(text: str) -> bool:
    """Whether a pull request may be called so by this program, and by nobody else."""
    return text.startswith((*(f"{verb} " for verb in _VERBS.values()), "Lift the hold on "))


def message(moves: Sequence[Move], overrides: Iterable[Override], files: Mapping[str, bytes | None]) -> str:
    """The message of the commit that makes `moves`.

    Args:
        moves: What it does, by name of the service.
        overrides: What is passed over.
        files: What it changes: the files after it, by path; None where it removes one.
    """
    lines = [title(moves), ""]
    if len(moves) > 1:
        lines += [f"- {_told(move)}" for move in moves] + [""]
    return "\n".join([*lines, *_trailers(moves, overrides), f"{_CONTENT}: {content(files)}"]) + "\n"


def _told(move: Move) -> str:
    before = f"{move.before['version']} → " if move.before else ""
    return f"{move.unit.name}: {before}{move.version}"


def _trailers(moves: Sequence[Move], overrides: Iterable[Override]) -> Iterator[str]:
    first = moves[0]
    yield f"{_ACTION}: {first.action}"
    if first.source:
        yield f"Mlgitops-From: {first.source}"
    yield f"Mlgitops-To: {first.target}"
    for move in moves:
        name = move.unit.name
        yield f"Mlgitops-Release: {name} {move.version} {digests.digest(move.release)}"
        model = model_digest(move.release)
        if model:
            yield f"Mlgitops-Model-Digest: {name} {model}"
        run = _line(str(move.release.get("lineage", {}).get("run", "")))
        if run:
            yield f"Mlgitops-Run: {name} {run}"
    for one in sorted(overrides):
        yield f"{_OVERRIDE}: {' '.join((one.gate, *one.services))}: {_line(one.reason)}"


def overridden_for(message: str, move: Move) -> dict[str, str]:
    """The gates that a commit's message passes over for the release of `move`, with the reason."""
    named = f"Mlgitops-Release: {move.unit.name} {move.version} {digests.digest(move.release)}"
    if named not in _last_paragraph(message):
        return {}
    return {one.gate: one.reason for one in overridden(message) if one.covers(move.unit.name)}


def overridden(message: str) -> list[Override]:
    """What a commit's trailers pass over: `Mlgitops-Override: GATE [NAME…]: REASON`; without names for all services."""
    found = []
    for line in _last_paragraph(message):
        mark, _, rest = line.partition(": ")
        asked, _, reason = rest.partition(": ")
        gate, *services = asked.split() or [""]
        if mark == _OVERRIDE and gate and reason:
            found.append(Override(gate, reason, tuple(services)))
    return found


def _last_paragraph(message: str) -> list[str]:
    """Where trailers stand; a message that is one paragraph has none."""
    _, parted, last = message.strip().replace("\r\n", "\n").rpartition("\n\n")
    return last.split("\n") if parted else []


def _line(text: str) -> str:
    """A value that somebody wrote, on one line, so that it begins no trailer of its own; without credentials."""
    from mlgitops.core.redaction import redact

    return redact(" ".join(text.split()))
