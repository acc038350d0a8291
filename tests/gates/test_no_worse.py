from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from support.evaluations import MODEL, OTHER, evaluation, kept
from support.gate_cases import case

from mlgitops.core import digests
from mlgitops.core.cases import Evidence
from mlgitops.core.measured_on import Hardware
from mlgitops.core.yaml.read import load
from mlgitops.gates.no_worse import GATE

ROOT = Path(__file__).resolve().parents[2]
RELEASE = {"version": "1.6.0", "model": {"uri": "s3://models/fraud/1.6.0/", "digest": MODEL}}
CHAMPION = {"version": "1.5.0", "model": {"uri": "s3://models/fraud/1.5.0/", "digest": OTHER}}
Q2 = {"uri": "s3://data/q2/", "digest": "sha256:" + "d2" * 32}
Q3 = {"uri": "s3://data/q3/", "digest": "sha256:" + "d3" * 32}
AUC = {"holdout": {"metrics": {"auc": {"min": 0.9}}}}
T4, H100 = (Hardware(name, frozenset({name})) for name in ("t4", "h100"))


def of(subject: str, data: dict[str, str] = Q3, auc: float = 0.94, **blocks: Any) -> Evidence:
    return kept(evaluation(subject={"model": subject}, data=data, **{"metrics": {"auc": auc}, **blocks}))


def latency(release: dict[str, Any], p95: float, hardware: str = "t4", **blocks: Any) -> Evidence:
    subject = {"release": digests.digest(release)}
    named = {"metadata": {"name": "latency"}, "subject": subject, "metrics": {"p95": p95}, "hardware": hardware}
    return kept(evaluation(data=Q3, **{**named, **blocks}))


def judged(
    *evidence: Evidence, acceptance: dict[str, Any] = AUC, source: str | None = "staging", **changes: Any
) -> Any:
    facts = {"release": RELEASE, "champion": CHAMPION, "evidence": evidence, "acceptance": acceptance}
    return GATE.check(case(source, **{**facts, **changes}))


@pytest.mark.parametrize(
    ("bound", "own", "champion", "result"),
    [
        ({"min": 0.9}, 0.94, 0.94, "passed"),
        ({"min": 0.9}, 0.9399, 0.94, "failed"),
        ({"min": 0.9, "maxDrop": 0.005}, 0.936, 0.941, "passed"),
        ({"min": 0.9, "maxDrop": 0.005}, 0.9359, 0.941, "failed"),
        ({"max": 0.99}, 0.94, 0.93, "failed"),
        ({"max": 0.99, "maxDrop": 0.01}, 0.94, 0.93, "passed"),
        ({"max": 0.99}, 0.92, 0.93, "passed"),
        ({"min": 0.99}, 0.95, 0.94, "passed"),  # too low, which is for `findings` to tell
    ],
)
def test_a_metric_is_no_worse_within_its_tolerance(bound: dict, own: float, champion: float, result: str) -> None:
    evidence = [of(MODEL, auc=own), of(OTHER, auc=champion)]
    verdict = judged(*evidence, acceptance={"holdout": {"metrics": {"auc": bound}}})
    assert verdict.result == result
    assert verdict.evidence == tuple(one.path for one in evidence)


def test_what_is_said_of_it() -> None:
    evidence = of(MODEL, auc=0.93), of(OTHER, auc=0.94)
    worse = judged(*evidence)
    assert worse.reason == "`holdout` of 1.6.0: `auc` is 0.93, the champion's 0.94; tolerance 0"
    assert worse.mend.startswith("Promote a release that is no worse")
    passed = judged(
        *evidence, champion={**CHAMPION, "model": {"digest": MODEL}}, release={**RELEASE, "model": {"digest": OTHER}}
    )
    assert passed.reason == "1.6.0 is no worse than the champion, 1.5.0: holdout: auc 0.94 against 0.93"
    two = judged(*evidence, acceptance={**AUC, "bias": {"metrics": {"gap": {"max": 1}}}})
    assert two.reason.endswith("; and 1 more")


