"""Why a document is not valid by a schema: one fault a mistake, in words, with what to do about it.

The schema itself may say more. `patternErrorMessage` beside a `pattern` says it in words and `errorMessage` beside
any other keyword says what is wrong (the YAML language server shows both in editors), `x-mend` what to do about it.
`x-rule` in a branch of the topmost `allOf` gives the faults of that branch the id and the mend of a rule.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from mlgitops.core import schema_faults
from mlgitops.core import schema_words as words
from mlgitops.core.schema import compiled
from mlgitops.core.schema_faults import ORDINARY, UNKNOWN, Explained, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jsonschema.exceptions import ValidationError

    from mlgitops.core.schema import RuleText


_MOST = 100  # faults of a document that are told
_KEYWORDS = 100_000  # that an explanation looks at: a schema of a template may be as long as its author likes
_DEPTH = 4  # levels of a document in which a misplaced field is looked for


def explain_envelope(document: Any, version: str, kinds: Sequence[str]) -> list[Explained]:
    """What keeps a document from being judged by a schema: it is no mapping, or of no or another kind or version.

    Args:
        document: The document.
        version: The `apiVersion` that it must have.
        kinds: The kinds that it may be of.
    """
    if not isinstance(document, dict):
        message = f"expected a document with `apiVersion`, `kind` and `metadata`, got {words.value(document)}"
        mend = f"Begin with `apiVersion: {version}` and `kind: {kinds[0]}`."
        return [schema_faults.ordinary((), "type", message, mend)]
    chosen = (("kind", kinds), ("apiVersion", [version]))
    return [one for name, allowed in chosen for one in _chosen(name, document.get(name), allowed)]


def _chosen(name: str, given: Any, allowed: Sequence[str]) -> Iterator[Explained]:
    if given is None:
        choice = " or ".join(f"`{name}: {one}`" for one in allowed)
        yield schema_faults.ordinary((), "required", f"`{name}` is required", f"Add {choice}.", at_key=True)
    elif given not in allowed:
        close = nearest(str(given), allowed) or (allowed[0] if len(allowed) == 1 else None)
        listed = " or ".join(f"`{one}`" for one in allowed)
        mend = f"Write `{name}: {close}`." if close else "Choose one of them, or move the file where it belongs."
        message = f"`{name}` is {words.shortened(given)}; here it can be {listed}"
        yield schema_faults.ordinary((name,), "enum", message, mend)


def explain(
    schema: Mapping[str, Any], document: Any, rules: Mapping[str, RuleText], at: tuple[str | int, ...] = ()
) -> list[Explained]:
    """All faults of a document, in the order in which the schema finds them.

    Args:
        schema: The schema that refuses it.
        document: The document.
        rules: Rules that `x-rule` names, by id.
        at: Pointer of `document` in the file that holds it.
    """
    homes = _homes(schema)
    found: list[Explained] = []
    _effort.left = _KEYWORDS
    try:
        for error in _reference()(schema).iter_errors(document):
            rule = _rule(schema, error)
            for one in islice(schema_faults.faults(error, homes, at), _MOST):
                found.append(one if rule is None else _ruled(one, rule, rules[rule]))  # noqa: PERF401 two loops
            if len(found) >= _MOST:
                break
    except (_TooMuchError, RecursionError):
        found.append(schema_faults.ordinary(at, "", "more is wrong than can be told", "Mend what is told, and see."))
    if not found:  # the two engines disagree: what was refused stays refused
        found.append(schema_faults.ordinary(at, "", "it is not valid by its schema", "Compare it with the schema."))
    return _distinct(found)


class _TooMuchError(Exception):
    """An explanation looked at more keywords than it may."""


class _Effort:
    """What is left of the keywords that one explanation may look at."""

    left = 0

    def spend(self, count: int = 1) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooMuchError


_effort = _Effort()


def _counted(check: Callable[..., Iterator[ValidationError] | None]) -> Callable[..., Iterator[ValidationError] | None]:
    def judge(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError] | None:
        _effort.spend()
        return check(validator, value, instance, schema)

    return judge


@cache
def _reference() -> Callable[[Mapping[str, Any]], Any]:
    """The validator of `jsonschema`, with patterns matched in linear time as where documents are accepted."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def pattern(_validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if not isinstance(instance, str):
            return
        # `$` stands before a final line break too, as in Python: about that one, `oneLine` says more
        if not any(map(_matching(wanted), {instance, instance.removesuffix("\n")})):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    def unique(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if (
            wanted
            and isinstance(instance, list)
            and len({json.dumps(one, sort_keys=True) for one in instance}) < len(instance)
        ):  # the reference compares each item with each other one
            yield ValidationError("the list has items that are equal")

    checks = {**Draft202012Validator.VALIDATORS, "pattern": pattern, "uniqueItems": unique}
    extended: Callable[..., Any] = extend  # it has no types
    validator: Callable[[Mapping[str, Any]], Any] = extended(
        Draft202012Validator, {keyword: _counted(check) for keyword, check in checks.items()}
    )
    return validator


@cache
def _matching(pattern: str) -> Callable[[Any], bool]:
    return compiled({"pattern": pattern})


def _rule(schema: Mapping[str, Any], error: ValidationError) -> str | None:
    keyword, *steps = error.absolute_schema_path
    if keyword != "allOf":
        return None
    rule: str | None = schema["allOf"][steps[0]].get("x-rule")
    return rule


def _ruled(one: Explained, rule: str, text: RuleText) -> Explained:
    return one._replace(fault=one.fault._replace(rule=rule, mend=text.mend))


def _homes(schema: Mapping[str, Any]) -> dict[str, str]:
    """The block of a document that a field belongs in, by the field's folded name; "" is the top.

    Where a name stands in several blocks, the one nearest to the top counts, and none if there are two.
    """
    if "apiVersion" not in schema.get("properties", {}):
        return {}
    homes: dict[str, list[str]] = {}
    level: list[tuple[str, Any]] = [("", schema)]
    for _ in range(_DEPTH):
        found: dict[str, list[str]] = {}
        deeper = []
        for block, part in level:
            for name, inner in part.get("properties", {}).items():
                found.setdefault(schema_faults.folded(name), []).append(block)
                target = schema["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
                deeper.append((f"{block}.{name}".removeprefix("."), target))
        homes = found | homes
        level = deeper
    return {name: blocks[0] for name, blocks in homes.items() if len(blocks) == 1}


def _distinct(found: list[Explained]) -> list[Explained]:
    """One fault a mistake: what only follows from another one at the same place is left out."""
    meant = {(one.fault.pointer[:-1], one.field) for one in found if one.keyword == UNKNOWN}
    ruled = {one.fault.pointer for one in found if one.fault.rule != ORDINARY}
    kept: dict[tuple[Any, ...], Explained] = {}
    for one in sorted(found, key=lambda one: one.keyword != "type"):
        pointer, rule = one.fault.pointer, one.fault.rule
        if one.keyword == "required":
            if (pointer, one.field) not in meant:
                kept.setdefault((pointer, one.field), one)
        elif one.keyword == UNKNOWN:
            kept.setdefault((pointer, UNKNOWN), one)
        elif rule != ORDINARY or pointer not in ruled:
            kept.setdefault((pointer, rule), one)
    return list(kept.values())
