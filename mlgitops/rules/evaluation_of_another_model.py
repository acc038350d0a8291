"""`evaluation-of-another-model`: the evaluations that are demanded exist, but are about other digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core import digests
from mlgitops.core.evaluation import judged
from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import Evidence, StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find demands that evaluations of other models or releases answer, and none of this one."""
    for slot, standing in judged(case):
        if standing.evidence is not None or standing.elsewhere or not standing.others:
            continue
        nearest = standing.others[0]
        own, pointer = _own(slot.release, nearest)
        message = (
            f"`{standing.key}` is demanded of {slot.release['version']}, {own}; "
            f"the nearest is of {_subject(nearest)}: {nearest.path}"
        )
        yield Fault("evaluation-of-another-model", (*slot.root, "release", *pointer), message, "")


def _own(release: Mapping[str, object], nearest: Evidence) -> tuple[str, tuple[str, ...]]:
    """The digest of what should have been evaluated, in words, and where it stands in the release."""
    model = release.get("model")
    if "model" in nearest.document["subject"] and isinstance(model, dict) and "digest" in model:
        return f"model {digests.short(model['digest'])}", ("model", "digest")
    return f"release {digests.short(digests.digest(release))}", ("version",)


def _subject(one: Evidence) -> str:
    ((kind, digest),) = one.document["subject"].items()
    return f"{kind} {digests.short(digest)}"


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