def test_only_data_that_both_were_judged_on_counts() -> None:
    newest = of(MODEL, Q3, auc=0.5, at="2026-11-10T00:00:00Z")
    common = of(MODEL, Q2, auc=0.95, at="2026-11-01T00:00:00Z")
    old = of(MODEL, Q2, auc=0.5, at="2026-10-01T00:00:00Z")
    best = of(OTHER, Q2, auc=0.94, at="2026-08-01T00:00:00Z")
    older = of(OTHER, Q2, auc=0.99, at="2026-07-01T00:00:00Z")
    verdict = judged(older, best, old, common, newest)
    assert (verdict.result, verdict.evidence) == ("passed", (common.path, best.path))
    both = judged(common, best, newest, of(OTHER, Q3, auc=0.6, at="2026-07-01T00:00:00Z"))
    assert both.result == "failed"
    assert "`auc` is 0.5, the champion's 0.6" in both.reason


def test_the_same_address_is_not_the_same_data() -> None:
    moved = {"uri": Q3["uri"], "digest": Q2["digest"]}
    assert judged(of(MODEL, Q3), of(OTHER, moved)).result == "failed"
    copied = {"uri": "s3://prod/q3/", "digest": Q3["digest"]}
    assert judged(of(MODEL, Q3), of(OTHER, copied)).result == "passed"
    lake = {"uri": "lakefs://holdout", "revision": "c7" * 32}
    assert judged(of(MODEL, lake), of(OTHER, lake)).result == "passed"
    assert judged(of(MODEL, lake), of(OTHER, {**lake, "uri": "lakefs://other"})).result == "failed"


ADD = "mlgitops evaluation add fraud --env"


def commands(mend: str) -> list[str]:
    return [part for part in mend.split("`") if part.startswith("mlgitops")]


@pytest.mark.parametrize(
    ("evidence", "reason", "added"),
    [
        (
            [of(MODEL, Q3), of(OTHER, Q2)],
            "`holdout` of 1.6.0 and of the champion, 1.5.0, were not measured on the same data",
            [f"{ADD} staging --name holdout --metrics FILE --data s3://data/q2/ --data-digest {Q2['digest']}"],
        ),
        (
            [of(OTHER, Q2)],
            "there is no `holdout` of 1.6.0 to compare with that of the champion, 1.5.0",
            [f"{ADD} staging --name holdout --metrics FILE --data s3://data/q2/ --data-digest {Q2['digest']}"],
        ),
        (
            [of(MODEL, Q3)],
            "there is no `holdout` of the champion, 1.5.0, to compare that of 1.6.0 with",
            [f"{ADD} prod --name holdout --metrics FILE --data s3://data/q3/ --data-digest {Q3['digest']}"],
        ),
        (
            [],
            "`holdout` was measured neither of 1.6.0 nor of the champion, 1.5.0",
            [
                f"{ADD} {environment} --name holdout --metrics FILE --data URI --data-digest DIGEST"
                for environment in ("staging", "prod")
            ],
        ),
    ],
)
def test_what_cannot_be_compared_names_the_evaluation_to_add(
    evidence: list[Evidence], reason: str, added: list[str]
) -> None:
    verdict = judged(*evidence)
    assert (verdict.result, verdict.reason) == ("failed", reason)
    assert commands(verdict.mend) == added


def test_the_command_takes_the_place_of_the_release_and_odd_names() -> None:
    odd = {"uri": "s3://data/a b; rm -rf/", "revision": "v3"}
    (command,) = commands(judged(of(OTHER, odd), source="prod/challenger").mend)
    assert shlex.split(command)[4:] == [
        *("--env", "prod", "--slot", "challenger", "--name", "holdout", "--metrics", "FILE"),
        *("--data", odd["uri"], "--data-revision", "v3"),
    ]
    (by_hand,) = commands(judged(of(OTHER, Q2), source=None).mend)
    assert " --env prod --name" in by_hand


P95 = {"latency": {"metrics": {"p95": {"max": 40}}}}


