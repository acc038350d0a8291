"""One-field mutations of valid objects: each place changed, removed, doubled, or given a field that it may have."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = (
    *("", "a", "A", "a b", "a_b", "a.b", "-a", "a-", "a/b", "/a", "../a", "a/../b", "..a", "1", "1a", "0", "true", "é"),
    *("a" * 16, "a" * 64, "a" * 254, "a.b/c", "example.com/a/b", "None", "Always", "Never", "Exists", "In", "TCP"),
    *("10.0.0.1", "010.0.0.1", "10.0.0.1/33", "10.0.0.0/8", "::1", "*.a.b", "a=b", "${A}", "a:b", "%", "50%", "101%"),
    *("1Gi", "1GB", "-1", "1.5", "0.5", "100m", "1e3", " 1", "4Ki", "None\n", "metadata.labels['a']", "/etc/a"),
)
KEYS = ("a b", "a/b/c", "..a", "", "A" * 64, "a." * 150 + "a")
NUMBERS = (-1, 0, 1, 2, 31, 100, 101, 512, 65535, 65536, 2**31 - 1, 2**31, 2**63, 1.5)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, ["a"], {"a": "b"}, [None], [{}], "a", 1)
NEVER = (
    "status",
    "apiVersion",
    "kind",
    "managedFields",
    "generation",
    "namespace",
    "creationTimestamp",
    "deletionTimestamp",
)

Steps = tuple[str | int, ...]


class Mutation(NamedTuple):
    """An object with one change.

    Attributes:
        kind: Its kind.
        steps: Where the change is.
        change: What was done there.
        manifest: The object.
    """

    kind: str
    steps: Steps
    change: str
    manifest: dict[str, Any]

    def __str__(self) -> str:
        """One line, fit for a failing assertion."""
        return f"{self.kind} {'.'.join(map(str, self.steps))}: {self.change[:120]}"


def draw(manifest: dict[str, Any], schema: Mapping[str, Any], count: int, seed: int) -> list[Mutation]:
    """`count` of the mutations of a valid object whose kind has `schema`, the same ones for the same seed."""
    all_ = [*_changes(manifest, schema)]
    chosen = random.Random(seed).sample(all_, min(count, len(all_)))
    return [Mutation(manifest["kind"], *one[:2], _changed(manifest, *one)) for one in chosen]


_GONE = object()


def _changed(manifest: dict[str, Any], steps: Steps, _: str, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(manifest)
    place: Any = made
    for step in steps[:-1]:
        place = place[step]
    if value is _GONE:
        del place[steps[-1]]
    elif isinstance(place, list) and steps[-1] == len(place):
        place.append(copy.deepcopy(value))
    else:
        place[steps[-1]] = copy.deepcopy(value)
    return made


def _changes(manifest: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[Steps, str, Any]]:
    pending: list[tuple[Steps, Any, Any]] = [((), manifest, schema)]
    while pending:
        steps, value, inner = pending.pop()
        found = _resolved(inner, schema)
        if isinstance(value, dict):
            properties, others = found.get("properties", {}), found.get("additionalProperties", {})
            yield from _added(steps, value, properties, schema)
            pending += [
                ((*steps, name), below, properties.get(name, others))
                for name, below in value.items()
                if name not in NEVER
            ]
        if isinstance(value, list):
            pending += [((*steps, index), below, found.get("items", {})) for index, below in enumerate(value)]
            if value:
                yield (*steps, len(value)), "last item doubled", value[-1]
        if steps:
            yield from _replaced(steps, value)


def _added(
    steps: Steps, value: dict[str, Any], properties: Mapping[str, Any], schema: Mapping[str, Any]
) -> Iterator[tuple[Steps, str, Any]]:
    yield (*steps, "nope"), "unknown field", 1
    for name in properties:
        if name not in value and name not in NEVER:
            for one in _guesses(properties[name], schema):
                yield (*steps, name), f"added {one!r}", one
    if not properties and value:
        for text in KEYS:
            yield (*steps, text), f"key {text[:20]!r}", next(iter(value.values()))


def _replaced(steps: Steps, value: Any) -> Iterator[tuple[Steps, str, Any]]:
    yield steps, "removed", _GONE
    own = TEXTS if isinstance(value, str) else NUMBERS if isinstance(value, int) else ()
    for one in (*OTHERS, *own):
        yield steps, f"is {one!r}", one
    if own:
        for one in random.Random(str(steps)).sample(NUMBERS if own is TEXTS else TEXTS, 3):
            yield steps, f"is {one!r}", one


def _guesses(inner: Any, schema: Mapping[str, Any]) -> list[Any]:
    found = _resolved(inner, schema)
    kinds = found.get("type", "object")
    if isinstance(kinds, list):
        return [0, 1, -1, "a", "1", "50%", "1Gi"]
    return {
        "string": ["a", "A b", "", "Never", "10.0.0.1"],
        "integer": [-1, 0, 1, 70000],
        "boolean": [True, False],
        "array": [[], ["a"], [{}], [{"name": "a"}]],
        "object": [{}, {"a": "b"}, {"name": "a"}],
        "number": [1, -1],
    }[kinds]


def _resolved(inner: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(inner, dict) and "$ref" in inner:
        inner = schema["$defs"][inner["$ref"].rpartition("/")[2]]
    return inner if isinstance(inner, dict) else {}
