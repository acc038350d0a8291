"""Words for values, types and places of documents, in messages about a schema."""

from __future__ import annotations

import json
import re
from typing import Any

from mlgitops.core.yaml.write import dump

Pointer = tuple[str | int, ...]

_SHOWN = 60  # characters of a value that a message shows
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_EXPECTED = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


def field(pointer: Pointer) -> str:
    """A place as people write it: `deploy.replicas.min`, `artifacts[0].uri`; `the document` for the root."""
    text = ""
    for part in pointer:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{quoted(part)}]"
    return f"`{text}`" if text else "the document"


def quoted(text: str) -> str:
    """A text in double quotes, shortened, with everything that is not printable escaped."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    visible = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in short)
    return f'"{visible}"'


def value(item: Any) -> str:
    """A value with its type: `the string "2"`, `the integer 4`, `a mapping`."""
    if item is None:
        return "nothing"
    if isinstance(item, bool):
        return json.dumps(item)
    if isinstance(item, str):
        return f"the string {quoted(item)}"
    if isinstance(item, int | float):
        return f"the {'integer' if isinstance(item, int) else 'number'} {shortened(item)}"
    return "a list" if isinstance(item, list) else "a mapping"


def shortened(item: Any) -> str:
    """A value without its type, in one short line."""
    return quoted(item) if isinstance(item, str) else quoted(json.dumps(item))[1:-1]


def expected(types: str | list[str]) -> str:
    """What types a schema asks for, in words."""
    listed = [types] if isinstance(types, str) else types
    return " or ".join(_EXPECTED.get(name, name) for name in listed)


def mend_type(types: str | list[str], item: Any) -> str:
    """What to do about a value of the wrong type."""
    listed = [types] if isinstance(types, str) else types
    if item is None:
        return "Give it a value, or remove the key."
    if isinstance(item, str):
        if "boolean" in listed and item.lower() in _BOOLEANS:
            return f"Write {_BOOLEANS[item.lower()]}, without quotes."
        if {"integer", "number"} & set(listed) and _NUMBER.fullmatch(item):
            return "Remove the quotes."
    elif "string" in listed and not isinstance(item, list | dict):
        return f'Put it in quotes: "{json.dumps(item)}".' if not isinstance(item, float) else "Put it in quotes."
    if "array" in listed:
        return "Write a list, each item on a line of its own after `- `."
    if "object" in listed:
        return "Write a mapping: lines of `key: value`."
    if isinstance(item, float) and "integer" in listed:
        return "Write a whole number."
    return f"Write {expected(types)}."


def line(key: str, example: Any) -> str:
    """`key: example` as YAML, if that is one line, else only the key."""
    if isinstance(example, list | dict):
        return f"{key}: …"
    return dump({key: example}).strip()


def sentence(text: str) -> str:
    """`text` as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "…")) else ".")
