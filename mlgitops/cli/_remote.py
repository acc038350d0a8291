"""What the verbs share that bring something to a remote."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mlgitops import wiring
from mlgitops.cli._settings import current
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgitops.wiring.promotions import Options
    from mlgitops.workflows.promotion.change import Report, Request
    from mlgitops.workflows.promotion.session import Parts

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Push nothing: print files, differences, gates, body.")]
NoPrOption = Annotated[bool, typer.Option("--no-pr", help="Ask no forge: push the branch, print the body.")]
BaseOption = Annotated[
    str, typer.Option("--base", metavar="BRANCH", help="Branch that is merged into; default: the remote's own.")
]
RemoteOption = Annotated[str, typer.Option("--remote", metavar="NAME", help="The remote.")]
OverrideOption = Annotated[
    list[str] | None, typer.Option("--override", metavar="GATE", help="Pass over this gate; needs --reason.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the pull request and in the commit.")
]
UntilOption = Annotated[
    str, typer.Option("--until", metavar="DATE", help="Last day of the hold; default: until `mlgitops unhold`.")
]
RegistriesOption = Annotated[
    bool, typer.Option("--ask-registries", help="Ask registries whether what the release loads is there.")
]
AutoMergeOption = Annotated[
    bool, typer.Option("--auto-merge", help="Have the forge merge it once its own demands are met.")
]


def options(remote: str, *, forge: bool, writes: bool, registries: bool = False) -> Options:
    """What the options say, for the wiring."""
    from mlgitops.wiring.promotions import Options

    return Options(remote, forge, registries, writes, Bar(), _tell)


def change(make: Callable[[Parts], Report], request: Request, *, remote: str, forge: bool) -> int:
    """Make one change to one service and write what became of it.

    Args:
        make: Runs the workflow.
        request: What is asked of it.
        remote: Name of the remote.
        forge: Whether a forge is asked.

    Returns:
        The exit code.
    """
    from mlgitops.output import changes
    from mlgitops.output.outcome import next_step
    from mlgitops.wiring import promotions

    root = wiring.repository_root(current.directory)
    with promotions.opened(root, options(remote, forge=forge, writes=not request.dry_run)) as parts:
        report = make(parts)
    if current.json:
        sys.stdout.write(changes.json(report))
    else:
        shown = changes.text(report, dry_run=request.dry_run, color=current.colored(), columns=current.columns())
        sys.stdout.write("".join(shown))
        done = [report.published] if report.published else []
        sys.stderr.write(next_step(done, report.base, remote, auto_merge=request.auto_merge))
    return 1 if report.planned and report.planned.refused else 0


def person() -> str:
    """The address of whoever runs this, as Git is set up; empty where it is not."""
    from mlgitops.wiring import promotions

    return promotions.person(wiring.repository_root(current.directory))


def _tell(line: str) -> None:
    sys.stderr.write(f"{clean(line)}\n")
