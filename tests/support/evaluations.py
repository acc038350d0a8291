"""Evaluations as literals, and what a release of the model `a1…` shows with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.cases import Evidence
from mlgitops.core.evaluation import identity, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgitops.core.evaluation import Standing
    from mlgitops.core.measured_on import Hardware

TODAY = "2026-11-20"
MODEL = "sha256:" + "a1" * 32
OTHER = "sha256:" + "c3" * 32
DATA = "sha256:" + "b2" * 32
RELEASE = {"version": "1.5.0", "model": {"uri": "s3://models/fraud/1.5.0/", "digest": MODEL}}


def evaluation(**blocks: Any) -> dict[str, Any]:
    """A result about the model with some blocks replaced; None removes one."""
    document = {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "Evaluation",
        "metadata": {"name": "holdout"},
        "subject": {"model": MODEL},
        "data": {"uri": "s3://data/holdout/", "digest": DATA},
        "metrics": {"auc": 0.94},
        "at": "2026-11-03T09:12:00Z",
    } | blocks
    return {key: value for key, value in document.items() if value is not None}


def kept(document: dict[str, Any], environment: str = "dev") -> Evidence:
    """The evaluation in its file."""
    path = f"environments/{environment}/evaluations/fraud/{identity(document)}.yaml"
    return Evidence(path, environment, document)


def shown(
    evidence: Iterable[Evidence], demand: dict[str, Any], where: Sequence[Hardware] = (), today: str = TODAY
) -> list[Standing]:
    """How `RELEASE` stands with one demand on `holdout`."""
    return list(standings(RELEASE, {"holdout": demand}, list(evidence), where, today))
