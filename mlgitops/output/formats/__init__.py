"""Formats of findings: one a module, which is named as its format is; adding a format is adding a file.

Each module has a function `findings`, which writes what was found, and a function `failure`, which writes the error
that kept a command from finding anything.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.errors import MlgitopsError
    from mlgitops.rules import Rule
    from mlgitops.workflows.validate import Report

TEXT, JSON = "text", "json"


class Found(NamedTuple):
    """What a format writes.

    Attributes:
        report: The findings, with their source lines.
        rules: Gives every rule by its id; asked only by a format that tells about rules.
        folder: The environment repository, seen from the top of the Git checkout: paths that a forge is told start
            there. Empty where both are one.
        color: Whether to colour it.
    """

    report: Report
    rules: Callable[[], Mapping[str, Rule]]
    folder: str = ""
    color: bool = False

    def place(self, path: str) -> str:
        """`path` as seen from the top of the Git checkout."""
        return f"{self.folder}/{path}" if self.folder and path else path


class Format(Protocol):
    """A module of this package."""

    def findings(self, found: Found) -> str:
        """What was found, with a line break at its end."""

    def failure(self, error: MlgitopsError) -> str:
        """The error that ended a command, which stderr tells in words as well; empty where that is enough."""


@cache
def names() -> tuple[str, ...]:
    """All formats: those that every verb knows, then the others in the order of the alphabet."""
    found = {module.name for module in iter_modules(__path__)}
    return TEXT, JSON, *sorted(found - {TEXT, JSON})


def load(name: str) -> Format:
    """The format of this name."""
    return cast("Format", import_module(f"{__name__}.{name}"))
