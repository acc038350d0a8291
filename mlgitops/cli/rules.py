"""`mlgitops rules`: what `validate` finds, and what is to be done about it."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import Annotated

import typer

from mlgitops import wiring
from mlgitops.cli import _complete
from mlgitops.cli._settings import current, verb
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.rule_pages import described, page
from mlgitops.output.table import table

app = typer.Typer(add_completion=False)


@app.command()
@verb
def rules(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="One rule; default: a list of all.", autocompletion=_complete.rules),
    ] = None,
) -> int:
    """List the rules, or tell all about one: why it matters, what to do, and examples."""
    found = wiring.rules()
    if name is not None and name not in found:
        close = get_close_matches(name, found, 1)
        hint = f"Did you mean `{close[0]}`?" if close else "`mlgitops rules` lists all of them."
        raise InputError(f"there is no rule `{name}`", hint=hint)
    asked = [found[name]] if name is not None else list(found.values())
    if current.json:
        sys.stdout.write(json_output.document({"rules": [described(rule) for rule in asked]}))
    elif name is not None:
        sys.stdout.write(page(asked[0]))
    else:
        rows = [(rule.id, rule.severity, rule.first_step or rule.severity, rule.title) for rule in asked]
        headers = ("rule", "severity", "first step", "rejects")
        sys.stdout.write(table(headers, rows, drawn=sys.stdout.isatty(), color=current.colored()))
    return 0
