"""Definitions of custom resources become the schemas of a repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from support.definitions import FOLDER

from mlgitops import wiring
from mlgitops.adapters.files.tree import WorkTree
from mlgitops.core.kubernetes import crds
from mlgitops.core.kubernetes.schemas import Name
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError
from mlgitops.workflows.schema_import import import_definitions

if TYPE_CHECKING:
    from pathlib import Path

NAME = Name("acme.dev", "v1", "Widget")
PATH = "schemas/crds/acme.dev_Widget_v1.json"


def definition(pattern: str = "^[a-z]+$") -> str:
    schema = {"type": "object", "properties": {"spec": {"type": "string", "pattern": pattern}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "acme.dev", "names": {"kind": "Widget"}, "versions": [version]}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "w"}}
    return str(yaml.safe_dump({**head, "spec": spec}))


def given(*texts: str) -> LoadedSnapshot:
    return LoadedSnapshot("files", {f"{number}.yaml": text.encode() for number, text in enumerate(texts)})


def test_each_served_version_becomes_a_file_once(tmp_path: Path) -> None:
    other = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n"
    tree, files = WorkTree(tmp_path), wiring.durable(tmp_path)
    first = import_definitions(given(definition() + other), tree, files)
    assert (first.kinds, first.created, first.changed, first.unchanged) == (["acme.dev/v1 Widget"], [PATH], [], 0)
    assert dict(crds.Kept(WorkTree(tmp_path))) == {NAME: json.loads((tmp_path / PATH).read_bytes())}
    again = import_definitions(given(definition()), WorkTree(tmp_path), files)
    assert (again.created, again.changed, again.unchanged) == ([], [], 1)
    newer = import_definitions(given(definition("^[0-9]+$")), WorkTree(tmp_path), files)
    assert (newer.created, newer.changed, newer.unchanged) == ([], [PATH], 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: acme}\n", "no CustomResourceDefinition"),
        ("a: [", "expected"),
        (definition("(?<!a)b"), "cannot be judged by"),
    ],
)
def test_what_defines_nothing_usable_is_refused_and_nothing_written(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_definitions(given(definition(), text), WorkTree(tmp_path), wiring.durable(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no ../shared/crds beside the repository")
def test_published_definitions_can_be_imported(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))}
    small = {name: data for name, data in files.items() if len(data) < 200_000}
    found = import_definitions(LoadedSnapshot("files", small), WorkTree(tmp_path), wiring.durable(tmp_path))
    assert {"source.toolkit.fluxcd.io/v1 GitRepository", "kustomize.toolkit.fluxcd.io/v1 Kustomization"} <= {
        *found.kinds
    }
