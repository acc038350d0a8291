"""`mlgitops validate --fix`: what it mends, what it leaves alone, and what it says."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.project import FILES, STATE
from support.repo import Repo, new_repo
from support.tree import read_tree, write_tree

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from pathlib import Path

DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"
RAW = """  placement:  # bound by label
    affinity:
      nodeAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms:
            - matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]
    tolerations:
      - key: spot  # cheap ones
        operator: Exists
      # nothing else yet
"""
COMMENTED = STATE.replace("    cpu: 4000m\n", "    # cores, not threads\n    cpu: 4000m   # measured\n").replace(
    "  placement: {nodePools: [t4]}\n", RAW
)
QUOTA = """# by hand
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: ml-dev}
spec:
  hard: {requests.cpu: 8000m}  # all of it
"""
TWO = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" + QUOTA
EXTRA = {DEV: COMMENTED, "environments/dev/manifests/quota.yaml": QUOTA, "environments/dev/manifests/two.yaml": TWO}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return new_repo(tmp_path / "acme", {**FILES, "README.md": "ours\n"})


def fixed(repo: Repo, *more: str) -> int:
    return run(["-C", str(repo.top), "validate", "--fix", *more])


def test_values_are_mended_in_place_and_comments_stay(repo: Repo) -> None:
    write_tree(repo.top, {**EXTRA, DEV: COMMENTED.replace("version: 1.5.0", "version: 1.6.0")})
    fixed(repo)
    text = (repo.top / DEV).read_text()
    expected = (
        COMMENTED.replace("version: 1.5.0", "version: 1.6.0")
        .replace("cpu: 4000m   # measured", 'cpu: "4"   # measured')
        .replace("memory: 16384Mi", "memory: 16Gi")
    )
    before, after = expected.split("        operator: Exists\n")
    assert text.startswith(f"{before}        operator: Exists\n")
    assert text.endswith(after.split("# nothing else yet\n")[1])
    assert "      # nothing else yet\n" in text
    assert "key: nvidia.com/gpu\n" in text
    quota = (repo.top / "environments/dev/manifests/quota.yaml").read_text()
    assert quota == QUOTA.replace("8000m", '"8"')
    assert (repo.top / "environments/dev/manifests/two.yaml").read_text() == TWO


def test_a_second_run_changes_nothing_and_manifests_are_fresh(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(repo.top, EXTRA)
    fixed(repo)
    before = read_tree(repo.top / "environments")
    capsys.readouterr()
    fixed(repo)
    said = capsys.readouterr().out
    assert "mended" not in said
    assert "rendered" not in said
    assert read_tree(repo.top / "environments") == before
    assert run(["-C", str(repo.top), "render", "--check"]) == 0
    assert (repo.top / "README.md").read_text() == "ours\n"


def test_a_release_that_is_committed_under_its_version_stays(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    fixed(repo)
    assert (repo.top / DEV).read_text() == STATE
    assert "immutable" in capsys.readouterr().out
    write_tree(repo.top, {DEV: STATE.replace("version: 1.5.0", "version: 1.5.1")})
    fixed(repo)
    assert 'cpu: "4"' in (repo.top / DEV).read_text()
    assert (repo.top / PROD).read_text() == STATE


def test_the_difference_is_a_patch_that_gives_what_a_run_writes(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write_tree(repo.top, {**EXTRA, DEV: COMMENTED.replace("version: 1.5.0", "version: 1.6.0")})
    before = read_tree(repo.top / "environments")
    capsys.readouterr()
    assert fixed(repo, "--diff") == 0
    patch = capsys.readouterr().out
    assert read_tree(repo.top / "environments") == before
    fixed(repo)
    after = read_tree(repo.top / "environments")
    write_tree(repo.top / "environments", before)
    for path in after.keys() - before.keys():
        (repo.top / "environments" / path).unlink()
    subprocess.run(["git", "apply", "-"], cwd=repo.top, input=patch.encode(), check=True)
    assert read_tree(repo.top / "environments") == after


def test_a_path_limits_what_is_mended(repo: Repo) -> None:
    newer = STATE.replace("version: 1.5.0", "version: 1.6.0")
    write_tree(repo.top, {DEV: newer, PROD: newer})
    run(["-C", str(repo.top), "validate", "--fix", DEV])  # a path is taken from where one stands
    fixed(repo, str(repo.top / DEV))
    assert "16Gi" in (repo.top / DEV).read_text()
    assert (repo.top / PROD).read_text() == newer
    assert (repo.top / "environments/dev/hydrated/fraud").is_dir()
    assert not (repo.top / "environments/prod/hydrated").exists()


def test_what_is_broken_is_left_alone_and_told(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    broken = STATE.replace("owner: risk", "owner: risk, hat: red").replace("version: 1.5.0", "version: 1.6.0")
    write_tree(repo.top, {DEV: broken})
    assert fixed(repo) == 1
    assert (repo.top / DEV).read_text() == broken
    assert "hat" in capsys.readouterr().out


def test_what_policy_accepts_is_left_alone(repo: Repo) -> None:
    policy = (
        "policy: {suppressions: [{rule: non-canonical-quantity, reason: as the vendor writes it, until: '9999-12-31'}]}"
    )
    newer = STATE.replace("version: 1.5.0", "version: 1.6.0")
    write_tree(repo.top, {DEV: newer, "mlgitops.yaml": f"{(repo.top / 'mlgitops.yaml').read_text()}{policy}\n"})
    fixed(repo)
    assert (repo.top / DEV).read_text() == newer


def test_in_json_the_result_is_the_findings_and_the_difference_is_on_request(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(repo.top, {DEV: STATE.replace("version: 1.5.0", "version: 1.6.0")})
    capsys.readouterr()
    fixed(repo, "--diff", "--format", "json")
    shown = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in shown["mended"]] == ["non-canonical-quantity"] * 2
    assert "+    memory: 16Gi" in shown["diff"]
    fixed(repo, "--format", "json")
    captured = capsys.readouterr()
    assert "findings" in json.loads(captured.out)
    assert "mended" in captured.err


@pytest.mark.parametrize("more", [["--rev", "HEAD"], ["--staged"], ["--changed-since", "HEAD"]])
def test_only_the_work_tree_is_mended(repo: Repo, more: list[str]) -> None:
    assert fixed(repo, *more) == 2
    assert run(["-C", str(repo.top), "validate", "--diff"]) == 2
