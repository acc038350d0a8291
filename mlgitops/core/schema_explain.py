"""Why a document is not valid by a schema: one fault for each mistake, in words, with what to do about it.

The schema itself may say more: `patternErrorMessage` beside a `pattern` says it in words, `errorMessage` beside any
other keyword replaces the general words (the YAML language server shows both in editors), and `x-rule` in a branch
of the topmost `allOf` gives its faults the name and mend of a rule.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import schema_words as words
from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jsonschema.exceptions import ValidationError

    from mlgitops.core.schema import RuleText

ORDINARY = "invalid-document"
"""Rule of every fault that no `x-rule` claims."""

Pointer = tuple[str | int, ...]


class Explained(NamedTuple):
    """A fault, and where it is shown.

    Attributes:
        fault: The fault; its pointer names the value.
        at_key: Whether the key of the value is the place, not the value.
        keyword: Keyword of the schema that is not met.
        names: For unknown fields the field that was meant, for missing ones the field that is missing.
    """

    fault: Fault
    at_key: bool
    keyword: str
    names: str | None = None


def envelope(document: Any, version: str, kinds: Sequence[str]) -> list[Explained]:
    """What is wrong with a document before its schema can be chosen: no mapping, no or another kind or version."""
    if not isinstance(document, dict):
        message = f"expected a document with `apiVersion`, `kind` and `metadata`, got {words.value(document)}"
        return [_ordinary((), "type", message, f"Begin with `apiVersion: {version}` and `kind: {kinds[0]}`.")]
    return [
        *_chosen("kind", document.get("kind"), kinds),
        *_chosen("apiVersion", document.get("apiVersion"), [version]),
    ]


def _chosen(name: str, given: Any, allowed: Sequence[str]) -> Iterator[Explained]:
    if given is None:
        choice = " or ".join(f"`{name}: {one}`" for one in allowed)
        yield _ordinary((), "required", f"`{name}` is required", f"Add {choice}.", at_key=True)
    elif given not in allowed:
        close = get_close_matches(str(given), allowed, 1) or (allowed if len(allowed) == 1 else [])
        listed = " or ".join(f"`{one}`" for one in allowed)
        mend = f"Write `{name}: {close[0]}`." if close else "Choose one of them, or move the file where it belongs."
        yield _ordinary((name,), "enum", f"`{name}` is {words.shortened(given)}; here it can be {listed}", mend)


def explain(
    schema: Mapping[str, Any], document: Any, rules: Mapping[str, RuleText], at: Pointer = ()
) -> list[Explained]:
    """All faults of a document, in the order in which the schema finds them.

    Args:
        schema: The schema that refuses it.
        document: The document.
        rules: Rules that `x-rule` names, by id.
        at: Pointer of `document` in the file that holds it.
    """
    from jsonschema import Draft202012Validator

    fields = _fields(schema)
    found: list[Explained] = []
    for error in Draft202012Validator(schema).iter_errors(document):
        rule = _rule(schema, error)
        for one in _faults(error, fields, at):
            found.append(one if rule is None else _ruled(one, rule, rules))
    return _distinct(found)


def _ordinary(
    pointer: Pointer, keyword: str, message: str, mend: str, *, at_key: bool = False, names: str | None = None
) -> Explained:
    return Explained(Fault(ORDINARY, pointer, message, mend), at_key, keyword, names)


def _rule(schema: Mapping[str, Any], error: ValidationError) -> str | None:
    steps = list(error.absolute_schema_path)[:2]
    if len(steps) < 2 or steps[0] != "allOf":  # noqa: PLR2004 the branch's index follows
        return None
    rule: str | None = schema["allOf"][steps[1]].get("x-rule")
    return rule


def _ruled(one: Explained, rule: str, rules: Mapping[str, RuleText]) -> Explained:
    return one._replace(fault=one.fault._replace(rule=rule, mend=rules[rule].mend))


def _fields(schema: Mapping[str, Any]) -> dict[str, str]:
    """Blocks of the document by the fields that stand in one of them only, two levels deep."""
    homes: dict[str, list[str]] = {}
    for block, part in schema.get("properties", {}).items():
        inner = schema.get("$defs", {}).get(part.get("$ref", "").removeprefix("#/$defs/"), part)
        for name in inner.get("properties", {}):
            homes.setdefault(name, []).append(block)
    return {name: blocks[0] for name, blocks in homes.items() if len(blocks) == 1}


def _faults(error: ValidationError, fields: Mapping[str, str], at: Pointer) -> Iterator[Explained]:
    pointer = (*at, *error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        yield from _unknown(error, schema, pointer, fields)
    elif keyword in ("required", "dependentRequired"):
        yield from _missing(error, schema, pointer)
    elif "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        said = schema.get("patternErrorMessage") or schema.get("errorMessage") or "choose another name"
        message = f"{words.quoted(error.instance)} cannot be a key of {words.field(pointer)}"
        yield _ordinary((*pointer, error.instance), keyword, message, words.sentence(said), at_key=True)
    elif keyword in ("anyOf", "oneOf") and "errorMessage" not in schema and error.context:
        yield from _nearest(error, fields, pointer, at)
    else:
        yield _wrong(error, schema, keyword, pointer)


def _unknown(
    error: ValidationError, schema: dict[str, Any], pointer: Pointer, fields: Mapping[str, str]
) -> Iterator[Explained]:
    known = [name for name, part in schema.get("properties", {}).items() if not _hidden(part)]
    missing = [name for name in known if name not in error.instance]
    place = f" in {words.field(pointer)}" if pointer else ""
    for name in error.instance:
        if name in schema.get("properties", {}):
            continue
        close = get_close_matches(name.lower().replace("_", ""), {key.lower(): key for key in missing}, 1)
        meant = next((key for key in missing if close and key.lower() == close[0]), None)
        message = f"unknown field {words.field((name,))}{place}"
        home = fields.get(name)
        if meant:
            mend = f"Rename it to `{meant}`."
            message += f"; did you mean `{meant}`?"
        elif home and home != words.field(pointer).strip("`"):
            mend = f"Move it to `{home}`."
            message += f"; it belongs in `{home}`"
        else:
            mend = f"Remove it; the fields here are {', '.join(known)}." if known else "Remove it."
        yield _ordinary((*pointer, name), "additionalProperties", message, mend, at_key=True, names=meant)


def _hidden(part: Any) -> bool:
    return isinstance(part, dict) and part.get("doNotSuggest") is True


def _missing(error: ValidationError, schema: dict[str, Any], pointer: Pointer) -> Iterator[Explained]:
    wanted = error.validator_value
    if error.validator == "dependentRequired":
        wanted = [name for key, names in wanted.items() if key in error.instance for name in names]
    for name in wanted:
        if name in error.instance:
            continue
        part = schema.get("properties", {}).get(name, {})
        example = part.get("examples", [None])[0] if isinstance(part, dict) else None
        mend = f"Add it to {words.field(pointer)}"
        if example is not None:
            mend += f", for example `{words.line(name, example)}`"
        said = schema.get("errorMessage")
        message = f"{words.field((*pointer, name))} is required" if said is None else f"{words.field(pointer)}: {said}"
        yield _ordinary(pointer, "required", message, mend + ".", at_key=True, names=name)


def _nearest(error: ValidationError, fields: Mapping[str, str], pointer: Pointer, at: Pointer) -> Iterator[Explained]:
    """The faults of the alternative that the value comes nearest to."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    tops = [errors[0] for errors in branches.values() if len(errors) == 1 and not errors[0].relative_path]
    if len(tops) == len(branches) and all(inner.validator == "type" for inner in tops):
        yield _typed(error.instance, [name for inner in tops for name in _listed(inner.validator_value)], pointer)
    elif len(tops) == len(branches) and all(inner.validator == "required" for inner in tops):
        choice = " or ".join(" and ".join(f"`{name}`" for name in inner.validator_value) for inner in tops)
        yield _ordinary(pointer, "required", f"{words.field(pointer)} needs {choice}", f"Add {choice}.", at_key=True)
    else:
        best = min(
            branches.values(),
            key=lambda errors: (any(e.validator == "type" and not e.relative_path for e in errors), len(errors)),
        )
        for inner in best:
            yield from _faults(inner, fields, at)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _typed(item: Any, types: str | list[str], pointer: Pointer) -> Explained:
    name = words.field(pointer)
    if item is None:
        return _ordinary(pointer, "type", f"{name} is empty", words.mend_type(types, item), at_key=True)
    message = f"{name}: expected {words.expected(types)}, got {words.value(item)}"
    return _ordinary(pointer, "type", message, words.mend_type(types, item))


