"""Path expressions: the part of Go's regular expressions that says which paths a rule is about, in bounded time.

Every step takes all positions that have been reached and gives those that can be reached next, as Go's own engine does:
nothing is tried twice, so no expression takes long, whoever wrote it. Syntax: https://pkg.go.dev/regexp/syntax.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Reached = frozenset[int]
    Step = Callable[[str, Reached], Reached]

LONGEST = 512
"""Characters of an expression that are read."""

_DEEPEST = 5
_MOST = 100  # repetitions that an expression counts up to
_CLASSES = {"d": "[0-9]", "D": "[^0-9]", "w": "[0-9A-Za-z_]", "W": "[^0-9A-Za-z_]", "s": r"[\t\n\f\r ]"}
_SET = re.compile(r"\[\^?\]?(?:\\[dDwWs\W]|[^\]\\\[])*\]")
_COUNT = re.compile(r"\{(\d{1,3})(,?)(\d{0,3})\}")


class UnreadableError(ValueError):
    """An expression is none, or says more than is read here."""


def matches(expression: str, path: str) -> bool:
    """Whether an expression means a path, from its beginning to its end.

    Raises:
        UnreadableError: It is none, or says more than is read here.
    """
    return len(path) in _compiled(expression)(path, frozenset({0}))


@cache
def _compiled(expression: str) -> Step:
    if len(expression) > LONGEST:
        raise UnreadableError("it is too long")
    reader = _Reader(expression)
    step = reader.alternatives(0)
    if reader.at < len(expression):
        raise UnreadableError("a parenthesis closes nothing")
    return step


class _Reader:
    """Reads an expression once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def alternatives(self, depth: int) -> Step:
        if depth > _DEEPEST:
            raise UnreadableError("it is nested too deeply")
        found = [self._sequence(depth)]
        while self._takes("|"):
            found.append(self._sequence(depth))
        return _either(found)

    def _sequence(self, depth: int) -> Step:
        steps: list[Step] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            steps.append(self._repeated(self._atom(depth)))
        return _one_after_the_other(steps)

    def _atom(self, depth: int) -> Step:
        character = self._text[self.at]
        if character == "[":
            return self._set()
        self.at += 1
        match character:
            case "(":
                if self._takes("?") and not self._takes(":"):
                    raise UnreadableError("flags and named groups are not read")
                step = self.alternatives(depth + 1)
                if not self._takes(")"):
                    raise UnreadableError("a parenthesis is not closed")
                return step
            case ".":
                return _within("[^\n]")
            case "^":
                return lambda _, reached: reached & {0}
            case "$":
                return lambda text, reached: reached & {len(text)}
            case "\\":
                return self._escaped()
            case "*" | "+" | "?":
                raise UnreadableError("there is nothing to repeat")
        return _within(f"[{re.escape(character)}]")

    def _escaped(self) -> Step:
        character = self._text[self.at : self.at + 1]
        self.at += 1
        if character in _CLASSES:
            return _within(_CLASSES[character])
        if character == "S":
            return _within(r"[^\t\n\f\r ]")
        if not character or character.isalnum() or not character.isascii():
            raise UnreadableError(f"`\\{character}` is not read")
        return _within(f"[{re.escape(character)}]")

    def _set(self) -> Step:
        """A set in brackets: what Go and Python write alike."""
        found = _SET.match(self._text, self.at)
        if found is None:
            raise UnreadableError("a set in brackets is not closed, or names a class")
        self.at = found.end()
        try:
            return _within(re.sub(r"[&~|]", r"\\\g<0>", found[0].replace("--", r"-\-")))
        except re.error as error:
            raise UnreadableError(f"a set in brackets is none: {error.msg}") from error

    def _repeated(self, step: Step) -> Step:
        least, most = 1, 1
        counted = _COUNT.match(self._text, self.at)
        if self._takes("*"):
            least, most = 0, -1
        elif self._takes("+"):
            least, most = 1, -1
        elif self._takes("?"):
            least, most = 0, 1
        elif counted:
            self.at = counted.end()
            least = int(counted[1])
            most = int(counted[3]) if counted[3] else -1 if counted[2] else least
        else:
            return step
        self._takes("?")  # as few as possible: to what is reached it is all one
        if self._text[self.at : self.at + 1] in {"*", "+", "?"} or max(least, most) > _MOST or -1 < most < least:
            raise UnreadableError("a repetition is none, or too often")
        return _times(step, least, most)

    def _takes(self, character: str) -> bool:
        there = self._text.startswith(character, self.at)
        self.at += there
        return there


def _within(one: str) -> Step:
    """One character of a set."""
    pattern = re.compile(one, re.ASCII | re.DOTALL)

    def step(text: str, reached: Reached) -> Reached:
        return frozenset(at + 1 for at in reached if pattern.match(text, at))

    return step


def _one_after_the_other(steps: Iterable[Step]) -> Step:
    listed = tuple(steps)

    def step(text: str, reached: Reached) -> Reached:
        for one in listed:
            if not reached:
                break
            reached = one(text, reached)
        return reached

    return step


def _either(steps: Iterable[Step]) -> Step:
    listed = tuple(steps)
    return lambda text, reached: frozenset[int]().union(*(one(text, reached) for one in listed))


def _times(one: Step, least: int, most: int) -> Step:
    def step(text: str, reached: Reached) -> Reached:
        for _ in range(least):
            reached = one(text, reached)
        new, count = reached, least
        while new and count != most:
            new = one(text, new) - reached
            reached |= new
            count += 1
        return reached

    return step
