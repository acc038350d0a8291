"""How kubectl with an API server, and ruamel.yaml, read a scalar, and what they read back of a string so spelt.

Reading: a plain scalar, less the blanks and the comment after it, is what the core schema of YAML 1.2.2 (section
10.3.2) says. A quoted or a block scalar is what ruamel.yaml took it for. Refused is all else that kubectl refuses, what
is not printable, numbers that are not finite or have more than 40 digits, and tags.
Writing: a string of that spelling is written without quotes only where kubectl took that for the same string.
"""

from __future__ import annotations

import ast
import json
import math
import re
from typing import Any

import yaml

from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.errors import InputError

_REFUSED = object()
_COMMENT = re.compile(r"(\A|[ \t])#.*")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_CORE = (
    (re.compile(r"null|Null|NULL|~|"), lambda _text: None),
    (re.compile(r"true|True|TRUE"), lambda _text: True),
    (re.compile(r"false|False|FALSE"), lambda _text: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"), lambda _text: math.inf),
)


def judge(case: dict) -> str | None:
    spelt = case["yaml"]
    ours = _read(spelt)
    expected = _expected(case)
    if type(ours) is not type(expected) or ours != expected:
        return f"{spelt!r} is read as {_shown(ours)}, is {_shown(expected)}"
    strings = [spelt, ours] if isinstance(ours, str) else [spelt]
    return next((fault for text in strings if (fault := _written(text, case))), None)


def _read(spelt: str) -> Any:
    try:
        return load(f"v: {spelt}\n".encode(), "case.yaml")["v"]
    except InputError as error:
        return _REFUSED if error.hint and error.line else f"refused without a place or a hint: {error}"


def _expected(case: dict) -> Any:
    spelt, recorded = case["yaml"], case["ruamel12"]
    if spelt[:1] in {'"', "'", "|", ">"} and not recorded.startswith("ERR "):
        return ast.literal_eval(recorded)
    if spelt.startswith("!") or _UNPRINTABLE.search(spelt) or case["kubectl_apiserver"].startswith("ERR "):
        return _REFUSED
    if spelt[:1] in {"[", "{", "&"}:
        return _collection(case)
    spelt = _COMMENT.sub("", spelt).strip(" ")
    for pattern, value in _CORE:
        if pattern.fullmatch(spelt):
            found = value(spelt)
            unbounded = isinstance(found, float) and not math.isfinite(found)
            return _REFUSED if unbounded or (isinstance(found, int) and len(spelt) > 40) else found
    return spelt


def _collection(case: dict) -> Any:
    """A list or a mapping, which ruamel.yaml may have shown by the name of its own type."""
    try:
        return ast.literal_eval(case["ruamel12"])
    except ValueError:
        return json.loads(case["kubectl_apiserver"])


def _written(text: str, case: dict) -> str | None:
    """What is wrong with how `text` is written."""
    written = dump({"v": text})
    line = written.removesuffix("\n")
    if line == f"v: {case['yaml']}" and case["kubectl_apiserver"] != json.dumps(text):
        return f"{text!r} is written {line!r}, which kubectl reads as {case['kubectl_apiserver']}"
    if line == case["ruamel_emits_str"] and case["kubectl_reads_back"] != json.dumps(text):
        return f"{text!r} is written {line!r}, which kubectl reads as {case['kubectl_reads_back']}"
    for read_back in (yaml.safe_load(written)["v"], load(written.encode(), "written.yaml")["v"]):
        if read_back != text:
            return f"{text!r} is written {line!r} and read back as {read_back!r}"
    return None


def _shown(value: Any) -> str:
    return "refused" if value is _REFUSED else repr(value)
