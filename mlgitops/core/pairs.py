"""Pairs: evaluations of a release and of the champion that can be compared, being of one name and on the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.evaluation import holds_on, model_digest, newest_first, parted, shared_pin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlgitops.core.cases import Evidence
    from mlgitops.core.measured_on import Hardware


class Pair(NamedTuple):
    """What there is to compare of one name of evaluations, on one kind of hardware.

    Attributes:
        key: The name.
        hardware: The hardware that was asked about; None where any counts, or they are about models.
        own: The release's evaluation; where there is no common data, its newest, or None.
        champion: The champion's, likewise.
        common: Whether both were judged on the same data, and so can be compared.
    """

    key: str
    hardware: Hardware | None
    own: Evidence | None
    champion: Evidence | None
    common: bool


def pairs(
    key: str,
    release: Mapping[str, Any],
    champion: Mapping[str, Any],
    evidence: Iterable[Evidence],
    where: Sequence[Hardware],
) -> list[Pair]:
    """What can be compared of evaluations called `key`.

    Of data that both have been judged on, the release's newest evaluation decides; of the champion's on the same data,
    its newest. Evaluations about releases are compared on the same hardware, and never with those about models.

    Args:
        key: Name of the evaluations.
        release: The release as written.
        champion: The champion's release.
        evidence: All evaluations of the service, in any order.
        where: The kinds of hardware that the release may run on; empty where nothing is known of them.

    Returns:
        One pair a kind of hardware, or one for all where models are compared. Empty where both have the same model and
        evaluations of this name are about models alone: then there is nothing to compare.
    """
    named = newest_first(one for one in evidence if one.document["metadata"]["name"] == key)
    model = model_digest(release)
    if named and model and model == model_digest(champion) and all(_kind(one) == "model" for one in named):
        return []
    own, best = parted(named, release)[0], parted(named, champion)[0]
    found = [_pair(key, place, own, best) for place in where or (None,)]
    return list({(pair.own and pair.own.path, pair.champion and pair.champion.path): pair for pair in found}.values())


def _pair(key: str, place: Hardware | None, own: Sequence[Evidence], best: Sequence[Evidence]) -> Pair:
    mine = [one for one in own if holds_on(one, place)]
    theirs = [one for one in best if holds_on(one, place)]
    for one in mine:
        for other in theirs:
            if _comparable(one, other, place):
                return Pair(key, None if _kind(one) == "model" else place, one, other, common=True)
    return Pair(key, place, next(iter(mine), None), next(iter(theirs), None), common=False)


def _comparable(one: Evidence, other: Evidence, place: Hardware | None) -> bool:
    if _kind(one) != _kind(other) or not shared_pin(one.document["data"], other.document["data"]):
        return False
    return place is not None or one.document.get("hardware") == other.document.get("hardware")


def _kind(one: Evidence) -> str:
    (kind,) = one.document["subject"]
    return str(kind)
