"""One violated keyword of a schema, as faults in words."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import schema_words as words
from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

ORDINARY = "invalid-document"
"""Rule of every fault that no rule of its own claims."""

UNKNOWN = "additionalProperties"

_LONGEST_NAME = 64
_MOST_NAMES = 200
"""Among which one that was meant is looked for: likeness takes long to tell."""
_MOST_CHOICES = 20  # that are told

Pointer = tuple[str | int, ...]


class Explained(NamedTuple):
    """A fault, and what else is known of it.

    Attributes:
        fault: The fault; its pointer names the value.
        at_key: Whether the key of the value is the place to show, not the value.
        keyword: Keyword of the schema that is not met.
        field: Of an unknown field, the one that was meant; of a missing one, that one.
    """

    fault: Fault
    at_key: bool
    keyword: str
    field: str | None = None


def ordinary(
    pointer: Pointer, keyword: str, message: str, mend: str, *, at_key: bool = False, field: str | None = None
) -> Explained:
    """A fault of the rule `ORDINARY`."""
    return Explained(Fault(ORDINARY, pointer, message, mend), at_key, keyword, field)


def nearest(text: str, words_: Iterable[str]) -> str | None:
    """The word that `text` may have been meant as; case, `_` and `-` do not count."""
    if len(text) > _LONGEST_NAME:
        return None
    known = {folded(word): word for word in reversed(list(words_)[:_MOST_NAMES]) if len(word) <= _LONGEST_NAME}
    close = get_close_matches(folded(text), known, 1)
    return known[close[0]] if close else None


def folded(text: str) -> str:
    """`text` without what people mix up: case, `_` and `-`."""
    return text.lower().replace("_", "").replace("-", "")


def faults(error: ValidationError, homes: Mapping[str, str], at: Pointer) -> Iterator[Explained]:
    """What one error says, in words.

    Args:
        error: The error.
        homes: The block that a field belongs in, by its folded name; the top is "".
        at: Pointer of the document in the file that holds it.
    """
    pointer = (*at, *error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == UNKNOWN:
        yield from _unknown(error.instance, schema, pointer, homes)
    elif error.validator in ("required", "dependentRequired"):
        yield from _missing(error, schema, pointer)
    elif "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        said = schema.get("patternErrorMessage") or schema.get("errorMessage") or "choose another name"
        message = f"{words.quoted(error.instance)} cannot be a key of {words.field(pointer)}"
        yield ordinary((*pointer, error.instance), "propertyNames", message, words.sentence(said), at_key=True)
    elif error.context and "errorMessage" not in schema:
        yield from _alternatives(error, homes, at)
    else:
        yield _wrong(error, schema, pointer)


def _unknown(instance: Any, schema: dict[str, Any], pointer: Pointer, homes: Mapping[str, str]) -> Iterator[Explained]:
    properties = schema.get("properties", {})
    known = [name for name, part in properties.items() if part is True or not part.get("doNotSuggest")]
    place = f" in {words.field(pointer)}" if pointer else ""
    for name in instance:
        if name in properties:
            continue
        meant = nearest(name, [key for key in known if key not in instance])
        double = nearest(name, [key for key in known if key in instance])
        home = homes.get(folded(name))
        says = f"unknown field {words.field((name,))}{place}"
        if home is not None and not meant:
            block = f"in `{home}`" if home else "at the top of the document"
            says, mend = f"{says}; it belongs {block}", f"Move it: it belongs {block}."
        elif meant:
            says, mend = f"{says}; did you mean `{meant}`?", f"Rename it to `{meant}`."
        elif double:
            says, mend = f"{says}, where `{double}` stands already", "Remove one of the two."
        else:
            mend = f"Remove it; the fields here are {', '.join(known)}." if known else "Remove it."
        yield ordinary((*pointer, name), UNKNOWN, says, mend, at_key=True, field=meant)


def _missing(error: ValidationError, schema: dict[str, Any], pointer: Pointer) -> Iterator[Explained]:
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "dependentRequired":
        wanted = [name for key, names in wanted.items() if key in instance for name in names]
    for name in wanted:
        if name in instance:
            continue
        beside = "" if error.validator == "required" else " beside what is set"
        message, mend = f"{words.field((*pointer, name))} is required{beside}", _addition(name, schema, pointer)
        if "errorMessage" in schema:
            message = f"{words.field(pointer)}: {schema['errorMessage']}" if pointer else schema["errorMessage"]
            mend = schema.get("x-mend", mend)
        yield ordinary(pointer, "required", message, mend, at_key=True, field=name)


def _addition(name: str, schema: dict[str, Any], pointer: Pointer) -> str:
    part = schema.get("properties", {}).get(name)
    examples = part.get("examples") if isinstance(part, dict) else None
    example = words.line(name, examples[0]) if examples else None
    return f"Add it to {words.field(pointer)}{f', for example `{example}`' if example else ''}."


def _alternatives(error: ValidationError, homes: Mapping[str, str], at: Pointer) -> Iterator[Explained]:
    """The faults of the alternative that the value comes nearest to."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    pointer = (*at, *error.absolute_path)
    firsts = [errors[0] for errors in branches.values()]
    if all(first.validator == "type" and not first.relative_path for first in firsts):
        types = [name for first in firsts for name in listed(first.validator_value)]
        yield _typed(error.instance, types, pointer)
    elif all(first.validator == "required" and not first.relative_path for first in firsts):
        choice = " or ".join(" and ".join(f"`{name}`" for name in listed(first.validator_value)) for first in firsts)
        yield ordinary(pointer, "required", f"{words.field(pointer)} needs {choice}", f"Add {choice}.", at_key=True)
    else:
        for inner in min(branches.values(), key=_distance):
            yield from faults(inner, homes, at)


