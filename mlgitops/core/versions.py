"""Versions of the program that a repository may be used with: `requires` of `mlgitops.yaml`.

Versions here are whole numbers with dots between them; missing ones at the end are zero, as in PEP 440.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_CLAUSE = re.compile(r"(<=|>=|==|!=|~=|<|>) ?([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")

Parts = tuple[int, ...]

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda version, bound: version < bound,
    "<=": lambda version, bound: version <= bound,
    ">": lambda version, bound: version > bound,
    ">=": lambda version, bound: version >= bound,
    "==": lambda version, bound: version == bound,
    "!=": lambda version, bound: version != bound,
}


def satisfies(version: str, requirement: str) -> bool:
    """Whether `version` meets every clause of `requirement`; one that is not understood is left to the schema.

    Args:
        version: The program's; what follows its numbers (`rc1`, `.dev0`) is not compared.
        requirement: Clauses such as `>=0.1, <1`. `~=1.4` means `>=1.4, <2`, and `~=1.4.2` means `>=1.4.2, <1.5`.
    """
    found = _RELEASE.match(version)
    own = _parts(found[0] if found else "0")
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in requirement.split(",")]
    return all(_meets(own, clause[1], _parts(clause[2])) for clause in clauses if clause)


def _meets(own: Parts, operator: str, bound: Parts) -> bool:
    if operator == "~=":
        kept = max(len(bound) - 1, 1)
        return _meets(own, ">=", bound) and own[:kept] == (*bound, *(0,) * kept)[:kept]
    width = max(len(own), len(bound))
    return _COMPARED[operator](own + (0,) * (width - len(own)), bound + (0,) * (width - len(bound)))


def _parts(text: str) -> Parts:
    return tuple(map(int, text.split(".")))
