"""Templates: those there are, what one takes, and how a packaged one comes into a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.project import FILES, STATE
from support.tree import read_tree, write_tree

from mlgitops import wiring
from mlgitops.adapters.files.folder import Folder
from mlgitops.core.project import Documents
from mlgitops.core.templates import Template
from mlgitops.errors import InputError, RefusedError
from mlgitops.wiring import documents
from mlgitops.workflows.template import Added, Listed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", FILES)


def listed(root: Path) -> dict[str, Listed]:
    with documents.templates(root) as workflow:
        return {one.template: one for one in workflow.listed()}


def add(root: Path, reference: str, name: str | None = None) -> Added:
    with documents.templates(root) as workflow:
        return workflow.add(reference, name, Folder(root))


def test_templates_of_the_repository_and_packaged_ones_are_listed(root: Path) -> None:
    found = listed(root)
    assert found["plain/v1"] == Listed("plain/v1", ["ModelDeployment"], "repository", 2, "")
    assert found["kserve/v1"] == Listed("kserve/v1", ["ModelDeployment"], "packaged", 0, "")
    assert {"cronjob/v1", "deployment/v1", "job/v1", "trainjob/v1"} <= set(found)


def test_outside_a_repository_the_packaged_ones_are_listed(tmp_path: Path) -> None:
    assert {one.home for one in listed(tmp_path).values()} == {"packaged"}


def test_a_copy_is_told_from_one_that_was_changed(root: Path) -> None:
    add(root, "kserve/v1")
    assert listed(root)["kserve/v1"].home == "both"
    with (root / "templates/kserve/v1/route.yaml.j2").open("a") as file:
        file.write("\n")
    assert listed(root)["kserve/v1"].home == "changed"


def test_a_broken_template_is_listed_with_what_is_wrong(root: Path) -> None:
    (root / "templates/plain/v1/template.yaml").write_text("kind: Template\n")
    (root / "environments/dev/state/fraud.yaml").write_text("broken: [")
    found = listed(root)["plain/v1"]
    assert (found.kinds, found.used) == ([], 1)
    assert found.problem


def test_a_challenger_uses_a_template(root: Path) -> None:
    challenger = (
        "challenger:\n  mode: shadow\n  percent: 1\n  release: {version: 2.0.0, template: kserve/v1, image: 'a:1'}\n"
    )
    (root / "environments/dev/state/fraud.yaml").write_text(STATE + challenger)
    assert listed(root)["kserve/v1"].used == 1


def test_a_template_is_shown_the_repositorys_own_first(root: Path) -> None:
    with documents.templates(root) as workflow:
        own, packaged = workflow.shown("plain/v1"), workflow.shown("kserve/v1")
    assert (own.home, own.files) == ("repository", ["route.yaml.j2", "template.yaml", "workload.yaml.j2"])
    assert sorted(own.parameters) == ["batch", "surge"]
    assert packaged.home == "packaged"
    assert packaged.description
    add(root, "kserve/v1")
    with documents.templates(root) as workflow:
        copied = workflow.shown("kserve/v1")
    assert (copied.home, copied.digest) == ("repository", packaged.digest)


def test_a_template_is_copied_whole_and_once(root: Path) -> None:
    added = add(root, "kserve/v1")
    assert "templates/kserve/v1/template.yaml" in added.written
    before = read_tree(root)
    assert set(added.written) == {path for path in before if path.startswith("templates/kserve/")}
    assert add(root, "kserve/v1").written == []
    assert read_tree(root) == before


def test_other_content_is_never_overwritten(root: Path) -> None:
    write_tree(root, {"templates/kserve/v1/mine.yaml.j2": "a: 1\n"})
    before = read_tree(root)
    with pytest.raises(InputError) as caught:
        add(root, "kserve/v1")
    assert "the repository has another template kserve/v1" in caught.value.message
    assert "--as NAME/VERSION" in str(caught.value.hint)
    assert read_tree(root) == before


def test_a_copy_under_another_name_calls_itself_so(root: Path) -> None:
    add(root, "kserve/v1", "fraud-kserve/v2")
    with wiring.snapshot(root) as source:
        template = Template(Documents(source, wiring.schemas()), "fraud-kserve/v2")
    assert "template: fraud-kserve/v2" in template.sources["example.yaml"].decode()
    assert template.files
    original, copy = (
        {path.removeprefix(folder): data for path, data in read_tree(place).items()}
        for place, folder in ((root / "templates/fraud-kserve/v2", ""), (wiring_root() / "templates/kserve/v1", ""))
    )
    assert {path for path in original if original[path] != copy[path]} == {"template.yaml", "example.yaml"}


def wiring_root() -> Path:
    from mlgitops.adapters import packaged

    return packaged.root()


def test_the_repositorys_own_template_is_copied_to_a_new_version(root: Path) -> None:
    assert "templates/plain/v2/workload.yaml.j2" in add(root, "plain/v1", "plain/v2").written


@pytest.mark.parametrize("name", ["kserve", "Kserve/v2", "kserve/2", "../kserve/v2", "a/b/v1", "kserve/v2/", "/v2"])
def test_a_name_that_no_template_can_have_is_refused(root: Path, name: str) -> None:
    before = read_tree(root)
    with pytest.raises((InputError, RefusedError), match="cannot be the name and version"):
        add(root, "kserve/v1", name)
    assert read_tree(root) == before


@pytest.mark.parametrize(
    ("reference", "hint"), [("kserv/v1", "did you mean `kserve/v1`?"), ("zzz", "cronjob/v1, deployment/v1, job/v1")]
)
def test_an_unknown_template_is_answered_with_what_there_is(root: Path, reference: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        add(root, reference)
    assert hint in str(caught.value.hint).lower()