def test_what_depends_on_hardware_is_compared_on_the_same() -> None:
    evidence = [latency(RELEASE, 30), latency(CHAMPION, 31), latency(CHAMPION, 10, "h100")]
    assert judged(*evidence, acceptance=P95, hardware=[T4]).result == "passed"
    assert judged(*evidence, acceptance=P95).result == "passed"
    missing = judged(*evidence, acceptance=P95, hardware=[T4, H100])
    assert missing.reason == "there is no `latency` of 1.6.0 on h100 to compare with that of the champion, 1.5.0"
    assert commands(missing.mend)[0].endswith("--hardware h100")
    both = judged(*evidence, latency(RELEASE, 11, "h100"), acceptance=P95, hardware=[T4, H100])
    assert both.reason == "`latency` of 1.6.0: `p95` is 11, the champion's 10; tolerance 0"
    faster = judged(*evidence, latency(RELEASE, 9, "h100"), acceptance=P95, hardware=[T4, H100])
    assert faster.reason.endswith("latency on t4: p95 30 against 31; latency on h100: p95 9 against 10")


def test_unlike_hardware_is_not_compared_where_nothing_is_known_of_the_pools() -> None:
    verdict = judged(latency(RELEASE, 30, "h100"), latency(CHAMPION, 31, "t4"), acceptance=P95)
    assert verdict.result == "failed"
    assert commands(verdict.mend)[0].endswith("--hardware t4")


def test_the_command_keeps_the_name_that_the_hardware_was_given() -> None:
    pool = Hardware("t4", frozenset({"t4", "Tesla-T4"}))
    verdict = judged(latency(CHAMPION, 31, "Tesla-T4"), acceptance=P95, hardware=[pool])
    assert commands(verdict.mend)[0].endswith("--hardware Tesla-T4")
    for command in commands(judged(acceptance=P95, hardware=[pool]).mend):
        assert command.endswith("--data URI --data-digest DIGEST --hardware t4")


def test_models_are_not_compared_with_releases() -> None:
    about = of(OTHER, metadata={"name": "latency"}, metrics={"p95": 31})
    assert judged(latency(RELEASE, 30), about, acceptance=P95).result == "failed"


SLICED = {"holdout": {"slices": {"*": {"auc": {"min": 0.8}}}}}
NAMED = {"holdout": {"slices": {"young": {"auc": {"min": 0.8}}}}}


@pytest.mark.parametrize(
    ("demand", "own", "champion", "says"),
    [
        (SLICED, {"young": 0.9}, {"young": 0.9}, ""),
        (
            SLICED,
            {"young": 0.89},
            {"young": 0.9},
            "`auc` is 0.89 on the slice `young`, the champion's 0.9; tolerance 0",
        ),
        (SLICED, {"old": 0.9}, {"young": 0.9, "old": 0.9}, "it was not measured on the slice `young`, and the"),
        (SLICED, {"young": 0.9, "old": 0.1}, {"young": 0.9}, ""),  # a slice that is measured since
        (NAMED, {"young": 0.9}, {"young": 0.9}, ""),
        (NAMED, {"young": 0.89}, {"young": 0.9}, "`auc` is 0.89 on the slice `young`"),
        (NAMED, {"old": 0.9}, {"young": 0.9}, "`auc` was not measured on the slice `young`, and the champion's was"),
        (NAMED, {"young": 0.9}, {"old": 0.9}, "1.5.0: `auc` was not measured on the slice `young`, so nobody can tell"),
    ],
)
def test_slices_are_compared_one_by_one(demand: dict, own: dict, champion: dict, says: str) -> None:
    parts = [{name: {"auc": value} for name, value in slices.items()} for slices in (own, champion)]
    verdict = judged(of(MODEL, slices=parts[0]), of(OTHER, slices=parts[1]), acceptance=demand)
    assert verdict.result == ("failed" if says else "passed")
    assert says in verdict.reason


