"""What the parser of the command line refuses, said as all other errors are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import typer

_UNKNOWN_VERB = re.compile(r"No such command '(.*?)'\.")
_QUOTED = re.compile(r"'([^']*)'")


def usage_error(error: typer.TyperException) -> InputError:
    """The error of a command line that was not understood, with the nearest word that is."""
    context = getattr(error, "ctx", None)
    listed = f"`{context.command_path if context else 'mlgitops'} --help` lists what there is."
    said = error.format_message().strip()
    verb = _UNKNOWN_VERB.match(said)
    if verb and context:
        return _unknown("verb", verb[1], context.command.list_commands(context), listed)
    if hasattr(error, "possibilities"):
        return _unknown("option", getattr(error, "option_name", ""), error.possibilities or (), listed)
    if not said:  # the help was shown instead
        return InputError("no verb was given", hint=listed)
    if context and said.startswith("Missing"):
        listed = f"Write `{_written(context)}`; `--help` lists the rest."
    return InputError(_QUOTED.sub(r"`\1`", said[:1].lower() + said[1:].rstrip(".")), hint=listed)


def _written(context: typer.Context) -> str:
    """A command with all that it has to be given, as its help calls it."""
    words = [context.command_path]
    for parameter in context.command.params:
        if parameter.required:
            named = parameter.metavar or parameter.human_readable_name.upper()
            words.append(named if parameter.param_type_name == "argument" else f"{parameter.opts[0]} {named}")
    return " ".join(words)


def _unknown(noun: str, name: str, known: Iterable[str], listed: str) -> InputError:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), 1)
    return InputError(f"there is no {noun} `{name}`", hint=f"Did you mean `{close[0]}`?" if close else listed)
