"""What all verbs share: `-C`, `--format`, `--no-color`, before the verb or behind it."""

from __future__ import annotations

import inspect
import os
import shutil
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from mlgitops.cli import _complete
from mlgitops.errors import InputError
from mlgitops.output import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Directory = Annotated[
    Path | None, typer.Option("-C", metavar="DIR", exists=True, file_okay=False, help="Work in this folder.")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Form of the result: text, json.",
        autocompletion=_complete.one_of(*formats.names()),
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours, not even on a terminal.")]


class Settings:
    """What the shared options say; at first, the defaults.

    Attributes:
        directory: Where to work; the environment repository is this folder or one above it.
        format: Form of the result: a name of `mlgitops.output.formats`.
        color: Whether people want colours where there is a terminal.
    """

    def __init__(self) -> None:
        self.directory = Path()
        self.format = formats.TEXT
        self.color = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    @property
    def json(self) -> bool:
        """Whether the result is a JSON object of the verb's own."""
        return self.format == formats.JSON

    def colored(self, stream: TextIO | None = None) -> bool:
        """Whether to colour what is written to `stream`, standard output by default."""
        return self.color and (stream or sys.stdout).isatty()

    def columns(self) -> int:
        """Width of the terminal that the result goes to; 0 where it goes elsewhere."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0

    def update(self, directory: Path | None, form: str | None, *, no_color: bool) -> None:
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
_OWN = (formats.TEXT, formats.JSON)


def reflowed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Put each paragraph of a docstring on one line: typer breaks the help where the source does, but for the first."""
    paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    function.__doc__ = "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
    return function


def verb(function: Callable[..., int]) -> Callable[..., int]:
    """Give the function of a verb the shared options, after its own; it writes text and JSON."""
    return _verb(function, _OWN)


def finding_verb(function: Callable[..., int]) -> Callable[..., int]:
    """As `verb`, for one whose result are findings, which it writes in every format."""
    return _verb(function, formats.names())


def _verb(function: Callable[..., int], written: Sequence[str]) -> Callable[..., int]:
    signature = inspect.signature(function, eval_str=True)
    option = typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"Form of the result: {', '.join(written)}.",
        autocompletion=_complete.one_of(*written),
    )
    shared = _SHARED | {"format": (Annotated[str | None, option], None)}
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in shared.items()
    ]

    @wraps(function)
    def run(**options: Any) -> int:
        current.update(options.pop("directory"), options.pop("format"), no_color=options.pop("no_color"))
        if current.format not in written:
            refused, current.format = current.format, formats.TEXT
            raise InputError(
                f"there is no format `{refused}` of this result", hint=f"--format is one of {', '.join(written)}."
            )
        return function(**options)

    all_of_them = signature.replace(parameters=[*signature.parameters.values(), *parameters])
    run.__signature__ = all_of_them  # type: ignore[attr-defined]  # what inspect asks first
    run.__annotations__ = {name: parameter.annotation for name, parameter in all_of_them.parameters.items()}
    return reflowed(run)
