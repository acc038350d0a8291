"""Wiring of the verb `evaluation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.wiring import durable, schemas

if TYPE_CHECKING:
    from pathlib import Path

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.workflows.evaluation import Evaluate
    from mlgitops.workflows.evaluation_list import EvaluationList


def evaluate(root: Path, directory: Path, source: Snapshot) -> Evaluate:
    """The workflow that records evaluations at `root`; files with metrics are named from `directory`."""
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.adapters.files.named import NamedFiles
    from mlgitops.workflows.evaluation import Evaluate

    def read(name: str) -> bytes:
        return NamedFiles({name: directory.resolve() / name}).read(name)

    return Evaluate(source, schemas(), durable(root), read, SystemClock())


def evaluation_list(source: Snapshot) -> EvaluationList:
    """The workflow that lists the evaluations of `source`."""
    from mlgitops.adapters.clock import SystemClock
    from mlgitops.workflows.evaluation_list import EvaluationList

    return EvaluationList(source, schemas(), SystemClock().now().date().isoformat())
