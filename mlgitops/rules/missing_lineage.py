"""`missing-lineage`: a model that nobody can make again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find releases that do not say which code, and for a model which data, they came from."""
    for slot in case.slots:
        lineage = slot.release.get("lineage", {})
        missing = [
            key for key in ("code", "data") if not lineage.get(key) and (key == "code" or "model" in slot.release)
        ]
        if missing:
            pointer = (*slot.root, "release", "lineage") if lineage else (*slot.root, "release")
            yield Fault(
                "missing-lineage", pointer, f"the release does not say which {' and '.join(missing)} it came from", ""
            )


RULE = Rule(
    id="missing-lineage",
    title="a release that does not say which code and data it came from",
    severity="warning",
    why=(
        "When a model misbehaves, somebody has to know what it was trained on, and with which code, to explain it, to "
        "mend it or to make it again. That is easily written down when the model is made, and hardly ever found out "
        "later. A training job needs its code only."
    ),
    mend="Fill in `lineage.code` (repository and commit) and `lineage.data` (address and digest).",
    bad=(
        "release: {lineage: null}",
        "release: {lineage: {code: null}}",
        "release: {lineage: {data: null}}",
        "release: {lineage: {data: []}}",
        "challenger: {mode: shadow, percent: 10, release: {lineage: {data: null}}}",
    ),
    good=(
        "release: {lineage: {seed: 7}}",
        """
kind: TrainingJob
release: {template: job/v1, model: null, lineage: {data: null}}
deploy: {replicas: null}
acceptance: null
""",
    ),
    judges="state",
    check=check,
    releases=True,
)
