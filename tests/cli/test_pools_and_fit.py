"""`mlgitops pools import` and `mlgitops fit` as typed: what stands on stdout, what on stderr, and the exit code."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.nodes import eks, gke, listed

from mlgitops.cli._boundary import run
from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
Typed = tuple[int, str, str]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for part in ("environments", "templates", "schemas"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "mlgitops.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def typed(repository: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Typed]:
    def type_(*arguments: str) -> Typed:
        code = run([*arguments, "-C", str(repository)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return type_


def environment(repository: Path, name: str = "prod") -> Path:
    return repository / "environments" / name / "environment.yaml"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_fit_tells_pool_by_pool_and_what_is_left(typed: Callable[..., Typed]) -> None:
    code, out, err = typed("fit", "fraud-detector", "--env", "prod")
    assert (code, err) == (0, "")
    first, second = out.split("\n\n")
    lines = first.splitlines()
    assert [line.split("  ")[0] for line in lines[1:4]] == ["InferenceService fraud-detector-challenger"] * 3
    assert lines[4].startswith("InferenceService fraud-detector ")
    assert [line.endswith("  yes") for line in lines[1:]] == [True, False, False, True, False, False]
    assert "no: the label `karpenter.sh/capacity-type` is `spot`, not `on-demand`" in lines[2]
    t4 = " ".join(second.splitlines()[1].split())
    assert t4 == "t4 16 8 cpu 88960m of 120960m, memory 320Gi of 448Gi, nvidia.com/gpu 8 of 16"


def test_fit_counts_what_an_autoscaler_may_do(typed: Callable[..., Typed]) -> None:
    _, out, _ = typed("fit", "assistant", "--env", "prod", "--format", "json")
    (pods,) = json.loads(out)["pods"]
    assert (pods["workload"], pods["replicas"], pods["surge"]) == ("Deployment assistant", 8, 1)


def test_fit_answers_no_and_why(typed: Callable[..., Typed], repository: Path) -> None:
    change(environment(repository), "max: 16", "max: 7")
    change(environment(repository), "product: NVIDIA-H100-80GB-HBM3, memory: 81559Mi", "product: X, memory: 40Gi")
    code, out, _ = typed("fit", "--env", "prod", "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert report["fits"] is False
    assert any("`t4`" in problem and "`fraud-detector` (6)" in problem for problem in report["problems"])
    (assistant,) = (pods for pods in report["pods"] if pods["workload"] == "Deployment assistant")
    assert assistant["verdicts"][-1]["why"] == (
        "on `h100` (X) 72.0 GiB of memory are required and an accelerator has 40.0 GiB"
    )


def test_fit_leaves_out_what_cannot_be_hydrated_and_says_so(typed: Callable[..., Typed], repository: Path) -> None:
    change(repository / "environments/prod/state/assistant.yaml", "template: deployment/v1", "template: none/v1")
    code, _, err = typed("fit", "fraud-detector", "--env", "prod")
    assert code == 0
    assert err.startswith("assistant cannot be hydrated, and is not counted: ")
    assert typed("fit", "assistant", "--env", "prod")[0] == 2


def test_fit_counts_manifests_written_by_hand(typed: Callable[..., Typed], repository: Path) -> None:
    (repository / "environments/prod/extra").mkdir()
    manifest = """\
apiVersion: v1
kind: Pod
metadata: {name: notebook}
spec:
  nodeSelector: {nvidia.com/gpu.product: Tesla-T4}
  tolerations: [{operator: Exists}]
  containers: [{name: a, image: "a:1", resources: {limits: {nvidia.com/gpu: "1"}}}]
"""
    (repository / "environments/prod/extra/pod.yaml").write_text(manifest, encoding="utf-8")
    _, out, _ = typed("fit", "--env", "prod", "--format", "json")
    report = json.loads(out)
    assert any(pods["workload"] == "Pod notebook" and pods["fits"] for pods in report["pods"])
    left = sum(int(pool["left"]["nvidia.com/gpu"]) for pool in report["pools"] if pool["pool"].startswith("t4"))
    assert left == 18 - 6 - 2 - 1 - 1


def test_fit_needs_pools_and_known_names(typed: Callable[..., Typed], repository: Path) -> None:
    code, _, err = typed("fit", "fraud", "--env", "prod")
    assert code == 2
    assert "fraud-detector" in err
    path = environment(repository, "dev")
    path.write_text(path.read_text(encoding="utf-8").partition("nodePools:")[0], encoding="utf-8")
    code, _, err = typed("fit", "--env", "dev")
    assert code == 2
    assert "mlgitops pools import" in err


def test_an_import_is_shown_and_written_only_when_asked(typed: Callable[..., Typed], repository: Path) -> None:
    nodes = repository / "nodes.json"
    nodes.write_bytes(listed([*gke(), *eks()]))
    before = environment(repository).read_bytes()
    code, shown, err = typed("pools", "import", str(nodes), "--env", "prod")
    assert code == 0
    assert environment(repository).read_bytes() == before
    assert shown.startswith("--- a/environments/prod/environment.yaml\n+++ b/")
    assert "add --write" in err
    code, written, err = typed("pools", "import", str(nodes), "--env", "prod", "--write")
    assert (code, written) == (0, shown)
    assert "wrote environments/prod/environment.yaml" in err
    after = environment(repository).read_bytes()
    assert set(before.splitlines()) - set(after.splitlines()) == {b"    count: 6"}
    names = [pool["name"] for pool in load(after, "e")["nodePools"]]
    assert names == ["t4", "t4-batch", "h100", "default-pool", "gpu-pool", "l4-spot"]
    assert typed("pools", "import", str(nodes), "--env", "prod")[1] == ""


def test_an_import_reads_standard_input(
    typed: Callable[..., Typed], monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed(gke()))))
    code, out, _ = typed("pools", "import", "--env", "dev", "--write", "--format", "json")
    report = json.loads(out)
    assert code == 0
    assert (report["added"], report["unseen"], report["written"]) == (["default-pool", "l4-spot"], ["t4", "h100"], True)
    assert b"name: l4-spot" in environment(repository, "dev").read_bytes()
    assert typed("validate", "environments/dev/environment.yaml")[0] == 0


@pytest.mark.parametrize("data", [b'{"items": []}', b"no", b'{"kind": "Pod"}'])
def test_an_import_of_something_else_is_refused(typed: Callable[..., Typed], repository: Path, data: bytes) -> None:
    (repository / "nodes.json").write_bytes(data)
    code, out, err = typed("pools", "import", str(repository / "nodes.json"), "--env", "prod")
    assert (code, out) == (2, "")
    assert "kubectl get nodes -o json" in err
    assert typed("pools", "import", str(repository / "none.json"), "--env", "prod")[0] == 2
