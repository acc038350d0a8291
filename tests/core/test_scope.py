"""Scope: what paths touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.project import FILES, STATE, TEMPLATE

from mlgitops import wiring
from mlgitops.core.project import Documents, Project
from mlgitops.core.scope import Scope, scope
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.snapshot import EntryKind

DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"
EVALUATION = "environments/dev/evaluations/fraud/holdout-1.yaml"
MORE = {
    **FILES,
    EVALUATION: "kind: Evaluation\n",
    "environments/dev/hydrated/fraud/deployment-fraud.yaml": "a: 1\n",
    "templates/other/v1/template.yaml": TEMPLATE.replace("plain", "other"),
    "templates/other/v1/workload.yaml.j2": "",
    "schemas/Project.json": "{}",
    "README.md": "",
}
ALL = {"mlgitops.yaml", "environments/dev/environment.yaml", "environments/prod/environment.yaml", EVALUATION}


class Touched(NamedTuple):
    """A scope by the names of what is in it."""

    documents: set[str]
    states: set[str]
    hydrated: set[str]
    templates: set[str]


def touched(
    *paths: str, files: dict[str, str] = MORE, others: dict[str, EntryKind] | None = None
) -> tuple[Touched, Scope]:
    snapshot = LoadedSnapshot("test", {path: text.encode() for path, text in files.items()}, others)
    found = scope(Project(Documents(snapshot, wiring.schemas())), paths)
    states, hydrated = ({unit.path for unit in units} for units in (found.states, found.hydrated))
    return Touched(set(found.documents), states, hydrated, set(found.templates)), found


@pytest.mark.parametrize("paths", [(), ("",), ("mlgitops.yaml",), ("schemas/Project.json",), (DEV, "schemas")])
def test_everything_rests_on_the_project_and_the_schemas(paths: tuple[str, ...]) -> None:
    assert touched(*paths)[0] == Touched(ALL, set(), {DEV, PROD}, {"plain/v1", "other/v1"})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (DEV, Touched(set(), {DEV}, set(), set())),
        (PROD, Touched(set(), {PROD}, set(), set())),
        ("environments/dev/state", Touched(set(), set(), {DEV}, set())),
        ("environments/prod/state/risk", Touched(set(), set(), {PROD}, set())),
        ("environments/dev/environment.yaml", Touched({"environments/dev/environment.yaml"}, set(), {DEV}, set())),
        ("environments/dev", Touched({"environments/dev/environment.yaml", EVALUATION}, set(), {DEV}, set())),
        ("environments", Touched(ALL - {"mlgitops.yaml"}, set(), {DEV, PROD}, set())),
        (EVALUATION, Touched({EVALUATION}, set(), set(), set())),
        ("environments/dev/evaluations", Touched({EVALUATION}, set(), set(), set())),
        ("environments/dev/hydrated/fraud/deployment-fraud.yaml", Touched(set(), {DEV}, set(), set())),
        ("environments/dev/hydrated", Touched(set(), {DEV}, set(), set())),
        ("templates/plain/v1/workload.yaml.j2", Touched(set(), set(), {DEV, PROD}, {"plain/v1"})),
        ("templates/plain", Touched(set(), set(), {DEV, PROD}, {"plain/v1"})),
        ("templates/other/v1", Touched(set(), set(), set(), {"other/v1"})),
        ("README.md", Touched(set(), set(), set(), set())),
    ],
)
def test_a_path_touches_what_rests_on_it(path: str, expected: Touched) -> None:
    assert touched(path)[0] == expected
    assert touched(path, path)[0] == expected


def test_a_state_that_is_hydrated_is_not_judged_twice() -> None:
    assert touched(DEV, "environments/dev")[0].states == set()


def test_a_challenger_uses_its_template_too() -> None:
    challenger = (
        "challenger:\n  mode: shadow\n  percent: 1\n  release: {version: 2.0.0, template: other/v1, image: 'a:1'}\n"
    )
    files = {**MORE, DEV: STATE + challenger}
    assert touched("templates/other/v1", files=files)[0].hydrated == {DEV}


@pytest.mark.parametrize("path", ["environments/dev/state/froud.yaml", "nothing", "environments/staging"])
def test_nothing_at_a_path_is_asked_wrongly(path: str) -> None:
    with pytest.raises(InputError, match=f"no file or folder `{path}` in the test"):
        touched(path)


def test_an_environment_that_is_not_on_the_path_is_judged_and_told() -> None:
    files = {**MORE, "environments/prd/state/fraud.yaml": STATE, "environments/prd/environment.yaml": "a: 1\n"}
    found, whole = touched("environments/prd", files=files)
    assert found.documents == {"environments/prd/state/fraud.yaml", "environments/prd/environment.yaml"}
    assert [(finding.rule, finding.severity) for finding in whole.findings] == [("unlisted-environment", "warning")]
    assert "unlisted-environment" in {finding.rule for finding in touched(files=files)[1].findings}


def test_what_stands_where_it_cannot_is_told_for_its_own_path_only() -> None:
    files = {**MORE, "environments/dev/state/a/b/c.yaml": STATE, "templates/stray.yaml.j2": ""}
    others: dict[str, EntryKind] = {"environments/dev/evaluations/link.yaml": "link"}
    rules = {finding.path: finding.rule for finding in touched(files=files, others=others)[1].findings}
    assert set(rules) == {
        "environments/dev/state/a/b/c.yaml",
        "environments/dev/evaluations/link.yaml",
        "templates/stray.yaml.j2",
    }
    assert touched(DEV, files=files, others=others)[1].findings == []
    assert len(touched("environments/dev/state/a", files=files, others=others)[1].findings) == 1


def test_a_link_among_manifests_is_told_and_capitals_hide_no_manifest() -> None:
    others: dict[str, EntryKind] = {"environments/dev/hydrated/fraud/pod-x.yaml": "link"}
    shouted = "environments/dev/hydrated/fraud/POD.YAML"
    for path in ("", "environments/dev/hydrated", "environments/dev/hydrated/fraud"):
        found = touched(path, files={**MORE, shouted: "a: 1\n"}, others=others)[1]
        assert [(one.path, one.severity) for one in found.findings] == [(next(iter(others)), "error")]
        assert shouted in found.manifests


@pytest.mark.parametrize(
    "name", ["Kustomization", "kustomization.yaml", "fraud/Kustomization", "x.jsonnet", "Chart.yaml"]
)
def test_what_a_controller_takes_for_instructions_is_told(name: str) -> None:
    path = f"environments/dev/hydrated/{name}"
    found = touched(files={**MORE, path: "a: 1\n"})[1]
    assert [(one.path, one.severity) for one in found.findings] == [(path, "error")]


def test_a_missing_environment_is_told_where_the_path_names_it() -> None:
    files = {path: text for path, text in MORE.items() if path != "environments/dev/environment.yaml"}
    (finding,) = touched("environments/dev", files=files)[1].findings
    assert (finding.rule, finding.path, finding.line) == ("missing-environment", "mlgitops.yaml", 4)


def test_two_states_of_one_name_are_told_for_either() -> None:
    files = {**MORE, "environments/dev/state/ops/fraud.yaml": STATE}
    for path in (DEV, "environments/dev/state/ops/fraud.yaml"):
        (finding,) = touched(path, files=files)[1].findings
        assert (finding.rule, finding.path) == ("doubled-name", path)
