"""What all verbs share: `-C`, `--format`, `--no-color`, before the verb or behind it."""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

if TYPE_CHECKING:
    from collections.abc import Callable


class Format(StrEnum):
    """Form of a result."""

    TEXT = "text"
    JSON = "json"


Directory = Annotated[
    Path | None, typer.Option("-C", metavar="DIR", exists=True, file_okay=False, help="Work in this folder.")
]
FormatOption = Annotated[Format | None, typer.Option("--format", help="Form of the result: for people or programs.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours, not even on a terminal.")]


@dataclass
class Settings:
    """What the shared options say.

    Attributes:
        directory: Where to work; the environment repository is this folder or one above it.
        format: For whom the result is.
        color: Whether people want colours where there is a terminal.
    """

    directory: Path = field(default_factory=Path)
    format: Format = Format.TEXT
    color: bool = field(default_factory=lambda: "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb")

    @property
    def json(self) -> bool:
        """Whether the result is for programs."""
        return self.format is Format.JSON

    def colored(self, stream: TextIO | None = None) -> bool:
        """Whether to colour what is written to `stream`, standard output by default."""
        return self.color and (stream or sys.stdout).isatty()

    def update(self, directory: Path | None, form: Format | None, *, no_color: bool) -> None:
        """Take in the options of one level of the command line; what is not given stays."""
        self.directory = directory or self.directory
        self.format = form or self.format
        self.color = self.color and not no_color


current = Settings()
"""The settings of this run."""


def reset() -> None:
    """Begin a run: the defaults again, in a process that runs several command lines."""
    vars(current).update(vars(Settings()))  # the one object stays: verbs have imported it


_SHARED = {"directory": (Directory, None), "format": (FormatOption, None), "no_color": (NoColor, False)}


def verb(function: Callable[..., int]) -> Callable[..., int]:
    """Give the function of a verb the shared options, after its own."""
    signature = inspect.signature(function, eval_str=True)
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]

    @wraps(function)
    def run(**options: Any) -> int:
        current.update(options.pop("directory"), options.pop("format"), no_color=options.pop("no_color"))
        return function(**options)

    shared = signature.replace(parameters=[*signature.parameters.values(), *parameters])
    run.__signature__ = shared  # type: ignore[attr-defined]  # what inspect asks first
    run.__annotations__ = {name: parameter.annotation for name, parameter in shared.parameters.items()}
    return run
