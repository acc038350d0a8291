"""Evaluations: what one is called, and which one counts for a demand of an acceptance.

They are joined by digest: one counts wherever it is kept and whenever it was made, before the release or after it, as
long as it is about the same model, or about the same release on the same hardware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests, measured_on
from mlgitops.core.bounds import judge
from mlgitops.core.repeated import TOGETHER, kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.bounds import Check
    from mlgitops.core.cases import Evidence, StateCase
    from mlgitops.core.measured_on import Hardware
    from mlgitops.core.states import Slot


class Standing(NamedTuple):
    """How a release stands with one key of an acceptance, on one kind of hardware.

    Attributes:
        key: The key: a name of evaluations.
        hardware: The hardware that was asked about; None where any counts, or the evaluation is about the model.
        evidence: The evaluation that counts, or None.
        checks: What it shows, one a bound; none without evidence.
        elsewhere: Without evidence, evaluations of this name and release on other hardware, newest first.
        others: Where none is about this release, evaluations of this name about other models and releases, likewise.
    """

    key: str
    hardware: Hardware | None
    evidence: Evidence | None
    checks: list[Check]
    elsewhere: list[Evidence]
    others: list[Evidence]

    @property
    def met(self) -> bool:
        """Whether the demand is met."""
        return self.evidence is not None and not self.failures

    @property
    def failures(self) -> list[Check]:
        """The checks that did not pass."""
        return [check for check in self.checks if not check.passed]

    @property
    def file(self) -> str:
        """Path of the evaluation that counts; empty without one."""
        return self.evidence.path if self.evidence else ""

    @property
    def place(self) -> str:
        """Without evidence on one hardware, where it is missing and what is nearest, in words; else empty."""
        if not (self.elsewhere and self.hardware):
            return ""
        nearest = self.elsewhere[0]
        return f" on {self.hardware.name}: the nearest is of {nearest.document['hardware']}, {nearest.path}"


def identity(evaluation: Mapping[str, Any]) -> str:
    """The id of a valid Evaluation, which is the stem of its file: name, subject, data and content, shortened.

    Data that only a revision pins has the digest of what `data` says.

    Raises:
        InputError: It has no digest: an integer beyond 2^53.
    """
    (subject,) = evaluation["subject"].values()
    data = evaluation["data"]
    parts = (subject, data.get("digest") or digests.digest(data), digests.digest(evaluation))
    return "-".join([evaluation["metadata"]["name"], *map(digests.short, parts)])


def model_digest(release: Mapping[str, Any]) -> str | None:
    """The digest of a release's model, beside its address or, as in `oci://…@sha256:…`, in it; None without one.

    The release may be one of the past, which is not as it should be.
    """
    model = release.get("model")
    if not isinstance(model, dict):
        return None
    pinned = str(model.get("uri", "")).rpartition("@")[2]
    return model.get("digest") or (pinned if digests.is_digest(pinned) else None)


def newest_first(evidence: Iterable[Evidence]) -> list[Evidence]:
    """By the time of measurement, ties by id; the order in which they are given does not matter."""
    return sorted(evidence, key=_recency, reverse=True)


def _recency(one: Evidence) -> tuple[str, str, str]:
    return one.document["at"], one.path.rpartition("/")[2], one.path


@kept(TOGETHER)
def judged(case: StateCase) -> Iterator[tuple[Slot, Standing]]:
    """How the releases of a state stand with its effective acceptance; of jobs nothing is demanded."""
    if case.state["kind"] != "ModelDeployment":
        return
    for slot in case.slots:
        where = measured_on.places(slot.deploy.get("placement", {}), case.environment.get("nodePools", []))
        for standing in standings(slot.release, case.acceptance, case.evidence, where, case.today):
            yield slot, standing


def standings(
    release: Mapping[str, Any],
    acceptance: Mapping[str, Any],
    evidence: Iterable[Evidence],
    where: Sequence[Hardware],
    today: str,
) -> Iterator[Standing]:
    """How a release stands with an acceptance, sorted by key.

    Args:
        release: The release as written.
        acceptance: The effective acceptance.
        evidence: All evaluations of the service, in any order.
        where: The kinds of hardware that the release may run on; each has to be shown. Empty where nothing is known
            of them, so that any counts.
        today: The date, `YYYY-MM-DD`, by which ages are judged.
    """
    for key, demand in sorted(acceptance.items()):
        named = newest_first(one for one in evidence if one.document["metadata"]["name"] == key)
        own, others = parted(named, release)
        if not own:
            yield Standing(key, None, None, [], [], others)
            continue
        chosen: set[str] = set()
        for place in where or (None,):
            one = next((one for one in own if holds_on(one, place)), None)
            if one is None:
                yield Standing(key, place, None, [], own, [])
            elif one.path not in chosen:
                chosen.add(one.path)
                shown_on = place if "release" in one.document["subject"] else None
                yield Standing(key, shown_on, one, judge(one.document, demand, today), [], [])


def parted(named: Iterable[Evidence], release: Mapping[str, Any]) -> tuple[list[Evidence], list[Evidence]]:
    """The evaluations that are about a release or its model, and the others, each in the order given."""
    model = model_digest(release)
    digest = ""
    own: list[Evidence] = []
    others: list[Evidence] = []
    for one in named:
        subject = one.document["subject"]
        if "release" in subject and not digest:
            digest = digests.of_release(release)
        mine = subject["release"] == digest if "release" in subject else subject["model"] == model
        (own if mine else others).append(one)
    return own, others


def holds_on(one: Evidence, place: Hardware | None) -> bool:
    """Whether an evaluation tells something of a kind of hardware; None is any."""
    return place is None or "model" in one.document["subject"] or one.document.get("hardware") in place.names


def unlike(release: Mapping[str, Any], other: Evidence) -> tuple[str, tuple[str, ...]]:
    """The digest of a release that an evaluation about another one should have named.

    Returns:
        Its own digest beside that of the evaluation, in words, and where it stands in the release.
    """
    ((kind, digest),) = other.document["subject"].items()
    model = release.get("model", {})
    nearest = f"the nearest is of {kind} {digests.short(digest)}"
    if kind == "model" and "digest" in model:
        return f"model {digests.short(model['digest'])}; {nearest}", ("model", "digest")
    return f"release {digests.short(digests.digest(release))}; {nearest}", ("version",)


def shared_pin(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """Which pin says that two data are the same: their `digest`, or in one place of a store their `revision`."""
    if "digest" in one and one["digest"] == other.get("digest"):
        return "digest"
    if "revision" in one and (one["uri"], one["revision"]) == (other["uri"], other.get("revision")):
        return "revision"
    return None
