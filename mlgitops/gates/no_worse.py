"""`no-worse`: the release is worse than what it replaces, or nobody can tell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.bounds import ALL_SLICES, judge, said
from mlgitops.core.pairs import pairs
from mlgitops.core.slots import SlotName
from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.cases import Evidence
    from mlgitops.core.measured_on import Hardware
    from mlgitops.core.pairs import Pair
    from mlgitops.gates import GateCase

    Document = Mapping[str, Any]

_MEND = "Promote a release that is no worse; `maxDrop` in `acceptance` says how much may be given up."


class _Problem(NamedTuple):
    reason: str
    mend: str


def check(case: GateCase) -> Verdict | None:
    """Compare each metric that the target demands with the champion's on the same data."""
    demands = {key: demand for key, demand in sorted(case.acceptance.items()) if _bounded(demand)}
    if case.state["kind"] != "ModelDeployment" or not demands:
        return None
    if case.champion is None:
        return Verdict("passed", f"nothing answers in {case.target.environment} that it could be worse than")
    version, best = case.release["version"], case.champion["version"]
    later = case.returns()
    if later:
        return Verdict("passed", f"{version} comes back along the path, from {later}, whatever {best} can do")
    if digests.digest(case.release) == digests.digest(case.champion):
        return Verdict("passed", f"{version} is the champion itself")
    found = [pair for key in demands for pair in pairs(key, case.release, case.champion, case.evidence, case.hardware)]
    problems = [problem for pair in found for problem in _problems(case, pair, demands[pair.key], best)]
    evidence = tuple(dict.fromkeys(one.path for pair in found for one in (pair.own, pair.champion) if one))
    if problems:
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        return Verdict("failed", f"{problems[0].reason}{more}", problems[0].mend, evidence)
    shown = "; ".join(_shown(pair, demands[pair.key]) for pair in found) or "it has the same model"
    return Verdict("passed", f"{version} is no worse than the champion, {best}: {shown}", "", evidence)


def _bounded(demand: Document) -> bool:
    return bool(demand.get("metrics") or any(demand.get("slices", {}).values()))


def _problems(case: GateCase, pair: Pair, demand: Document, best: str) -> Iterator[_Problem]:
    """What is worse, what was measured of one of the two only, or what is missing to compare them at all."""
    if not (pair.common and pair.own and pair.champion):
        yield _missing(case, pair, best)
        return
    own, champion = pair.own.document, pair.champion.document
    about = f"`{pair.key}` of {case.release['version']}"
    for one in judge(own, demand, case.now.date().isoformat(), champion=champion):
        if one.kind == "maxDrop" and not one.passed:
            unmeasured = f"`{one.metric}` was not measured{_on(one.slice)}, and the champion's was"
            yield _Problem(f"{about}: {said(one) if one.value is not None else unmeasured}", _MEND)
    if ALL_SLICES in demand.get("slices", {}):
        for name in sorted(set(champion.get("slices", {})) - set(own.get("slices", {}))):
            mend = f"Measure it there, too: {_command(case, _own(case), pair.key, pair.champion, None)}."
            yield _Problem(f"{about}: it was not measured{_on(name)}, and the champion's was", mend)
    for name, metric in _unmeasured(champion, demand):
        reason = f"`{pair.key}` of the champion, {best}: `{metric}` was not measured{_on(name)}"
        mend = f"Measure it: {_command(case, _champion(case), pair.key, pair.own, None)}."
        yield _Problem(f"{reason}, so nobody can tell whether {case.release['version']} is worse", mend)


def _unmeasured(champion: Document, demand: Document) -> Iterator[tuple[str, str]]:
    """Slice, empty for all data, and metric of each bound by name that the champion's evaluation says nothing of."""
    slices = champion.get("slices", {})
    named = {name: bounds for name, bounds in demand.get("slices", {}).items() if name != ALL_SLICES}
    for name, metrics, bounds in (
        ("", champion["metrics"], demand.get("metrics", {})),
        *((name, slices.get(name, {}), bounds) for name, bounds in sorted(named.items())),
    ):
        yield from ((name, metric) for metric in sorted(set(bounds) - set(metrics)))


def _missing(case: GateCase, pair: Pair, best: str) -> _Problem:
    """Which evaluation to add so that the two can be compared."""
    version = case.release["version"]
    where = f" on {pair.hardware.name}" if pair.hardware else ""
    add = [
        _command(case, slot, pair.key, example, pair.hardware)
        for slot, example, lacking in (
            (_own(case), pair.champion, pair.champion or not pair.own),
            (_champion(case), pair.own, not pair.champion),
        )
        if lacking
    ]
    if pair.own and pair.champion:
        reason = f"`{pair.key}` of {version} and of the champion, {best}, were not measured on the same data{where}"
    elif pair.champion:
        reason = f"there is no `{pair.key}` of {version}{where} to compare with that of the champion, {best}"
    elif pair.own:
        reason = f"there is no `{pair.key}` of the champion, {best},{where} to compare that of {version} with"
    else:
        reason = f"`{pair.key}` was measured{where} neither of {version} nor of the champion, {best}"
    return _Problem(reason, f"Measure it on the same data: {', and '.join(add)}.")


def _own(case: GateCase) -> SlotName:
    return case.source or case.target


def _champion(case: GateCase) -> SlotName:
    return SlotName(case.target.environment)


def _command(case: GateCase, slot: SlotName, key: str, example: Evidence | None, place: Hardware | None) -> str:
    """What records the evaluation of the release in a slot on the data, and hardware, of another evaluation."""
    words = ["mlgitops", "evaluation", "add", case.unit.name, "--env", slot.environment]
    words += ["--slot", "challenger"] if slot.challenger else []
    words += ["--name", key, "--metrics", "FILE"]
    data: Document = example.document["data"] if example else {"uri": "URI", "digest": "DIGEST"}
    words += ["--data", data["uri"]]
    words += [word for pin in ("digest", "revision") if pin in data for word in (f"--data-{pin}", data[pin])]
    hardware = example.document.get("hardware") if example else None
    if place and hardware not in place.names:
        hardware = place.name
    if example is None or "release" in example.document["subject"]:
        words += ["--hardware", hardware] if hardware else []
    return f"`{shlex.join(words)}`"


def _on(part: str) -> str:
    return f" on the slice `{part}`" if part else ""


def _shown(pair: Pair, demand: Document) -> str:
    own, champion = ((one.document if one else {}) for one in (pair.own, pair.champion))
    values = [
        f"{metric} {own['metrics'][metric]} against {champion['metrics'][metric]}"
        for metric in sorted(demand.get("metrics", {}))
    ]
    place = f" on {pair.hardware.name}" if pair.hardware else ""
    return f"{pair.key}{place}: {', '.join(values) or 'on all slices'}"


GATE = Gate(
    id="no-worse",
    title="whether the release is no worse than the champion on the same data",
    why=(
        "A release can pass every bound of `acceptance` and still be worse than the one it replaces. Each metric that "
        "the target bounds is compared with the champion's, in the direction of its `min` or `max`, with `maxDrop` as "
        "tolerance and none without it, and only on data that both were judged on, by digest: two results on different "
        "data say nothing about each other. What depends on hardware is compared on the same hardware. Where nothing "
        "can be compared the answer is no, with the evaluation to add; where there is no champion, or it has the same "
        "model, there is nothing to be worse than. A hotfix that returns along the path is not compared with what was "
        "to replace it; a rollback is told of it and never stopped."
    ),
    mend="Promote a release that is no worse, or record the evaluation that is missing: `mlgitops evaluation add`.",
    blocks=PROMOTION,
    check=check,
)
