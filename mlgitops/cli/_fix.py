"""`mlgitops validate --fix`: what is mended before anything is judged."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mlgitops import wiring
from mlgitops.cli._settings import current
from mlgitops.core.redaction import redact
from mlgitops.output import formats
from mlgitops.output import json as json_output
from mlgitops.output.patch import patch
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import clean, styled
from mlgitops.output.text import counted, findings_text
from mlgitops.workflows.fix import Report, Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlgitops.workflows.mending import Mended


def fix(root: Path, paths: tuple[str, ...]) -> None:
    """Mend, and say what was mended: among the result where that is text, else beside it."""
    report = wiring.fix(root, Bar()).run(Request(paths))
    stream = sys.stdout if current.format == formats.TEXT else sys.stderr
    stream.write("".join(_told(report, color=current.colored(stream))))


def show(root: Path, paths: tuple[str, ...]) -> None:
    """Write what `fix` would change, and change nothing."""
    report = wiring.fix(root, Bar()).run(Request(paths, write=False))
    if current.json:
        sys.stdout.write(json_output.document(_values(report)))
        return
    sys.stdout.write(patch(report.diff, color=current.colored()))
    sys.stderr.write(findings_text(report.findings, color=current.colored(sys.stderr)))
    sys.stderr.write("".join(_kept(report, color=current.colored(sys.stderr))))
    sys.stderr.write(f"{counted(len(report.mended), 'value')} to mend, {counted(len(report.rendered), 'manifest')}\n")


def _values(report: Report) -> dict[str, Any]:
    return {
        "mended": [one._asdict() for one in report.mended],
        "kept": [one._asdict() for one in report.kept],
        "rendered": report.rendered,
        "diff": report.diff,
        "findings": json_output.findings(report.findings),
    }


def _told(report: Report, *, color: bool) -> Iterator[str]:
    for one in report.mended:
        yield f"{styled('mended', 'green', color=color)} {_place(one)}\n"
    for path in report.rendered:
        yield f"{styled('rendered', 'green', color=color)} {clean(path)}\n"
    yield from _kept(report, color=color)


def _kept(report: Report, *, color: bool) -> Iterator[str]:
    for one in report.kept:
        why = "its release is committed under this version, and immutable"
        yield f"{styled('kept', 'yellow', color=color)} {_place(one)}: {why}\n"


def _place(one: Mended) -> str:
    return clean(redact(f"{one.path}: {one.message} [{one.rule}]"))
