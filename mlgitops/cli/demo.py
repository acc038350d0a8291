"""`mlgitops demo`: the whole story on the worked example."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import typer

from mlgitops import wiring
from mlgitops.cli._settings import current, verb
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.progress import Bar
from mlgitops.output.story import Block, Command, Excerpt, Findings, Heading, Listing, Words, tell
from mlgitops.output.text import counted, findings_text
from mlgitops.workflows.demo import Refusal, Report

app = typer.Typer(add_completion=False)

REPOSITORY, REMOTE = "acme-ml", "acme-ml.git"
_SERVICE = "environments/prod/hydrated/risk/fraud-detector"
_MANIFEST = f"{_SERVICE}/inferenceservice-fraud-detector.yaml"
_PROVENANCE = f"{_SERVICE}/configmap-fraud-detector-provenance.yaml"
_LINES = 30
"""How much of a manifest is shown."""


@app.command()
@verb
def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A new or empty folder; default: a temporary one.")
    ] = None,
) -> int:
    """Build a repository with a remote, hydrate three services into dev, staging and prod, and break one.

    It needs Git and nothing else, asks no server, and leaves a repository to play with.
    """
    root = _empty(current.directory / folder) if folder else Path(mkdtemp(prefix="mlgitops-demo-"))
    repository = root / REPOSITORY
    report = wiring.demo(repository, root / REMOTE, Bar()).run()
    if current.json:
        sys.stdout.write(_json(report, repository, root / REMOTE))
    else:
        tell(_story(report, repository), sys.stdout, rich=current.colored())
    return 0


def _empty(folder: Path) -> Path:
    root = folder.resolve()
    if root.exists() and not (root.is_dir() and not any(root.iterdir())):
        raise InputError(f"{folder} is not empty", hint="name a new folder, or none for a temporary one")
    return root


def _story(report: Report, repository: Path) -> Iterator[Block]:
    yield from _hydration(report, repository)
    yield Heading("What is refused")
    for refusal in report.refusals:
        yield from _refusal(refusal)
    yield Words("Both are taken back. Nothing was written meanwhile, so everything is as it was:")
    yield Command("mlgitops render --check", 1 if report.mended.stale else 0)
    yield Listing(f"{counted(report.mended.services, 'service')}, all fresh\n")
    yield Heading("What to try next")
    yield Listing(_next_steps(repository))


def _hydration(report: Report, repository: Path) -> Iterator[Block]:
    yield Heading("Declarative ML State in Git")
    yield Words(
        f"A repository with {counted(report.files, 'file')}: a path of three environments, what each cluster has, and "
        "three services: a fraud model on T4 with a shadow challenger in prod, a language model on H100, and a "
        "training job for every night."
    )
    yield Command(f"cd {shlex.quote(str(repository))}")
    yield Command("cat environments/prod/state/risk/fraud-detector.yaml")
    yield _excerpt(repository, "environments/prod/state/risk/fraud-detector.yaml")
    yield Heading("Hydrated into manifests")
    yield Command("mlgitops render", 0)
    yield Listing(_tree(report.hydrated.created))
    yield Words("One of them, as Argo CD or Flux applies it:")
    yield _excerpt(repository, _MANIFEST)
    yield Words("Version, lineage and digests stand beside it: correcting them restarts no GPU.")
    yield _excerpt(repository, _PROVENANCE)
    yield Command("git commit && git push", 0)
    yield Words(f"Commit {report.commit[:12]} is on the remote beside it. There, a merge is what deploys.")


def _refusal(refusal: Refusal) -> Iterator[Block]:
    environment = refusal.mistake.path.split("/")[1]
    changes = [line for line in refusal.diff.splitlines(keepends=True) if not line.startswith("@@")]
    yield Words(refusal.mistake.story)
    yield Excerpt(refusal.mistake.path, "".join(changes[2:]), "diff")
    yield Command(f"mlgitops render {environment}", _code(refusal))
    found = refusal.report.findings
    yield Findings(findings_text(found, color=False), findings_text(found, color=True))


def _code(refusal: Refusal) -> int:
    return InputError.exit_code if refusal.report.failed else 0


def _excerpt(repository: Path, path: str) -> Excerpt:
    lines = (repository / path).read_text().splitlines()
    shown = lines[:_LINES]
    if len(lines) > _LINES:
        shown.append(f"# … {counted(len(lines) - _LINES, 'line')} more")
    return Excerpt(path, "".join(f"{line}\n" for line in shown))


def _tree(paths: list[str]) -> str:
    """One line a service, with the kinds of its objects; grouped by environment."""
    services: dict[str, dict[str, list[str]]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        _, environment, _, service = folder.split("/", 3)
        services.setdefault(environment, {}).setdefault(service, []).append(name)
    width = max(len(service) for group in services.values() for service in group)
    lines = []
    for environment, group in services.items():
        lines.append(f"environments/{environment}/hydrated\n")
        for index, (service, names) in enumerate(group.items(), 1):
            branch = "└──" if index == len(group) else "├──"
            kinds = sorted({name.partition("-")[0] for name in names})
            lines.append(f"{branch} {service.ljust(width)}  {len(names)}: {', '.join(kinds)}\n")
    return "".join(lines)


def _next_steps(repository: Path) -> str:
    steps = (
        (f"cd {shlex.quote(str(repository))}", "the repository is yours to play with"),
        ("mlgitops explain fraud-detector --env prod", "where each effective value comes from"),
        ("git diff --no-index environments/staging environments/prod", "how two environments differ"),
        ("mlgitops render --rev HEAD --check", "judge a commit instead of the work tree"),
        ("mlgitops template list", "what a workload can be written as"),
        ("mlgitops init ~/my-platform", "begin a repository of your own"),
    )
    width = max(len(command) for command, _ in steps[1:])
    return "".join(f"{command.ljust(width)}  # {why}\n" for command, why in steps)


def _json(report: Report, repository: Path, remote: Path) -> str:
    steps: list[dict[str, Any]] = [
        {"step": "create", "files": report.files},
        {
            "step": "hydrate",
            "command": "mlgitops render",
            "exit": 0,
            "services": report.hydrated.services,
            "created": report.hydrated.created,
        },
        {"step": "push", "commit": report.commit},
        *(_refusal_json(refusal) for refusal in report.refusals),
        {
            "step": "mend",
            "command": "mlgitops render --check",
            "exit": 1 if report.mended.stale else 0,
            "stale": report.mended.stale,
        },
    ]
    return json_output.document({"repository": str(repository), "remote": str(remote), "steps": steps})


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "step": "break",
        "path": refusal.mistake.path,
        "diff": refusal.diff,
        "command": f"mlgitops render {refusal.mistake.path.split('/')[1]}",
        "exit": _code(refusal),
        "findings": json_output.findings(refusal.report.findings),
    }
