"""Wiring of what looks at one state or one environment: `explain`, `fit` and `pools`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.wiring import schemas

if TYPE_CHECKING:
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.workflows.explain import Explain
    from mlgitops.workflows.fit import Fit
    from mlgitops.workflows.pools import Import


def explain(source: Snapshot) -> Explain:
    """The explain workflow over `source`."""
    from mlgitops.workflows.explain import Explain

    return Explain(source, schemas())


def fit(source: Snapshot) -> Fit:
    """The fit workflow over `source`."""
    from mlgitops.workflows.fit import Fit

    return Fit(source, schemas())


def import_pools(source: Snapshot) -> Import:
    """The workflow that brings nodes into the environments of `source`."""
    from mlgitops.workflows.pools import Import

    return Import(source, schemas())
