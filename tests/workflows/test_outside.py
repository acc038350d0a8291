"""Files outside any environment repository: documents of ours, and Kubernetes objects."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.documents import schema_set

from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError
from mlgitops.workflows.outside import Outside

if TYPE_CHECKING:
    from mlgitops.workflows.validate import Report

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.dev}
spec:
  group: acme.dev
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""


def judged(version: str = "1.34", **files: str) -> Report:
    texts = {f"{name}.yaml": dedent(text).encode() for name, text in files.items()}
    return Outside(LoadedSnapshot("file system", texts), schema_set(), version).run()


def told(report: Report) -> list[tuple[str, int, int, str]]:
    return [(found.path, found.line, found.column, found.rule) for found in report.findings]


@pytest.mark.parametrize("kind", ["List", "ConfigMapList"])
def test_what_a_list_holds_is_judged_where_it_stands(kind: str) -> None:
    item = "  - {apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}}\n"
    text = f"apiVersion: v1\nkind: {kind}\nitems:\n{item.replace('NAME', 'a')}{item.replace('NAME', 'B')}"
    assert told(judged(all=text)) == [("all.yaml", 5, 56, "invalid-manifest")]


def test_scalars_are_what_kubectl_takes_them_for() -> None:
    pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a}
    spec:
      hostNetwork: yes
      containers: [{name: a, image: "a:1", volumeMounts: [{name: v, mountPath: /v}]}]
      volumes: [{name: v, configMap: {name: c, defaultMode: 0644}}]
    """
    assert told(judged(pod=pod)) == []
    assert told(judged(pod=pod.replace("0644", "1000"))) == [("pod.yaml", 8, 57, "invalid-manifest")]
    assert told(judged(map=f"{OBJECT}data: {{a: yes}}\n")) == [("map.yaml", 4, 11, "invalid-manifest")]
    assert told(judged(map=f"{OBJECT}data: {{a: 'yes', 1: 'x', y: 'z'}}\n")) == []


def test_objects_are_judged_document_by_document() -> None:
    text = f"# first\n{OBJECT}---\n---\n{OBJECT}data:\n  a: 1\n---\n{OBJECT.replace('a}', 'A}')}"
    report = judged(many=text)
    assert told(report) == [
        ("many.yaml", 11, 6, "invalid-manifest"),
        ("many.yaml", 15, 18, "invalid-manifest"),
    ]
    assert report.documents == 3
    assert all(found.mend for found in report.findings)


def test_items_of_a_list_are_objects() -> None:
    report = judged(
        items="""\
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
          - {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 0}]}}
        """
    )
    assert told(report) == [("items.yaml", 5, 80, "invalid-manifest")]


@pytest.mark.parametrize(("version", "rules"), [("1.25", ["unknown-kind"]), ("1.34", [])])
def test_the_version_decides_what_is_served(version: str, rules: list[str]) -> None:
    text = "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: gpu}\nspec: {}\n"
    assert [found.rule for found in judged(version, one=text).findings] == rules


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(InputError, match="no version of Kubernetes"):
        judged("latest", one=OBJECT)


def test_custom_resources_are_judged_by_definitions_that_are_given_too() -> None:
    resource = "apiVersion: acme.dev/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: x}\n"
    assert told(judged(w=resource)) == [("w.yaml", 1, 13, "missing-schema")]
    assert not judged(w=resource).failed
    assert told(judged(w=f"{resource}---\n{resource}---\n{resource.replace('Widget', 'Gadget')}")) == [
        ("w.yaml", 1, 13, "missing-schema"),
        ("w.yaml", 11, 13, "missing-schema"),
    ]
    assert told(judged(w=resource, crd=CRD)) == [("w.yaml", 4, 14, "invalid-manifest")]
    assert told(judged(w=resource.replace("/v1", "/v2"), crd=CRD)) == [("w.yaml", 1, 13, "unknown-kind")]


def test_documents_of_ours_are_judged_by_their_schema() -> None:
    text = "apiVersion: mlgitops.dev/v1alpha1\nkind: Project\nmetadata: {name: a}\npaths: [dev]\n"
    assert {found.rule for found in judged(one=text).findings} == {"invalid-document"}


@pytest.mark.parametrize(
    ("text", "rule"), [("a: [", "invalid-yaml"), ("a: 1\n", "invalid-document"), ("- 1\n", "invalid-document")]
)
def test_what_is_neither_is_told(text: str, rule: str) -> None:
    assert {found.rule for found in judged(one=text).findings} == {rule}


def test_an_object_without_kind_is_told() -> None:
    assert [found.rule for found in judged(one="apiVersion: v1\nmetadata: {name: a}\n").findings] == [
        "invalid-manifest"
    ]
