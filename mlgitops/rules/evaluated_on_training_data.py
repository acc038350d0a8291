"""`evaluated-on-training-data`: the evaluation that counts was measured on what the model has learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.evaluation import judged, shared_pin
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find evaluations that answer a demand and whose data stands in the lineage of their release."""
    for slot, standing in judged(case):
        if standing.evidence is None:
            continue
        data = standing.evidence.document["data"]
        for index, source in enumerate(slot.release.get("lineage", {}).get("data", [])):
            pin = shared_pin(source, data)
            if pin:
                message = (
                    f"`{standing.key}` of {slot.release['version']} was measured on its own training data, "
                    f"`{source['name']}`: {standing.evidence.path}"
                )
                place: tuple[str | int, ...] = (*slot.root, "release", "lineage", "data", index, pin)
                yield Fault("evaluated-on-training-data", place, message, "")


_LINEAGE = f"{{data: [{{name: training, uri: 's3://acme-data/fraud/all/', digest: 'sha256:{'b2' * 32}'}}]}}"

RULE = Rule(
    id="evaluated-on-training-data",
    title="an evaluation on the data that the model was trained with",
    severity="error",
    why=(
        "A model knows the answers to what it was trained with, so that a result on this data says how well it "
        "remembers, not how good it is. Data has the same digest wherever a copy of it lies, which is how the two are "
        "recognised; rows that stand in both of two different data sets are not."
    ),
    mend="Evaluate the release on data that it has not seen, and record that: `mlgitops evaluation add`.",
    bad=(
        f"release: {{lineage: {_LINEAGE}}}",
        f"challenger: {{mode: shadow, percent: 10, release: {{lineage: {_LINEAGE}}}}}",
    ),
    good=(
        "release: {lineage: {data: [{name: training, uri: 's3://acme-data/fraud/holdout/', digest: 'sha256:DIGEST'}]}}",
    ),
    judges="state",
    check=check,
)
