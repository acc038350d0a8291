"""`mlgitops validate PATH…`: what the rules of the repository tell of named files, and of nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.examples import EVALUATION
from support.project import FILES, STATE
from support.repo import Repo, new_repo
from support.tree import write_tree

from mlgitops.cli._boundary import run
from mlgitops.core.evaluation import identity
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

if TYPE_CHECKING:
    from pathlib import Path

DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"
WORKLOAD = "templates/plain/v1/workload.yaml.j2"
EVALUATED = load(EVALUATION.encode(), "")
RECORDED = f"environments/dev/evaluations/fraud/{identity(EVALUATED)}.yaml"
FLUX = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: prod, namespace: flux-system}
spec: {path: ./environments/prod, postBuild: {substitute: {cluster: prod}}}
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {home: '${HOME}'}\n"
PIPELINE = "on: push\njobs: {a: {runs-on: x, steps: [{run: kubectl apply -f .}]}}\n"
OF_REPOSITORY = {
    *("committed-binary", "coupled-pipeline", "mutated-evaluation", "mutated-release", "mutated-template"),
    "unescaped-substitution",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository in which, since the last commit, everything was done that never may be."""
    made = new_repo(tmp_path / "acme", {**FILES, RECORDED: EVALUATION})
    changed = FILES[WORKLOAD].replace("name: server", "name: serving")
    write_tree(
        made.top,
        {
            DEV: STATE.replace('"0.83"', '"0.84"'),
            WORKLOAD: changed,
            RECORDED: dump({**EVALUATED, "metrics": {"auc": 0.99}}),
            "environments/prod/settings.yaml": SETTINGS.replace("NAME", "a"),
            "environments/prod/more.yaml": SETTINGS.replace("NAME", "b"),
            "flux/prod.yaml": FLUX,
            ".github/workflows/train.yaml": PIPELINE,
            "README.md": "a text",
        },
    )
    for name in ("weights.bin", "models/more.bin"):
        (made.top / name).parent.mkdir(exist_ok=True)
        (made.top / name).write_bytes(bytes(5000))
    made.git("add", "--all")
    return made


@pytest.fixture
def judged(repo: Repo, capsys: pytest.CaptureFixture[str]) -> Any:
    def judge(*arguments: str) -> set[tuple[str, str]]:
        capsys.readouterr()
        run(["-C", str(repo.top), "--format", "json", "validate", *arguments])
        found = json.loads(capsys.readouterr().out)["findings"]
        return {(one["rule"], one["path"]) for one in found if one["rule"] in OF_REPOSITORY}

    return judge


TEMPLATE = ("mutated-template", WORKLOAD)
EVIDENCE = ("mutated-evaluation", RECORDED)
RELEASE = ("mutated-release", DEV)
EVERYTHING = {
    *(TEMPLATE, EVIDENCE, RELEASE, ("committed-binary", "weights.bin"), ("committed-binary", "models/more.bin")),
    ("coupled-pipeline", ".github/workflows/train.yaml"),
    *(("unescaped-substitution", f"environments/prod/{name}.yaml") for name in ("settings", "more")),
}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["weights.bin"], {("committed-binary", "weights.bin")}),
        (["models"], {("committed-binary", "models/more.bin")}),
        ([WORKLOAD], {TEMPLATE, RELEASE}),  # with the states that use it
        (["templates/plain/v1/template.yaml"], {TEMPLATE, RELEASE}),
        ([RECORDED], {EVIDENCE}),
        (["environments/dev/evaluations"], {EVIDENCE}),
        ([DEV], set()),
        ([DEV, "weights.bin"], {RELEASE, ("committed-binary", "weights.bin")}),
        (["--staged", DEV], {RELEASE}),
        (["--base", "HEAD", DEV], {RELEASE}),
        (["--staged", PROD], set()),
        (["environments/dev/state"], {RELEASE}),
        (["environments/prod/settings.yaml"], {("unescaped-substitution", "environments/prod/settings.yaml")}),
        (
            ["flux/prod.yaml"],
            {("unescaped-substitution", f"environments/prod/{name}.yaml") for name in ("settings", "more")},
        ),
        ([".github/workflows/train.yaml"], {("coupled-pipeline", ".github/workflows/train.yaml")}),
        (["environments/dev/environment.yaml"], {RELEASE}),
        (["README.md"], set()),
        (["."], EVERYTHING),
        ([], EVERYTHING),
        (["--staged"], EVERYTHING),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_named_is_judged_beside_what_it_was(
    judged: Any, arguments: list[str], expected: set[tuple[str, str]]
) -> None:
    assert judged(*arguments) == expected


def test_a_release_is_judged_beside_other_environments_too(repo: Repo, judged: Any) -> None:
    repo.commit(message="As it is")
    later = STATE.replace("version: 1.5.0", "version: 1.6.0")
    repo.commit({DEV: later}, message="A new release")
    write_tree(repo.top, {PROD: later.replace('"0.83"', '"0.9"')})
    repo.git("add", "--all")
    assert judged("--staged", PROD) == {RELEASE, ("mutated-release", PROD)}


def test_a_removed_evaluation_is_told_of_its_folder(repo: Repo, judged: Any) -> None:
    other = f"environments/dev/evaluations/fraud/{identity({**EVALUATED, 'metrics': {'auc': 0.9}})}.yaml"
    repo.commit({other: dump({**EVALUATED, "metrics": {"auc": 0.9}})}, message="Record")
    repo.git("rm", "--quiet", other)
    assert judged("environments/dev/evaluations/fraud") == {("mutated-evaluation", path) for path in (other, RECORDED)}
