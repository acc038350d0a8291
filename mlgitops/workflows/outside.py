"""Outside: judges files that lie in no environment repository, documents of ours and Kubernetes objects alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Finding
from mlgitops.core.project import Documents, InvalidError, from_error
from mlgitops.core.schema import API_VERSION
from mlgitops.core.source_lines import source_lines
from mlgitops.core.yaml.limits import CATALOG
from mlgitops.core.yaml.read import KUBECTL, load_all
from mlgitops.errors import InputError
from mlgitops.workflows.strange_kinds import once
from mlgitops.workflows.validate import KINDS, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.finding import Fault
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas, Name
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.rules import Rule

_DEFINES = b"CustomResourceDefinition"
_OURS = API_VERSION.partition("/")[0] + "/"


class Outside:
    """The workflow.

    Args:
        snapshot: The files.
        schemas: The schemas of the documents, and of Kubernetes' own kinds.
        version: The version of Kubernetes that objects are judged by.

    Definitions of custom resources among the files are what such resources among them are judged by.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet, version: str) -> None:
        self._snapshot = snapshot
        self._documents = Documents(snapshot, schemas)
        self._kubernetes = schemas.kubernetes
        self._schemas: KubernetesSchemas | None = None
        self._version = version

    def run(self) -> Report:
        """Judge all files."""
        findings: list[Finding] = []
        count = 0
        for path in self._snapshot.entries():
            try:
                data = self._snapshot.read(path)
                parts = load_all(data, path, CATALOG, KUBECTL)
            except InputError as error:
                findings.append(from_error("invalid-yaml", error, path))
                count += 1
                continue
            count += max(len(parts), 1)
            versions = [str(part["apiVersion"]) for part in parts if isinstance(part, dict) and "apiVersion" in part]
            if not versions or versions[0].startswith(_OURS):
                findings += self._ours(path)
            else:
                findings += self._objects(path, data, parts)
        distinct = sorted(set(findings))
        return Report(distinct, count, 0, source_lines(self._snapshot, distinct))

    def _ours(self, path: str) -> list[Finding]:
        try:
            self._documents.load(path, *KINDS)
        except InvalidError as error:
            return error.findings
        return []

    def _objects(self, path: str, data: bytes, parts: list[Any]) -> Iterator[Finding]:
        # none of this is needed for documents of ours, of which most runs judge one
        from mlgitops.core.cases import ManifestCase
        from mlgitops.core.kubernetes.lists import objects
        from mlgitops.core.kubernetes.schemas import KubernetesSchemas
        from mlgitops.core.manifest_lines import Held
        from mlgitops.rules import invalid_manifest, missing_schema, unknown_kind

        if self._schemas is None:
            self._schemas = KubernetesSchemas(self._kubernetes, self._defined)
        rules = (
            (invalid_manifest.RULE, invalid_manifest.check),
            (unknown_kind.RULE, unknown_kind.check),
            (missing_schema.RULE, missing_schema.manifests),
        )
        told: set[str] = set()
        for index, pointer, found in objects(parts):
            manifest = found if isinstance(found, dict) else {}
            case = ManifestCase(path, manifest, Held(False, False), False, (), {}, self._version, self._schemas)
            faults = [(rule, fault) for rule, check in rules for fault in check(case)]
            if faults:
                from mlgitops.core.yaml.read import locate

                positions = locate(data, path, index, CATALOG, KUBECTL)
                made = [_finding(path, positions.of(pointer + fault.pointer), fault, rule) for rule, fault in faults]
                yield from once(made, told)

    def _defined(self) -> Mapping[Name, dict[str, Any]]:
        from mlgitops.core.kubernetes import crds

        found: dict[Name, dict[str, Any]] = {}
        for path in self._snapshot.entries():
            try:
                data = self._snapshot.read(path)
                if _DEFINES in data:
                    for part in load_all(data, path, CATALOG, KUBECTL):
                        found |= {one.name: one.schema for one in crds.imported(part, path)}
            except InputError:
                continue  # no definition; told where it is judged
        return found


def _finding(path: str, place: tuple[int, int], fault: Fault, rule: Rule) -> Finding:
    severity = "warning" if rule.severity == "warning" else fault.severity
    return Finding(path, *place, fault.rule, severity, fault.message, fault.mend or rule.mend)
