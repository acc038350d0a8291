"""The project: its path, its states and the version of the program that it asks for."""

from __future__ import annotations

import pytest
from support.project import FILES, PROJECT, STATE

from mlgitops import wiring
from mlgitops.core.project import Documents, InvalidError, Project, Unit, unit_at
from mlgitops.core.snapshot import EntryKind, LoadedSnapshot
from mlgitops.errors import InputError


def project(files: dict[str, str], others: dict[str, EntryKind] | None = None) -> Project:
    snapshot = LoadedSnapshot("test", {path: text.encode() for path, text in files.items()}, others)
    return Project(Documents(snapshot, wiring.schemas()))


def test_steps_of_the_path_may_hold_several_environments() -> None:
    path = "path: [dev, [prod-eu, prod-us]]"
    found = project({"mlgitops.yaml": PROJECT.replace("path: [dev, prod]", path)})
    assert found.steps == [["dev"], ["prod-eu", "prod-us"]]
    assert found.environments == ["dev", "prod-eu", "prod-us"]


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("environments/dev/state/fraud.yaml", Unit("dev", "", "fraud")),
        ("environments/dev/state/risk/fraud.yaml", Unit("dev", "risk", "fraud")),
        ("environments/dev/state/risk/eu/fraud.yaml", None),
        ("environments/dev/state/Fraud.yaml", None),
        ("environments/dev/state/Risk/fraud.yaml", None),
        ("environments/dev/state/fraud.yml", None),
        ("environments/dev/state/.yaml", None),
        ("environments/dev/hydrated/fraud.yaml", None),
        ("other/dev/state/fraud.yaml", None),
        ("mlgitops.yaml", None),
    ],
)
def test_a_state_is_known_by_its_path(path: str, unit: Unit | None) -> None:
    assert unit_at(path) == unit
    assert unit is None or unit.path == path


def test_what_is_no_state_is_named_beside_the_states() -> None:
    files = {**FILES, "environments/dev/state/notes.txt": "", "environments/dev/state/a/b/c.yaml": STATE}
    units, findings = project(files, {"environments/dev/state/linked.yaml": "link"}).survey("dev")
    assert units == [Unit("dev", "", "fraud")]
    assert {finding.path.rpartition("/")[2]: finding.rule for finding in findings} == {
        "c.yaml": "misplaced-file",
        "linked.yaml": "misplaced-file",
        "notes.txt": "misplaced-file",
    }


def test_each_of_two_states_of_one_name_names_the_other() -> None:
    files = {**FILES, "environments/dev/state/risk/fraud.yaml": STATE}
    with pytest.raises(InvalidError) as caught:
        project(files).units("dev")
    one, other = caught.value.findings
    assert one.path in other.message
    assert other.path in one.message


def test_an_unknown_environment_is_answered_with_a_suggestion() -> None:
    with pytest.raises(InputError) as caught:
        project(FILES).environment("prd")
    assert caught.value.hint == "Did you mean `prod`?"


def test_an_environment_bears_the_name_of_its_folder() -> None:
    path = "environments/prod/environment.yaml"
    files = {**FILES, path: FILES["environments/dev/environment.yaml"]}  # copied, and not renamed
    with pytest.raises(InvalidError) as caught:
        project(files).environment("prod")
    (finding,) = caught.value.findings
    assert (finding.rule, finding.path) == ("misnamed-environment", path)
    assert files[path].splitlines()[finding.line - 1][finding.column - 1 :].startswith("dev")


def test_another_version_of_the_program_is_asked_for_before_its_schema_judges() -> None:
    with pytest.raises(InputError) as caught:
        project({"mlgitops.yaml": f'{PROJECT}requires: ">=9, <10"\nfuture: true\n'})
    assert not isinstance(caught.value, InvalidError)
    assert "requires mlgitops >=9, <10" in caught.value.message
    assert (caught.value.path, caught.value.line) == ("mlgitops.yaml", 5)
    assert "pip install 'mlgitops>=9,<10'" in str(caught.value.hint)


@pytest.mark.parametrize("text", ["requires: [\n", f"{PROJECT}requires: 7\n", "- list\n"])
def test_a_broken_project_is_told_as_such(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        project({"mlgitops.yaml": text})
    assert caught.value.findings[0].rule in ("invalid-yaml", "invalid-document")
