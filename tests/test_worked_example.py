"""The worked example at the project's own top level: fresh, free of findings, and of one piece."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import definitions
from support.judges import judge
from support.progress import Watcher

from mlgitops import wiring
from mlgitops.adapters.processes import Processes
from mlgitops.core import digests, quantities
from mlgitops.core.acceptance import effective
from mlgitops.core.hydrate import Hydrator
from mlgitops.core.project import Documents, Project, Unit
from mlgitops.core.yaml.read import load, load_all
from mlgitops.ports import Surroundings
from mlgitops.workflows import render, validate

ROOT = Path(__file__).resolve().parents[1]
PATH = ["dev", "staging", "prod"]
WRITTEN, LATER = "2026-11-21", "2027-12-31"


def document(path: Path) -> Any:
    return load(path.read_bytes(), path.relative_to(ROOT).as_posix())


def found(pattern: str) -> list[Path]:
    return sorted(ROOT.glob(f"environments/{pattern}"))


def state(environment: str, key: str) -> Any:
    return document(ROOT / f"environments/{environment}/state/{key}.yaml")


def releases() -> dict[str, tuple[str, str, Any]]:
    """Environment, service and block of each release of the example, champions and challengers, by digest."""
    blocks = {}
    for path in found("*/state/**/*.yaml"):
        environment, _, *rest = path.relative_to(ROOT / "environments").parts
        declared = document(path)
        for slot in (declared, declared.get("challenger")):
            if slot:
                service = "/".join(rest).removesuffix(".yaml")
                blocks[digests.digest(slot["release"])] = (environment, service, slot["release"])
    return blocks


def evaluations() -> list[tuple[Path, Any]]:
    return [(path, document(path)) for path in found("*/evaluations/**/*.yaml")]


def test_the_committed_manifests_are_fresh() -> None:
    with wiring.snapshot(ROOT) as source:
        request = render.Request(write=False)
        report = wiring.render(ROOT, source, request, cache=False, progress=Watcher()).run(request)
    assert (report.stale, report.findings) == ([], []), "run `mlgitops render`"
    assert (report.services, report.unchanged) == (9, len(found("*/hydrated/**/*.yaml")))


def test_the_program_says_so_too() -> None:
    command = [sys.executable, "-m", "mlgitops", "render", "--check", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all fresh\n")


@pytest.mark.parametrize("today", [WRITTEN, LATER])
def test_no_document_has_a_finding(today: str) -> None:
    """On the day that the example was written and a year later: evaluations must not have grown too old by then."""
    with wiring.snapshot(ROOT) as source:
        outside = Surroundings(None, False, {}, lambda _: b"")
        workflow = validate.Validate(
            source, wiring.schemas(), wiring.rules, today, Processes, lambda: outside, Watcher()
        )
        report = workflow.run(validate.Request())
    assert report.findings == []


def test_editors_find_the_schema_of_each_document() -> None:
    paths = [ROOT / "mlgitops.yaml", *found("*/environment.yaml"), *found("*/state/**/*.yaml")]
    paths += found("*/evaluations/**/*.yaml")
    for path in paths:
        modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
        assert modeline, path
        assert (path.parent / modeline[1]).resolve() == ROOT / f"schemas/{document(path)['kind']}.json"


@pytest.mark.skipif(not definitions.FOLDER.is_dir(), reason="no ../shared/crds beside the repository")
def test_kubernetes_takes_every_manifest() -> None:
    manifests = [item for path in found("*/hydrated/**/*.yaml") for item in load_all(path.read_bytes(), path.name)]
    verdicts = judge(manifests)
    assert [str(verdict) for verdict in verdicts if verdict.outcome == "refused"] == []
    assert {verdict.kind for verdict in verdicts if verdict.outcome == "not judged"} <= {"ScaledObject"}


def test_both_layouts_are_shown() -> None:
    for environment in PATH:
        folder = ROOT / f"environments/{environment}/state"
        services = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
        assert services == {"assistant.yaml", "risk/fraud-detector.yaml", "risk/fraud-retrain.yaml"}


def test_releases_move_along_the_path() -> None:
    for key in ("assistant", "risk/fraud-detector"):
        versions = [state(environment, key)["release"]["version"] for environment in PATH]
        assert versions == sorted(set(versions), reverse=True), key
    challenger = state("prod", "risk/fraud-detector")["challenger"]["release"]
    assert challenger == state("staging", "risk/fraud-detector")["release"]


def test_a_version_never_names_two_releases() -> None:
    named: dict[tuple[str, str], str] = {}
    for digest, (_, service, release) in releases().items():
        assert named.setdefault((service, release["version"]), digest) == digest


def test_everything_in_a_release_is_pinned() -> None:
    for _, service, release in releases().values():
        assert re.search("@sha256:[0-9a-f]{64}$", release["image"]), service
        for item in [release[key] for key in ("model",) if key in release] + release.get("artifacts", []):
            assert digests.is_digest(item["digest"])
        for source in release.get("lineage", {}).get("data", []):
            assert "digest" in source or "revision" in source


def test_production_runs_its_own_copies_of_what_staging_tried() -> None:
    environment = document(ROOT / "environments/prod/environment.yaml")
    for location in environment["locations"]:
        for path in found("prod/hydrated/**/*.yaml"):
            workload = [line for line in path.read_text().splitlines() if "provenance" not in path.name]
            assert not [line for line in workload if f" {location['from']}/" in line], path


def test_evaluations_are_named_by_what_they_say() -> None:
    assert len(evaluations()) >= 12
    for path, evaluation in evaluations():
        (subject,) = evaluation["subject"].values()
        parts = (subject, evaluation["data"]["digest"], digests.digest(evaluation))
        assert path.stem == "-".join([evaluation["metadata"]["name"], *map(digests.short, parts)])


def test_evaluations_are_about_what_is_declared() -> None:
    known = releases()
    models = {release["model"]["digest"]: service for _, service, release in known.values() if "model" in release}
    for path, evaluation in evaluations():
        service = path.parent.relative_to(ROOT / "environments").as_posix().split("/", 2)[2]
        subject = evaluation["subject"]
        about = models[subject["model"]] if "model" in subject else known[subject["release"]][1]
        assert about == service, path


def test_one_data_set_has_one_digest() -> None:
    seen: dict[str, str] = {}
    for _, evaluation in evaluations():
        data = evaluation["data"]
        assert seen.setdefault(data["uri"], data["digest"]) == data["digest"]


def test_what_was_promoted_had_shown_what_is_demanded() -> None:
    judged = 0
    for name in PATH:
        environment = document(ROOT / f"environments/{name}/environment.yaml")
        for path in found(f"{name}/state/**/*.yaml"):
            declared = document(path)
            if declared["kind"] == "TrainingJob":
                continue
            for slot in filter(None, (declared, declared.get("challenger"))):
                for key, demand in effective(environment, declared).items():
                    _shows(slot["release"], key, demand, declared["deploy"]["placement"]["nodePools"])
                    judged += 1
    assert judged >= 10


def _shows(release: Any, key: str, demand: Any, pools: list[str]) -> None:
    """The newest evaluation of the release meets the demand, seen from the day that the example was written."""
    subjects = {release["model"]["digest"], digests.digest(release)}
    newest = max(
        (
            evaluation
            for _, evaluation in evaluations()
            if evaluation["metadata"]["name"] == key
            and subjects & set(evaluation["subject"].values())
            and evaluation.get("hardware", pools[0]) in pools
        ),
        key=lambda evaluation: evaluation["at"],
    )
    age = dt.datetime(2026, 11, 21, tzinfo=dt.UTC) - dt.datetime.fromisoformat(newest["at"])
    assert age.days <= int(demand.get("within", "999d").removesuffix("d"))
    _meets(newest["metrics"], demand.get("metrics", {}))
    for metrics in newest.get("slices", {}).values() if "*" in demand.get("slices", {}) else ():
        _meets(metrics, demand["slices"]["*"])


def _meets(metrics: Any, bounds: Any) -> None:
    for metric, bound in bounds.items():
        assert bound.get("min", metrics[metric]) <= metrics[metric] <= bound.get("max", metrics[metric])


def test_environments_provide_what_their_releases_require() -> None:
    for name in PATH:
        provided = document(ROOT / f"environments/{name}/environment.yaml")["provides"]["features"]
        for path in found(f"{name}/state/**/*.yaml"):
            declared = document(path)
            for slot in filter(None, (declared, declared.get("challenger"))):
                for feature, version in slot["release"]["requires"].get("features", {}).items():
                    versions = provided[feature]
                    assert version in ([versions] if isinstance(versions, str) else versions), path


def test_every_accelerator_asked_for_is_there() -> None:
    """At most replicas, one more of each while it is replaced: within the nodes that the autoscaler may make."""
    for name in PATH:
        environment = document(ROOT / f"environments/{name}/environment.yaml")
        asked: dict[str, int] = {}
        for path in found(f"{name}/state/**/*.yaml"):
            for pool, count in _accelerators(name, path):
                asked[pool] = asked.get(pool, 0) + count
        for pool in environment["nodePools"]:
            offered = pool["max"] * quantities.value(pool["allocatable"]["nvidia.com/gpu"])
            assert asked.get(pool["name"], 0) <= offered, (name, pool["name"])


def _accelerators(environment: str, path: Path) -> list[tuple[str, int]]:
    with wiring.snapshot(ROOT) as source:
        documents = Documents(source, wiring.schemas())
        team = "" if path.parent.name == "state" else path.parent.name
        unit = Unit(environment, team, path.stem)
        hydrator = Hydrator(documents, Project(documents))
        declared = hydrator.state(unit)
        slots = hydrator.slots(unit, declared)
    asked = []
    for slot in slots:
        pods = 1
        if declared["kind"] == "ModelDeployment":
            replicas = slot.deploy["replicas"]
            pods = replicas.get("max", replicas["min"]) + (slot.deploy["rollout"]["strategy"] == "rolling")
        (pool,) = slot.deploy["placement"]["nodePools"]
        asked.append((pool, pods * slot.release["requires"]["accelerator"]["count"]))
    return asked