def test_a_metric_of_one_of_the_two_cannot_be_compared() -> None:
    demand = {"holdout": {"metrics": {"auc": {"min": 0.9}, "f1": {"min": 0.5}}}}
    more = {"auc": 0.94, "f1": 0.8}
    own = judged(of(MODEL), of(OTHER, metrics=more), acceptance=demand)
    assert own.reason == "`holdout` of 1.6.0: `f1` was not measured, and the champion's was"
    best = judged(of(MODEL, metrics=more), of(OTHER), acceptance=demand)
    assert best.reason == (
        "`holdout` of the champion, 1.5.0: `f1` was not measured, so nobody can tell whether 1.6.0 is worse"
    )
    assert commands(best.mend) == [
        f"{ADD} prod --name holdout --metrics FILE --data s3://data/q3/ --data-digest {Q3['digest']}"
    ]


def test_the_same_model_is_no_worse() -> None:
    same = {**CHAMPION, "model": RELEASE["model"]}
    passed = judged(of("sha256:" + "e5" * 32), champion=same)
    assert (passed.result, passed.reason) == (
        "passed",
        "1.6.0 is no worse than the champion, 1.5.0: it has the same model",
    )
    assert judged(of(MODEL), champion=same).result == "passed"
    slower = judged(latency(RELEASE, 31), latency(same, 30), acceptance=P95, champion=same)
    assert slower.result == "failed"
    assert judged(champion=same).result == "failed"  # nobody knows what the evaluation would be about
    bare = [{"version": version} for version in ("1.6.0", "1.5.0")]
    assert judged(of(MODEL), release=bare[0], champion=bare[1]).result == "failed"


def test_a_hotfix_returns_to_what_is_better() -> None:
    facts = {"release": RELEASE, "champion": CHAMPION, "evidence": [of(MODEL, auc=0.5), of(OTHER)], "acceptance": AUC}
    verdict = GATE.check(case("prod", "staging", **facts))
    assert verdict.reason == "1.6.0 comes back along the path, from prod, whatever 1.5.0 can do"
    assert verdict.result == "passed"
    assert GATE.check(case("dev", "staging", **facts)).result == "failed"


def test_where_nothing_can_be_worse() -> None:
    assert judged(champion=None).reason == "nothing answers in prod that it could be worse than"
    itself = judged(champion=RELEASE)
    assert (itself.result, itself.reason) == ("passed", "1.6.0 is the champion itself")
    assert judged(acceptance={}) is None
    assert judged(acceptance={"holdout": {"within": "90d"}}) is None
    assert judged(acceptance={"holdout": {"slices": {"*": {}}}}) is None
    assert judged(state={"kind": "TrainingJob"}) is None
    assert GATE.blocks == {"promotion"}


def example() -> list[Evidence]:
    found = sorted(ROOT.glob("environments/*/evaluations/risk/fraud-detector/*.yaml"))
    paths = [path.relative_to(ROOT).as_posix() for path in found]
    return [Evidence(path, path.split("/")[1], load((ROOT / path).read_bytes(), path)) for path in paths]


def test_the_worked_example() -> None:
    staging, prod = (
        load((ROOT / f"environments/{name}/state/risk/fraud-detector.yaml").read_bytes(), name)["release"]
        for name in ("staging", "prod")
    )
    assert (staging["version"], prod["version"]) == ("1.6.0", "1.5.0")
    facts = {"release": staging, "champion": prod, "evidence": example(), "hardware": [T4]}
    demand = {"holdout": {"metrics": {"auc": {"min": 0.92}}, "slices": {"*": {"auc": {"min": 0.88}}}}}
    assert "auc 0.941 against 0.927" in GATE.check(case(acceptance=demand, **facts)).reason
    slower = {"latency": {"metrics": {"p95_latency_ms": {"max": 40}}}}
    assert "33.8, the champion's 31.6" in GATE.check(case(acceptance=slower, **facts)).reason
    tolerant = {"latency": {"metrics": {"p95_latency_ms": {"max": 40, "maxDrop": 3}}}}
    assert GATE.check(case(acceptance=tolerant, **facts)).result == "passed"
