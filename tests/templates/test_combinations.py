"""Everything that the shipped templates can emit: every two options together, judged, and alike where it must be."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from support import shipped
from support.judges import judge, refusals

from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from support.apiserver import ApiServer

    from mlgitops.core.hydrate import Hydrated

FIXED = "maxSurge and maxUnavailable are both 0, so that no replica could ever be replaced"
DECLINED = {
    "kserve/v1": {
        FIXED,
        "KServe does not deliver oci:// beside other addresses (kserve/kserve#5200): set mountArtifacts to false",
        "replicas.min is 0, and the autoscaler `hpa` keeps at least one replica: set it to 1, or use `keda` or `none`",
        "the runtime needs the model's format: set release.model.format, or the parameter modelFormat",
    },
    "deployment/v1": {
        FIXED,
        "createServiceAccount makes an account of its own: leave serviceAccount out",
        "replicas.min is 0, and the autoscaler `hpa` keeps at least one replica: set it to 1, or use `keda`",
        "the autoscaler `keda` needs triggers",
        "triton serves a model: name one in release.model",
        "vllm serves a model: name one in release.model",
        "the model's address is neither oci:// nor pvc://: name a downloadImage, or set modelDelivery to none",
    },
}
templates = pytest.mark.parametrize("reference", shipped.REFERENCES)


def manifests(hydrated: Hydrated) -> list[object]:
    return [load(data, path) for path, data in hydrated.files.items()]


def workload(hydrated: Hydrated) -> dict[str, bytes]:
    return {path: data for path, data in hydrated.files.items() if not path.endswith("-provenance.yaml")}


@templates
def test_every_two_options_together_are_accepted_by_the_published_schemas(reference: str) -> None:
    for case, hydrated in shipped.combinations(reference):
        refused = refusals(judge(manifests(hydrated)))
        assert not refused, f"{case.options}: {refused}"


@templates
@pytest.mark.servers
def test_every_two_options_together_are_accepted_by_a_real_api_server(reference: str, apiserver: ApiServer) -> None:
    cases = list(shipped.combinations(reference))
    for case, hydrated in cases:
        for verdict in judge(manifests(hydrated), apiserver):
            assert verdict.outcome == "accepted", f"{case.options}: {verdict}"
            assert not verdict.warnings, f"{case.options}: {verdict}"


@templates
@pytest.mark.long
def test_every_three_options_together_are_accepted_by_the_published_schemas(reference: str) -> None:
    for case, hydrated in shipped.combinations(reference, 3):
        refused = refusals(judge(manifests(hydrated)))
        assert not refused, f"{case.options}: {refused}"


@templates
def test_what_a_template_declines_is_known(reference: str) -> None:
    assert shipped.declined(reference) == DECLINED.get(reference, set())


@templates
def test_version_and_lineage_show_in_the_provenance_only(reference: str) -> None:
    for case, hydrated in shipped.combinations(reference):
        other = copy.deepcopy(case.state)
        for holder in (other, other.get("challenger", {})):
            if "release" in holder:
                holder["release"] |= {"version": "9.9.9", "lineage": {"seed": 99, "hyperparameters": {"eta": 0.9}}}
        again = shipped.hydrate(other, case.environment)
        assert workload(again) == workload(hydrated), case.options
        assert again.files != hydrated.files


@templates
def test_hydrating_twice_gives_the_same_bytes(reference: str) -> None:
    for case, hydrated in shipped.combinations(reference):
        assert shipped.hydrate(case.state, case.environment).files == hydrated.files, case.options


@pytest.mark.parametrize("reference", ["job/v1", "trainjob/v1"])
def test_a_change_of_what_cannot_be_changed_is_another_object(reference: str) -> None:
    (case, hydrated), *_ = shipped.combinations(reference)
    other = copy.deepcopy(case.state)
    other["deploy"].setdefault("values", {})["run"] = "again"
    again = shipped.hydrate(other, case.environment)
    kept = set(workload(hydrated)) & set(workload(again))
    assert not kept


@pytest.mark.parametrize(
    ("reference", "deploy", "message"),
    [
        ("job/v1", {"schedule": "@daily"}, "this template runs once: use cronjob/v1 for a schedule"),
        ("trainjob/v1", {"schedule": "@daily"}, "this template runs once: use cronjob/v1 for a schedule"),
        ("cronjob/v1", {}, "deploy.schedule is missing: say when to run, or use job/v1 to run once"),
    ],
)
def test_what_is_declined_is_a_finding_about_the_state(reference: str, deploy: dict[str, str], message: str) -> None:
    (case, _), *_ = shipped.combinations(reference)
    kept = {name: block for name, block in case.state["deploy"].items() if name != "schedule"}
    hydrated = shipped.hydrate({**case.state, "deploy": {**kept, **deploy}})
    (finding,) = hydrated.findings
    assert (finding.path, finding.message) == ("environments/prod/state/fraud.yaml", message)
    assert finding.mend.startswith(f"templates/{reference}/")
    assert hydrated.files == {}