def _wrong(error: ValidationError, schema: dict[str, Any], keyword: str, pointer: Pointer) -> Explained:
    item, name = error.instance, words.field(pointer)
    if keyword == "type":
        return _typed(item, error.validator_value, pointer)
    said = schema.get("patternErrorMessage" if keyword == "pattern" else "errorMessage")
    if keyword == "pattern":
        mend = words.sentence(said or f"write what matches {error.validator_value}")
        return _ordinary(pointer, keyword, f"{name} cannot be {words.quoted(item)}", mend)
    if said is not None:
        return _ordinary(pointer, keyword, f"{name}: {said}", "Change it.")
    if keyword in ("enum", "const"):
        return _enumerated(item, _listed(error.validator_value), pointer)
    message, mend = _BOUNDS.get(keyword, _general)(error.validator_value, item)
    return _ordinary(pointer, keyword, f"{name} {message}", words.sentence(mend))


def _enumerated(item: Any, allowed: list[Any], pointer: Pointer) -> Explained:
    texts = [one if isinstance(one, str) else words.shortened(one) for one in allowed]
    close = get_close_matches(str(item), texts, 1) or (texts if len(texts) == 1 else [])
    listed = ", ".join(f"`{text}`" for text in texts)
    message = f"{words.field(pointer)} is {words.shortened(item)}; allowed are {listed}"
    return _ordinary(pointer, "enum", message, f"Write `{close[0]}`." if close else "Choose one of them.")