def _distance(errors: list[ValidationError]) -> tuple[bool, int]:
    return any(error.validator == "type" and not error.relative_path for error in errors), len(errors)


def listed(value: Any) -> list[Any]:
    """A list as it is, anything else as its only item."""
    return value if isinstance(value, list) else [value]


def _typed(item: Any, types: Any, pointer: Pointer) -> Explained:
    name, mend = words.field(pointer), words.mend_type(listed(types), item)
    if item is None:
        return ordinary(pointer, "type", f"{name} is empty", mend, at_key=True)
    message = f"{name}: expected {words.expected(listed(types))}, got {words.value(item)}"
    return ordinary(pointer, "type", message, mend)


def _wrong(error: ValidationError, schema: dict[str, Any], pointer: Pointer) -> Explained:
    item: Any = error.instance
    keyword, wanted, name = str(error.validator), error.validator_value, words.field(pointer)
    if keyword == "type":
        return _typed(item, wanted, pointer)
    if "errorMessage" in schema:
        mend = schema.get("x-mend", "Change or remove it.")
        return ordinary(pointer, keyword, f"{name}: {schema['errorMessage']}", mend)
    if keyword == "pattern":
        said = schema.get("patternErrorMessage", f"write what matches `{wanted}`")
        return ordinary(pointer, keyword, f"{name} cannot be {words.quoted(item)}", words.sentence(said))
    if keyword in ("enum", "const"):
        return _enumerated(item, wanted if keyword == "enum" else [wanted], pointer)
    message, mend = words.bound(keyword, wanted, item)
    return ordinary(pointer, keyword, f"{name} {message}", mend)


def _enumerated(item: Any, allowed: Any, pointer: Pointer) -> Explained:
    texts = [one if isinstance(one, str) else words.shortened(one) for one in allowed]
    close = texts[0] if len(texts) == 1 else nearest(item, texts) if isinstance(item, str) else None
    choice = ", ".join(f"`{text}`" for text in texts[:_MOST_CHOICES]) + (", …" if len(texts) > _MOST_CHOICES else "")
    message = (
        f"{words.field(pointer)} is {words.shortened(item)}; allowed {'is' if len(texts) == 1 else 'are'} {choice}"
    )
    return ordinary(pointer, "enum", message, f"Write `{close}`." if close else "Choose one of them.")
