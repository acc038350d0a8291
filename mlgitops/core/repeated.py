"""Repeated questions: what is costly is found out once, though many rules and many objects ask.

Answers are kept in memory, as long as the process lives; nothing of them outlasts it. What is asked about and what is
answered must not be changed afterwards.
"""

from __future__ import annotations

import marshal
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Asked = TypeVarTuple("Asked")
Result = TypeVar("Result")

TOGETHER = 128
"""States of which one thing after another is found out: what several things need of a state is kept for as many."""

_FORMAT = 2
"""Of `marshal`: one text for each value, whoever else holds its parts; booleans, integers and floats never alike."""


def kept(
    number: int,
) -> Callable[[Callable[[*Asked], Iterable[Result]]], Callable[[*Asked], list[Result]]]:
    """Keep the results for the `number` objects that were asked about last, told apart by identity, not by value."""

    def decorate(function: Callable[[*Asked], Iterable[Result]]) -> Callable[[*Asked], list[Result]]:
        known: dict[tuple[int, ...], tuple[object, list[Result]]] = {}  # holds the objects, so that no other has its id

        @wraps(function)
        def ask(*asked: *Asked) -> list[Result]:
            key = tuple(map(id, asked))
            found = known.get(key)
            if found is None:
                if len(known) >= number:
                    del known[next(iter(known))]
                found = known[key] = asked, list(function(*asked))
            return found[1]

        return ask

    return decorate


def alike(number: int) -> Callable[[Callable[[*Asked], Result]], Callable[[*Asked], Result]]:
    """Keep the results for `number` arguments of JSON types that differ by value, in the order of their keys too.

    The objects of a repository come from few templates: of thousands of pods, few are placed in their own way.
    """

    def decorate(function: Callable[[*Asked], Result]) -> Callable[[*Asked], Result]:
        known: dict[bytes, Result] = {}

        @wraps(function)
        def ask(*asked: *Asked) -> Result:
            try:
                key = marshal.dumps(asked, _FORMAT)  # type: ignore[arg-type]  # ValueError where it is of other types
            except ValueError:  # of other types, or nested too deep
                return function(*asked)
            if key not in known:
                if len(known) >= number:
                    known.clear()
                known[key] = function(*asked)
            return known[key]

        return ask

    return decorate


@alike(512)
def shared(value: Result) -> Result:
    """The one object that stands for all of this value, so that what is kept by identity is kept for all of them."""
    return value
