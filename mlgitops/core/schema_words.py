"""Words for values, types, bounds and places of documents, in messages about a schema."""

from __future__ import annotations

import json
from typing import Any

from mlgitops.core.patterns import later

_SHOWN = 60  # characters of a value or a place that a message shows
_PLAIN = later(r"[A-Za-z0-9_-]+")
_NUMBER = later(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
_BOUNDS = {
    "minimum": ("is {value}", "Write a number of at least {bound}."),
    "maximum": ("is {value}", "Write a number of at most {bound}."),
    "exclusiveMinimum": ("is {value}", "Write a number greater than {bound}."),
    "exclusiveMaximum": ("is {value}", "Write a number less than {bound}."),
    "multipleOf": ("is {value}", "Write a multiple of {bound}."),
    "minLength": ("is {size} long", "Write at least {bound} characters."),
    "maxLength": ("is {size} long", "Shorten it to at most {bound} characters."),
    "minItems": ("holds {size}", "Write at least {bound} items."),
    "maxItems": ("holds {size}", "Write at most {bound} items."),
    "minProperties": ("holds {size}", "Write at least {bound} keys."),
    "maxProperties": ("holds {size}", "Write at most {bound} keys."),
    "uniqueItems": ("holds an item twice", "Remove one of the two."),
    "None": ("cannot hold {value}", "Remove it."),  # the schema `false` has no keyword; its error, the place around it
}


def field(pointer: tuple[str | int, ...]) -> str:
    """A place as people write it: `deploy.replicas.min`, `artifacts[0].uri`; `the document` for the root."""
    if not pointer:
        return "the document"
    text = dotted(pointer)
    if len(text) > _SHOWN and len(pointer) > 4:  # noqa: PLR2004 two parts at either end
        text = f"{dotted(pointer[:2])}…{dotted(pointer[-2:])}"
    return f"`{text}`"


def dotted(pointer: tuple[str | int, ...]) -> str:
    """A place as people write it, whole: `deploy.replicas.min`, `artifacts[0].uri`."""
    parts = (
        f"[{part}]" if isinstance(part, int) else f".{part}" if _PLAIN.fullmatch(part) else f"[{quoted(part)}]"
        for part in pointer
    )
    return "".join(parts).removeprefix(".")


def quoted(text: str) -> str:
    """A text in double quotes, shortened, with everything that is not printable escaped."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    visible = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)
    return f'"{visible}"'


def shortened(item: Any) -> str:
    """A value in one short line."""
    return quoted(item) if isinstance(item, str) else quoted(json.dumps(item, ensure_ascii=False))[1:-1]


def value(item: Any) -> str:
    """A value with its type: `the string "2"`, `the integer 4`, `a mapping`."""
    if item is None or isinstance(item, bool):
        return "nothing" if item is None else json.dumps(item)
    if isinstance(item, list | dict):
        return "a list" if isinstance(item, list) else "a mapping"
    name = "string" if isinstance(item, str) else "integer" if isinstance(item, int) else "number"
    return f"the {name} {shortened(item)}"


def expected(types: list[str]) -> str:
    """What types a schema asks for, in words."""
    return " or ".join(dict.fromkeys(_TYPES[name] for name in types))


def mend_type(types: list[str], item: Any) -> str:
    """What to do about a value of the wrong type."""
    if item is None:
        return "Give it a value, or remove the key."
    if isinstance(item, str):
        if "boolean" in types and item.lower() in _BOOLEANS:
            return f"Write {_BOOLEANS[item.lower()]}, without quotes."
        if {"integer", "number"} & {*types} and _NUMBER.fullmatch(item):
            return "Remove the quotes."
    elif "string" in types and not isinstance(item, list | dict):
        # a number may have been written otherwise than it is shown: 1.10 is 1.1
        return "Put it in quotes." if isinstance(item, float) else f'Put it in quotes: "{json.dumps(item)}".'
    if "array" in types:
        only = shortened(item) if not isinstance(item, str) or not _PLAIN.fullmatch(item) else item
        return "Write a list." if isinstance(item, dict) else f"Write a list: `[{only}]`."
    if "object" in types:
        return "Write a mapping: lines of `key: value`."
    return "Write a whole number." if "integer" in types else f"Write {expected(types)}."


def bound(keyword: str, wanted: Any, item: Any) -> tuple[str, str]:
    """What is wrong with a value by a keyword that bounds it, to follow the field's name, and what to do about it."""
    if keyword in ("minLength", "minItems", "minProperties") and not item:
        return "is empty", "Give it a value, or remove the key."
    says, mend = _BOUNDS.get(keyword, ("is {value}, against `{keyword}: {bound}` of its schema", "Change it."))
    unit = "character" if isinstance(item, str) else "item" if isinstance(item, list) else "key"
    count = len(item) if isinstance(item, str | list | dict) else 0
    size = f"{count:,} {unit}{'' if count == 1 else 's'}"
    words = {"value": shortened(item), "size": size, "bound": shortened(wanted), "keyword": keyword}
    return says.format(**words), mend.format(**words)


def line(key: str, example: Any) -> str | None:
    """`key: example` as YAML, if that is one line."""
    if isinstance(example, list | dict):
        return None
    from mlgitops.core.yaml.write import dump  # compiling what it quotes by takes 3 ms

    return dump({key: example}).strip()


def sentence(text: str) -> str:
    """`text` as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "…")) else ".")
