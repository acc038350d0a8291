"""The demonstration for people and programs: what was done, and what the program prints while doing it."""

from __future__ import annotations

import shlex
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.demo_promotion import promotions, promotions_json
from mlgitops.output.story import INDENT, Block, Command, Excerpt, Heading, Listing, Printed, Words
from mlgitops.output.text import counted, findings_text
from mlgitops.workflows import demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlgitops.workflows.demo import Refusal, Report

_BRANCH = 6  # columns of what stands around the name of a service in a tree
_NARROWEST, _WIDEST = 20, 10_000  # columns that its objects are folded into, on a terminal and without one


def story(report: Report, repository: Path, columns: int) -> Iterator[Block]:
    """The story, block by block.

    Args:
        report: What was done.
        repository: Where.
        columns: Width of the terminal; 0 without one.
    """
    room = max(columns - 2 * INDENT, 0)
    yield from _hydration(report, repository, room)
    yield Heading("What is refused")
    for refusal in report.refusals:
        yield from _refusal(refusal)
    yield Words("Both are taken back. Nothing was written meanwhile, so everything is as it was:")
    yield Command("mlgitops render --check", 1 if report.mended.stale else 0)
    yield Listing(f"{counted(report.mended.services, 'service')}, all fresh\n")
    yield from promotions(report, room)
    yield Heading("What to try next")
    yield Listing(_next_steps(repository))


def _hydration(report: Report, repository: Path, room: int) -> Iterator[Block]:
    yield Heading("Declarative ML State in Git")
    yield Words(
        f"A repository with {counted(report.files, 'file')}: a path of three environments, what each cluster has, and "
        "three services: a fraud model on T4 with a shadow challenger in prod, a language model on H100, and a "
        "training job for every night."
    )
    yield Command(f"cd {shlex.quote(str(repository))}")
    yield Command(f"cat {demo.STATE}")
    yield _excerpt(
        report, demo.STATE, ("release:", "  lineage:"), ("deploy:", "acceptance:"), ("challenger:", "    image:")
    )
    yield Heading("Hydrated into manifests")
    yield Command("mlgitops render", 0)
    yield Listing(_tree(report.hydrated.created, report.path, room))
    yield Words(
        "In prod, image and model come from prod's own registry and bucket; node affinity, tolerations, resources and "
        "secrets follow from what the release requires and the environment declares:"
    )
    yield _excerpt(
        report,
        demo.MANIFEST,
        ("apiVersion:", "  labels:"),
        ("        requiredDuring", "    deploy"),
        ("    model:", "      modelFormat:"),
        ("      resources:", "      runtime:"),
    )
    yield Words("One request in ten is copied to the challenger:")
    yield _excerpt(report, demo.ROUTE, ("  rules:", "    matches:"))
    yield Words("Version, lineage and digests stand beside them: correcting them restarts no GPU.")
    yield _excerpt(report, demo.PROVENANCE, ("data:", "    - name: labels"), ("  modelDigest:", "---"))
    yield Command("git commit && git push", 0)
    yield Words(
        f"Commit {report.commit[:12]} is on the bare remote beside it. There, a merge is what deploys. The commit says "
        f"that it was made three days ago: what follows needs a past."
    )


def _refusal(refusal: Refusal) -> Iterator[Block]:
    environment = refusal.mistake.path.split("/")[1]
    changes = [line for line in refusal.diff.splitlines(keepends=True) if not line.startswith("@@")]
    yield Words(refusal.mistake.story)
    yield Excerpt(refusal.mistake.path, "".join(changes[2:]), "diff")
    yield Command(f"mlgitops render {environment}", _code(refusal))
    found = refusal.report.findings
    yield Printed(findings_text(found, color=False), findings_text(found, color=True))


def _code(refusal: Refusal) -> int:
    return InputError.exit_code if refusal.report.failed else 0


def _excerpt(report: Report, path: str, *parts: tuple[str, str]) -> Excerpt:
    """Parts of a file: each from the line that begins with a text, up to the one that begins with another."""
    lines = report.shown[path].splitlines()
    shown: list[str] = []
    end = 0
    for first, last in parts:
        start = _line(lines, first, 0)
        shown += ["# …"] * (start > end)
        end = _line(lines, last, start)
        shown += lines[start:end]
    shown += ["# …"] * (end < len(lines))
    return Excerpt(path, "".join(f"{line}\n" for line in shown if line))


def _line(lines: list[str], beginning: str, start: int) -> int:
    found = (index for index in range(start, len(lines)) if lines[index].startswith(beginning))
    return next(found, len(lines))


def _tree(paths: list[str], order: list[str], room: int) -> str:
    """One line a service, with its objects, folded below these where there is no room; grouped by environment."""
    services: dict[str, dict[str, list[str]]] = {name: {} for name in order}
    for path in paths:
        folder, _, name = path.rpartition("/")
        _, environment, _, service = folder.split("/", 3)
        services[environment].setdefault(service, []).append(name.partition("-")[0])
    width = max(len(service) for group in services.values() for service in group)
    lines = []
    for environment, group in services.items():
        lines.append(f"environments/{environment}/hydrated\n")
        for index, (service, kinds) in enumerate(group.items(), 1):
            branch, below = ("└──", "   ") if index == len(group) else ("├──", "│  ")
            first, *others = wrap(_counted_kinds(kinds), max(room - width - _BRANCH, _NARROWEST) if room else _WIDEST)
            lines.append(f"{branch} {service.ljust(width)}  {first}\n")
            lines += [f"{below} {'':{width}}  {other}\n" for other in others]
    return "".join(lines)


def _counted_kinds(kinds: list[str]) -> str:
    counts = {kind: kinds.count(kind) for kind in sorted(kinds)}
    return ", ".join(kind if count == 1 else f"{count} {kind}" for kind, count in counts.items())


def _next_steps(repository: Path) -> str:
    steps = (
        (f"cd {shlex.quote(str(repository))}", "yours to play with"),
        ("mlgitops explain fraud-detector --env prod", "where values come from"),
        ("mlgitops diff staging prod", "how two environments differ"),
        ("mlgitops history prod fraud-detector", "what was declared when"),
        ("mlgitops rollback prod fraud-detector", "the release before, with a hold"),
        ("mlgitops gates dev staging", "what gates say of the rest"),
        ("mlgitops init ~/my-platform", "begin a repository of your own"),
    )
    width = max(len(command) for command, _ in steps[1:])
    return "".join(f"{command.ljust(width)}  # {why}\n" for command, why in steps)


def as_json(report: Report, repository: Path, remote: Path) -> str:
    """The same as one object.

    Args:
        report: What was done.
        repository: Where.
        remote: The bare repository beside it.
    """
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
        *promotions_json(report),
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
