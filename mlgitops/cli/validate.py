"""`mlgitops validate`: judge documents before anybody depends on them."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from mlgitops import wiring
from mlgitops.cli._places import Places, places
from mlgitops.cli._settings import current, finding_verb
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError
from mlgitops.output import formats
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import clean
from mlgitops.workflows.validate import Report, Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

app = typer.Typer(add_completion=False)

_MANIFESTS = (".yaml", ".yml", ".json")


@app.command()
@finding_verb
def validate(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; default: everything.")
    ] = None,
    rev: Annotated[str | None, typer.Option(metavar="REV", help="Judge this commit.")] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Judge what is staged in Git.")] = False,
    changed_since: Annotated[
        str | None, typer.Option(metavar="REV", help="Judge what has changed since this commit, and what rests on it.")
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="What is immutable is compared with this commit; default: that of --changed-since, in CI where the "
            "change leaves its target branch, else HEAD.",
        ),
    ] = None,
    policy_from: Annotated[
        str | None, typer.Option(metavar="REV", help="Apply the policy and the path of this commit's mlgitops.yaml.")
    ] = None,
    kubernetes_version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Judge manifests outside any environment by this version of Kubernetes."),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="First mend what nobody has to decide about, and bring manifests up to date.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --fix: write nothing, show what would change.")] = False,
) -> int:
    """Judge documents by their schemas, and states by what they say together with their environment and template.

    A PATH limits the work to the services that it touches. A state's file is judged as far as documents tell;
    anything wider, and no PATH at all, is hydrated as well. Whether it was changed that never may, or has no place in
    Git, is told of any other PATH, and of states with --staged, --rev and --base. Nothing is written but by --fix.
    Files and folders outside any environment repository are judged too: documents by the schema of their kind, and
    Kubernetes manifests as an API server of --kubernetes-version would, by CRDs that are named along with them too.
    """
    if rev is not None and staged:
        raise InputError("--rev and --staged name two different snapshots", hint="Give one of them.")
    if paths and changed_since is not None:
        raise InputError("both PATH and --changed-since limit what is judged", hint="Give one of them.")
    found = places(current.directory, paths or ())
    if diff and not fix:
        raise InputError("--diff shows what --fix would change", hint="Add --fix.")
    if fix:
        if rev is not None or staged or changed_since is not None or (found.outside and not found.inside):
            raise InputError(
                "--fix mends files of an environment repository's work tree",
                hint="Leave out --rev, --staged, --changed-since and files elsewhere.",
            )
        from mlgitops.cli import _fix

        (_fix.show if diff else _fix.fix)(found.root or wiring.repository_root(current.directory), found.inside)
        if diff:
            return 0
    if found.outside and not found.inside:
        report = _outside(found, rev, staged=staged, kubernetes=kubernetes_version)
    else:
        if kubernetes_version is not None:
            raise InputError(
                "--kubernetes-version is for files outside an environment repository",
                hint="Each environment.yaml declares its own: `cluster.kubernetes`.",
            )
        report = _inside(found, _Revisions(rev, staged, changed_since, base, policy_from))
    _write(report, found)
    return 1 if report.failed else 0


def _write(report: Report, found: Places) -> None:
    """Write the findings; how many there are is said on stderr as well, where the form of the result hides it."""
    top = wiring.git_top(found.root) if found.root else None
    folder = found.root.relative_to(top).as_posix() if found.root and top and found.root != top else ""
    shown = formats.Found(report, wiring.rules, folder, current.colored())
    sys.stdout.write(formats.load(current.format).findings(shown))
    if current.format not in (formats.TEXT, formats.JSON):
        from mlgitops.output.text import summary

        sys.stderr.write(summary(report))


class _Revisions(NamedTuple):
    """What of Git's history is asked for."""

    rev: str | None
    staged: bool
    changed_since: str | None
    base: str | None
    policy_from: str | None


def _inside(found: Places, asked: _Revisions) -> Report:
    for name in found.outside:
        sys.stderr.write(f"{clean(redact(name))} lies outside the environment repository: not judged\n")
    root = found.root or wiring.repository_root(current.directory)
    with ExitStack() as opened:
        source = opened.enter_context(wiring.snapshot(root, revision=asked.rev, staged=asked.staged))
        policy = asked.policy_from and opened.enter_context(wiring.snapshot(root, revision=asked.policy_from))
        changed = wiring.changed(source, root, asked.changed_since) if asked.changed_since is not None else None
        base = asked.base if asked.base is not None else asked.changed_since
        workflow = wiring.validate(source, Bar(), root=root, base=base, policy_from=policy or None)
        compared = asked.staged or asked.rev is not None or asked.base is not None
        return workflow.run(Request(found.inside, changed, compared))


def _outside(found: Places, rev: str | None, *, staged: bool, kubernetes: str | None) -> Report:
    if rev is not None or staged:
        raise InputError(
            f"{next(iter(found.outside))} lies in no environment repository, so there is no snapshot to read it from",
            hint="Leave out --rev and --staged.",
        )
    files: dict[str, Path] = {}
    for name, place in found.outside.items():
        if place.is_dir() and not place.is_symlink():
            files |= {f"{name.rstrip('/')}/{inner}": place / inner for inner in _below(place)}
        elif place.is_file() or place.is_symlink():
            files[name] = place
        else:
            raise InputError(f"`{name}` is no file", hint="Name a file or a folder.")
    return wiring.outside(files, kubernetes).run()


def _below(folder: Path) -> Iterator[str]:
    """The files below a folder in which objects may stand, relative to it, in byte order."""
    found = (place.relative_to(folder).as_posix() for place in folder.rglob("*") if place.suffix in _MANIFESTS)
    return (name for name in sorted(found) if (folder / name).is_file())
