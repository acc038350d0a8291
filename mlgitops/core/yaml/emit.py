"""Spells values for files that people wrote, by ruamel.yaml: in the order given, comments of its types kept."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarbool import ScalarBoolean
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, ScalarString

from mlgitops.core.yaml import quoting

Json = Any

_NEVER = 1 << 30
"""Columns before a line is folded."""


def block_text(key: str, value: Json) -> str:
    """`{key: value}` as a document in block style.

    A `CommentedMap` or `CommentedSeq` is written as it was read, comments included.
    """
    return _dumped({key: _styled(value, flow=False)}, flow=False)


def flow_text(value: Json) -> str:
    """`value` on one line, to stand inside braces or brackets."""
    return _dumped([_styled(plain(value), flow=True)], flow=True).strip()[1:-1]


def plain(value: Json) -> Json:
    """`value` without the types and comments of ruamel.yaml."""
    if isinstance(value, dict):
        return {str.__str__(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, ScalarBoolean):
        return bool(value)
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _styled(value: Json, *, flow: bool) -> Json:
    """`value` with its strings marked for quotes where some reader needs them."""
    if isinstance(value, CommentedMap | CommentedSeq | ScalarString):
        return value
    if isinstance(value, dict):
        return {_styled(key, flow=True): _styled(item, flow=flow) for key, item in value.items()}
    if isinstance(value, list):
        return [_styled(item, flow=flow) for item in value]
    if not isinstance(value, str) or quoting.line(value) == value:
        return value
    if quoting.is_literal(value) and not flow:
        return LiteralScalarString(value)
    return DoubleQuotedScalarString(value)


def _dumped(document: Json, *, flow: bool) -> str:
    text = _text(document, flow=flow, unicode=True)
    # ruamel.yaml writes invisible characters as they are, or else all beyond ASCII as escapes
    return _text(document, flow=flow, unicode=False) if quoting.INVISIBLE.search(text) else text


def _text(document: Json, *, flow: bool, unicode: bool) -> str:
    yaml = YAML()
    yaml.width = _NEVER
    yaml.default_flow_style = flow
    yaml.allow_unicode = unicode
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()