def _general(_: Any, item: Any) -> tuple[str, str]:
    return f"cannot be {words.shortened(item)}", "change or remove it"


_BOUNDS: dict[str, Callable[[Any, Any], tuple[str, str]]] = {
    "minimum": lambda bound, item: (f"is {words.shortened(item)}", f"write a number of at least {bound}"),
    "maximum": lambda bound, item: (f"is {words.shortened(item)}", f"write a number of at most {bound}"),
    "exclusiveMinimum": lambda bound, item: (f"is {words.shortened(item)}", f"write a number greater than {bound}"),
    "exclusiveMaximum": lambda bound, item: (f"is {words.shortened(item)}", f"write a number less than {bound}"),
    "multipleOf": lambda step, item: (f"is {words.shortened(item)}", f"write a multiple of {step}"),
    "minLength": lambda bound, item: (
        ("is empty", "give it a value, or remove the key")
        if not item
        else (f"has {len(item)} characters", f"write at least {bound}")
    ),
    "maxLength": lambda bound, item: (f"has {len(item):,} characters", f"shorten it to at most {bound:,}"),
    "minItems": lambda bound, item: (f"has {len(item)} items", f"write at least {bound}"),
    "maxItems": lambda bound, item: (f"has {len(item):,} items", f"write at most {bound:,}"),
    "minProperties": lambda bound, item: (f"has {len(item)} keys", f"write at least {bound}"),
    "maxProperties": lambda bound, item: (f"has {len(item):,} keys", f"write at most {bound:,}"),
    "uniqueItems": lambda _, item: ("holds an item twice", "remove one of the two"),
}


def _distinct(found: list[Explained]) -> list[Explained]:
    """One fault a mistake: what follows from another one at the same place is left out."""
    renamed = {(one.fault.pointer[:-1], one.names) for one in found if one.keyword == "additionalProperties"}
    ruled = {one.fault.pointer for one in found if one.fault.rule != ORDINARY}
    kept: dict[tuple[Any, ...], Explained] = {}
    for one in sorted(found, key=lambda one: one.keyword != "type"):
        pointer, rule = one.fault.pointer, one.fault.rule
        if one.keyword == "required":
            if (pointer, one.names) not in renamed:
                kept.setdefault((pointer, one.names), one)
        elif one.keyword == "additionalProperties":
            kept.setdefault((pointer, one.keyword), one)
        elif rule != ORDINARY or pointer not in ruled:
            kept.setdefault((pointer, rule), one)
    return list(kept.values())
