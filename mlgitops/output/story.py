"""A story for people: headings, sentences, commands and what they print, on a terminal or as plain text.

Nothing that was read can steer a terminal: every text passes through `mlgitops.output.terminal.clean`, and rich is
given text, never markup.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple, TextIO

from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

_WIDTH = 100
INDENT = 2
"""Columns of a terminal, left of what is printed."""


class Heading(NamedTuple):
    """The beginning of a part."""

    text: str


class Words(NamedTuple):
    """A paragraph."""

    text: str


class Command(NamedTuple):
    """What is typed, and, where it matters, the exit code."""

    text: str
    code: int | None = None


class Listing(NamedTuple):
    """Lines as they stand."""

    text: str


class Excerpt(NamedTuple):
    """A part of a file."""

    path: str
    text: str
    language: str = "yaml"


class Printed(NamedTuple):
    """What a verb prints; its text is clean already.

    Attributes:
        plain: Without colours.
        colored: With them.
        wide: Whether it is as wide as the terminal.
    """

    plain: str
    colored: str
    wide: bool = False


Block = Heading | Words | Command | Listing | Excerpt | Printed


def tell(blocks: Iterable[Block], stream: TextIO, *, rich: bool) -> None:
    """Write the story to `stream`.

    Args:
        blocks: Its parts, in order.
        stream: Where to.
        rich: For a terminal with colours; else the same as plain text.
    """
    if rich:
        _tell_rich(blocks, stream)
    else:
        stream.write("\n".join(_plain(block) for block in blocks))


def _plain(block: Block) -> str:
    match block:
        case Heading(text):
            return f"\n{clean(text)}\n{'=' * len(text)}\n"
        case Words(text):
            return textwrap.fill(clean(text), _WIDTH) + "\n"
        case Command(text, code):
            return f"$ {clean(text)}" + (f"    # exit {code}" if code is not None else "") + "\n"
        case Listing(text) | Printed(text):
            return textwrap.indent(clean(text), "    ")
        case Excerpt(path, text):
            return f"    --- {clean(path)}\n" + textwrap.indent(clean(text), "    ")


def _tell_rich(blocks: Iterable[Block], stream: TextIO) -> None:
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False, force_terminal=True)
    for block in blocks:
        console.print(_rich(block))
        console.print()


def _rich(block: Block) -> RenderableType:
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.rule import Rule
    from rich.syntax import Syntax
    from rich.text import Text

    match block:
        case Heading(text):
            return Rule(Text(clean(text), style="bold"), align="left", style="cyan")
        case Words(text):
            return Text(clean(text))
        case Command(text, code):
            line = Text.assemble(("$ ", "dim"), (clean(text), "bold"))
            if code is not None:
                line.append(f"   exit {code}", style="red" if code else "green")
            return line
        case Listing(text):
            return Padding(Text(clean(text).rstrip("\n")), (0, 0, 0, INDENT))
        case Printed(_, colored, wide):
            return Padding(Text.from_ansi(colored.rstrip("\n")), (0, 0, 0, 0 if wide else INDENT))
        case Excerpt(path, text, language):
            body = Syntax(
                clean(text).rstrip("\n"), language, theme="ansi_dark", background_color="default", word_wrap=True
            )
            return Panel(body, title=Text(clean(path), style="bold"), title_align="left", border_style="dim")
