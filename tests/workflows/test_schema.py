"""Schemas: those that ship, and a repository's copies of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.tree import Link, read_tree, write_tree

from mlgitops.adapters.files.folder import Folder
from mlgitops.adapters.files.tree import WorkTree
from mlgitops.errors import InputError
from mlgitops.wiring import documents

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ["Environment", "Evaluation", "ModelDeployment", "Project", "Template", "TrainingJob"]


def test_every_kind_is_described() -> None:
    found = documents.shipped_schemas().kinds()
    assert [one.kind for one in found] == KINDS
    assert all(one.description and one.path == f"schemas/{one.kind}.json" for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed_whole(kind: str) -> None:
    assert json.loads(documents.shipped_schemas().text(kind))["$id"].endswith(f"/{kind}.json")


@pytest.mark.parametrize("name", ["project", "Projekt", "project.json"])
def test_an_unknown_kind_is_answered_with_the_one_meant(name: str) -> None:
    with pytest.raises(InputError) as caught:
        documents.shipped_schemas().text(name)
    assert str(caught.value.hint).lower() == "did you mean `project`?"


def test_copies_are_refreshed_and_nothing_else_is_touched(tmp_path: Path) -> None:
    write_tree(tmp_path, {"schemas/Project.json": "{}", "schemas/crds/kserve.yaml": "a: 1", "schemas/Mine.json": "{}"})
    workflow = documents.shipped_schemas()
    told = workflow.refresh(None, WorkTree(tmp_path), None)
    assert told.changed == ["schemas/Project.json"]
    assert len(told.created) == 5
    assert len(read_tree(tmp_path)) == 3, "nothing is written where it is only asked for"
    done = workflow.refresh(None, WorkTree(tmp_path), Folder(tmp_path))
    assert done == told
    assert (tmp_path / "schemas/Project.json").read_bytes() == workflow.text("Project")
    assert (tmp_path / "schemas/Mine.json").read_text() == "{}"
    assert workflow.refresh(None, WorkTree(tmp_path), None).stale == []


def test_one_copy_is_refreshed_alone(tmp_path: Path) -> None:
    report = documents.shipped_schemas().refresh("Project", WorkTree(tmp_path), Folder(tmp_path))
    assert report.created == ["schemas/Project.json"]
    assert list(read_tree(tmp_path)) == ["schemas/Project.json"]


def test_a_copy_with_other_line_ends_is_as_it_should_be(tmp_path: Path) -> None:
    text = documents.shipped_schemas().text("Project").replace(b"\n", b"\r\n")
    write_tree(tmp_path, {"schemas/Project.json": text})
    assert documents.shipped_schemas().refresh("Project", WorkTree(tmp_path), None).stale == []


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    write_tree(tmp_path / "repository", {"schemas/Project.json": Link("../../outside")})
    (tmp_path / "outside").write_text("mine")
    with pytest.raises(InputError, match="links are not followed"):
        documents.shipped_schemas().refresh(None, WorkTree(tmp_path / "repository"), Folder(tmp_path / "repository"))
    assert (tmp_path / "outside").read_text() == "mine"
