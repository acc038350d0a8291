"""The verbs, found by their files and imported only when chosen: start-up time is a feature."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from mlgitops.cli import _settings


class Verbs(TyperGroup):
    """The group of all verbs."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 the base class's signature
        """Names of the verbs, in the order of the alphabet."""
        package = import_module("mlgitops.cli")
        return sorted(module.name for module in iter_modules(package.__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The verb `cmd_name`, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = get_command(import_module(f"mlgitops.cli.{cmd_name}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from mlgitops import __version__

        typer.echo(f"mlgitops {__version__}")
        raise typer.Exit


@app.callback()
@_settings.reflowed
def mlgitops(
    *,
    version: Annotated[  # noqa: ARG001 read by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    directory: _settings.Directory = None,
    format: _settings.FormatOption = None,  # noqa: A002 the option's name
    no_color: _settings.NoColor = False,
) -> None:
    """GitOps for machine learning: hydrate Declarative ML State into manifests, and validate it.

    Exit codes: 0 done, 1 the answer is no, 2 asked wrongly, 3 refused from outside, 5 lost a race, 6 not permitted,
    70 a bug of ours, 130 interrupted.
    """
    _settings.current.update(directory, format, no_color=no_color)
