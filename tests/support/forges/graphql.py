"""Judges GraphQL queries by a table of types: a reader of fields, arguments and selections, which is all they use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+|[{}():!$,\[\]]")


def faults(query: str, types: Mapping[str, Mapping[str, str]], arguments: Mapping[str, set[str]]) -> list[str]:
    """What a query asks for that the table does not have."""
    tokens = _TOKEN.findall(query)
    kind = tokens.pop(0) if tokens and tokens[0] in {"query", "mutation"} else "query"
    if tokens[0] == "(":
        declared = _parenthesis(tokens)
        names = {name for name, _ in _variables(declared)}
    else:
        names = set()
    found = list(_selection(tokens, kind, types, arguments, names))
    return found + (["something follows the query"] if tokens else [])


def _variables(tokens: list[str]) -> Iterator[tuple[str, str]]:
    for index, token in enumerate(tokens):
        if token == "$":
            yield tokens[index + 1], tokens[index + 3]


def _parenthesis(tokens: list[str]) -> list[str]:
    end, depth = 0, 0
    for end, token in enumerate(tokens):  # noqa: B007 (the index is what is wanted)
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth == 0:
            break
    taken = tokens[1:end]
    del tokens[: end + 1]
    return taken


def _selection(
    tokens: list[str],
    kind: str,
    types: Mapping[str, Mapping[str, str]],
    arguments: Mapping[str, set[str]],
    variables: set[str],
) -> Iterator[str]:
    assert tokens.pop(0) == "{"
    while tokens[0] != "}":
        name = tokens.pop(0)
        inner = types.get(kind, {}).get(name)
        if inner is None:
            yield f"{kind} has no field {name}"
        if tokens[0] == "(":
            taken = _parenthesis(tokens)
            given = {taken[i] for i in range(len(taken) - 1) if taken[i + 1] == ":"}
            yield from (f"{name} takes no {one}" for one in given - arguments.get(name, set()))
            used = {taken[i + 1] for i, one in enumerate(taken) if one == "$"}
            yield from (f"${one} is not declared" for one in used - variables)
        if bool(inner) != (tokens[0] == "{"):
            yield f"{name} is asked for with no fields, or with some that it has not"
        if tokens[0] == "{":
            yield from _selection(tokens, inner or "", types, arguments, variables)
    tokens.pop(0)
