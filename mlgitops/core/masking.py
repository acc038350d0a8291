"""Masking: what a file says is secret does not come out through a message about it.

What counts as secret is what `mlgitops.core.secrets` takes for a credential, by its form, by its name and by its
randomness, and every value of a Kubernetes Secret. Files are searched as text, for what is told about is often broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.redaction import MASK, redact
from mlgitops.core.secrets import found, is_named
from mlgitops.core.source_lines import source_lines
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.finding import Finding
    from mlgitops.core.snapshot import Snapshot

_PAIR = re.compile(
    r"""(?P<key>[\w.-]{1,200})["']?[ ]*:(?=\s|$)[ ]*(?:![\w!]*[ ]+|&\w+[ ]+|\[[ ]*)*"""
    r"""(?:"(?P<double>(?:[^"\\\n]|\\.)*)|'(?P<single>(?:[^'\n]|'')*)|(?P<plain>[^\s"'{}\[\],#&*][^,{}\[\]\n]*)|$)""",
    re.MULTILINE,
)
_BLOCK = re.compile("[|>][0-9+-]*")
_SECRET = re.compile(r"^(?:kind: *|.*\bkind: *)[\"']?Secret\b", re.MULTILINE)
_SHOWN = 6  # characters of a shortened secret that are told from other text
_SECRET_FIELDS = frozenset({"data", "stringData"})


def secrets_in(text: str) -> set[str]:
    """The secret values that stand in the text of a YAML file, which may be broken."""
    lines = text.splitlines()
    is_secret = bool(_SECRET.search(text))
    values: set[str] = set()
    for number, line in enumerate(lines):
        pairs = [(match["key"], _value(match)) for match in _PAIR.finditer(line)]
        for key, value in pairs:
            if _BLOCK.fullmatch(value) or not value:
                values.update(_below(lines, number, key))
            elif found(key, value) or (is_secret and _in_secret(lines, number)):
                values.add(value)
        values.update(_of_named(lines, number, dict(pairs)))
    return values


def _value(match: re.Match[str]) -> str:
    plain = match["plain"]
    if plain is not None:
        return plain.partition(" #")[0].strip()
    return match["double"] or (match["single"] or "").replace("''", "'")


def _below(lines: list[str], number: int, key: str) -> Iterator[str]:
    """The lines of a value that begins below its key, where its name or its form says that it is secret."""
    for line in lines[number + 1 :]:
        if line.strip() and _indent(line) <= _indent(lines[number]):
            return
        text = line.strip().strip("\"'")
        if text and not _PAIR.match(text) and found(key, text):
            yield text


def _of_named(lines: list[str], number: int, pairs: dict[str, str]) -> Iterator[str]:
    """The `value` beside a `name` that says what it is, as Kubernetes writes variables, maybe in lines of their own."""
    if "value" not in pairs:
        return
    near = lines[max(number - 1, 0) : number + 2]
    around = [line for line in near if abs(_indent(line) - _indent(lines[number])) <= len("- ")]
    names = [_value(match) for line in around for match in _PAIR.finditer(line) if match["key"] == "name"]
    value = pairs["value"]
    for name in names:
        if is_named(name) and (_BLOCK.fullmatch(value) or not value):
            yield from _below(lines, number, name)
        elif is_named(name) and found(name, value):
            yield value


def _in_secret(lines: list[str], number: int) -> bool:
    """Whether a line stands below `data` or `stringData`, or is one."""
    indent = _indent(lines[number])
    for line in lines[number::-1]:
        if _indent(line) <= indent and line.strip().partition(":")[0] in _SECRET_FIELDS:
            return True
        if line.strip() and not _indent(line) and line is not lines[number]:
            return False
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def masked(
    snapshot: Snapshot, findings: Iterable[Finding], more: Iterable[str] = ()
) -> tuple[list[Finding], list[str]]:
    """The findings without what is secret in the files that they are about; and what that is, for `without`.

    Args:
        snapshot: Where the files are.
        findings: In any order.
        more: Paths of files whose values messages may tell though they point elsewhere: states, of templates.
    """
    listed = list(findings)
    if not listed:
        return [], []
    secrets: set[str] = set()
    for path in {finding.path for finding in listed} | set(more):
        try:
            secrets |= secrets_in(snapshot.read(path).decode(errors="replace"))
        except InputError:
            continue
    longest = sorted(secrets, key=len, reverse=True)
    if longest:
        listed = [
            finding._replace(message=without(finding.message, longest), mend=without(finding.mend, longest))
            for finding in listed
        ]
    return listed, longest


def masked_lines(snapshot: Snapshot, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """The source lines that findings point to, by path and line, without what is secret in their files."""
    listed = list(findings)
    _, secrets = masked(snapshot, listed)
    return {place: without(line, secrets) for place, line in source_lines(snapshot, listed).items()}


def without(text: str, secrets: list[str]) -> str:
    """`text` without `secrets`, the longest first, nor the beginnings of them that a shortened text shows."""
    if not secrets:
        return text
    text = redact(text, secrets)
    for secret in secrets if "…" in text else ():
        start = re.escape(secret[:_SHOWN])
        text = re.sub(rf"{start}[^\s…]{{0,{len(secret)}}}…", f"{MASK}…", text) if len(secret) > _SHOWN else text
    return text


def without_own(diff: str) -> str:
    """Unified differences without the secrets that stand in them."""
    inside = "\n".join(line[1:] for line in diff.splitlines())
    return redact(diff, sorted(secrets_in(inside), key=len, reverse=True))


def masked_value(name: str, value: Any) -> Any:
    """A JSON value with every text masked that its name or its form says is secret.

    Args:
        name: What the value is called: a variable, a key of a mapping; empty for nothing.
        value: The value; it is not changed.
    """
    if isinstance(value, str):
        return MASK if found(name, value) else redact(value)
    if isinstance(value, dict):
        own = value.get("name")
        return {
            key: masked_value(own if key == "value" and isinstance(own, str) else str(key), item)
            for key, item in value.items()
        }
    return [masked_value(name, item) for item in value] if isinstance(value, list) else value
