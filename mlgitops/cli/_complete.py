"""What the shell offers where a name is to be typed. Where nothing can be found out, it offers nothing."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer  # noqa: TC002 typer reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Offer = Callable[[typer.Context], Iterable[str]]


def _offered(offer: Offer) -> Callable[..., list[str]]:
    @wraps(offer, assigned=("__name__", "__doc__"), updated=())
    def complete(context: typer.Context, incomplete: str) -> list[str]:
        try:
            return sorted({name for name in offer(context) if name.startswith(incomplete)})
        except Exception:  # noqa: BLE001 a message would stand in the middle of the line that is being typed
            return []

    del complete.__wrapped__  # else typer reads the parameters of `offer`
    return complete


def one_of(*words: str) -> Callable[..., list[str]]:
    """Offers a few words that are known."""
    return _offered(lambda _context: words)


@_offered
def environments(context: typer.Context) -> Iterable[str]:
    """Names of the repository's environments."""
    return [path.parent.name for path in _root(context).glob("environments/*/environment.yaml")]


@_offered
def states(context: typer.Context) -> Iterable[str]:
    """Names of the repository's states: of the environment that was named, or of all."""
    environment = context.params.get("environment") or "*"
    return [path.stem for path in _root(context).glob(f"environments/{environment}/state/**/*.yaml")]


@_offered
def own_templates(context: typer.Context) -> Iterable[str]:
    """Templates of the repository, `<name>/<version>`."""
    return [f"{path.parts[-3]}/{path.parts[-2]}" for path in _root(context).glob("templates/*/*/template.yaml")]


@_offered
def templates(context: typer.Context) -> Iterable[str]:
    """Templates of the repository and packaged ones."""
    from mlgitops.wiring import documents

    with documents.templates(_directory(context)) as workflow:
        return [one.template for one in workflow.listed()]


@_offered
def rules(_context: typer.Context) -> Iterable[str]:
    """Ids of the rules."""
    from mlgitops import wiring

    return wiring.rules()


@_offered
def kinds(_context: typer.Context) -> Iterable[str]:
    """Kinds of documents."""
    from mlgitops.wiring import documents

    return [described.kind for described in documents.shipped_schemas().kinds()]


def _root(context: typer.Context) -> Path:
    from mlgitops import wiring

    return wiring.repository_root(_directory(context))


def _directory(context: typer.Context) -> Path:
    level: Any = context
    while level is not None:
        if level.params.get("directory"):
            return Path(level.params["directory"])
        level = level.parent
    return Path()
