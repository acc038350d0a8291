"""`evaluation-of-another-model`: the evaluations that are demanded exist, but are about other digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.evaluation import judged, unlike
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find demands that evaluations of other models or releases answer, and none of this one."""
    for slot, standing in judged(case):
        if standing.others:
            nearest = standing.others[0]
            digests, pointer = unlike(slot.release, nearest)
            message = f"`{standing.key}` is demanded of {slot.release['version']}, {digests}: {nearest.path}"
            yield Fault("evaluation-of-another-model", (*slot.root, "release", *pointer), message, "")


RULE = Rule(
    id="evaluation-of-another-model",
    title="evaluations that are about another model than the one that is deployed",
    severity="error",
    first_step="warning",
    why=(
        "A file that was uploaded again, converted or quantised after it was evaluated is another model, whatever its "
        "version says: its digest differs, and nobody knows how good it is. What depends on image and hardware, such "
        "as latency, is about one release, and is measured again for the next."
    ),
    mend="Deploy the model that was evaluated, or evaluate this one and record that: `mlgitops evaluation add`.",
    bad=(
        f"release: {{model: {{digest: 'sha256:{'c3' * 32}'}}}}",
        f"challenger: {{mode: shadow, percent: 10, release: {{model: {{digest: 'sha256:{'c3' * 32}'}}}}}}",
    ),
    good=(
        "release: {model: {digest: 'sha256:DIGEST'}}",
        "challenger: {mode: shadow, percent: 10, release: {model: {uri: 's3://acme-models/fraud/1.6.0/'}}}",
    ),
    judges="state",
    check=check,
)
