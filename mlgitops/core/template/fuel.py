"""Fuel: what one hydration of one template may use up, counted, so that it is the same on every machine."""

from __future__ import annotations

from mlgitops.errors import InputError

SOURCE = 1 << 17
"""Characters of one template file."""

NESTING = 64
"""Statements and expressions inside one another in a template file."""

LOOPS = 8
"""Loops inside one another in a template file."""

STEPS = 100_000
"""Turns of loops, macro calls, filters, operators and outputs, each one step; a large body takes several."""

CHARACTERS = 1 << 22
"""Characters of marked text, of the values that are output and of all strings that operators and filters make."""

CALL_DEPTH = 40
"""Macros that may be open at once."""

NODE = 8
"""Characters that a number, a boolean, a list or a mapping counts for when it is output."""


class FuelError(InputError):
    """A template went past a bound."""


class Fuel:
    """Counts down; raises `FuelError` past a bound."""

    __slots__ = ("characters", "depth", "steps")

    def __init__(self) -> None:
        self.steps = STEPS
        self.characters = CHARACTERS
        self.depth = 0

    def step(self, count: int = 1) -> None:
        """Spend `count` steps."""
        self.steps -= count
        if self.steps < 0:
            raise FuelError(
                f"the template needs more than {STEPS:,} steps",
                hint="Look for a loop or a macro call that grows with its own result.",
            )

    def text(self, length: int) -> None:
        """Spend `length` characters; call before making the string."""
        self.characters -= length
        if self.characters < 0:
            raise FuelError(
                f"the template makes more than {CHARACTERS:,} characters of text",
                hint="Insert large values as they are, once, instead of building or repeating them in the template.",
            )

    def enter(self) -> None:
        """Open a macro call."""
        self.step()
        self.depth += 1
        if self.depth > CALL_DEPTH:
            raise FuelError(
                f"more than {CALL_DEPTH} macro calls stand inside one another",
                hint="A macro that calls itself must come to an end.",
            )

    def leave(self) -> None:
        """Close a macro call."""
        self.depth -= 1
