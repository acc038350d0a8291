"""Hydrated judging: hydrates states and asks every rule about them and about what they become; a worker's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests, manifest_lines
from mlgitops.core.cases import ManifestCase, Released, Workload
from mlgitops.core.finding import Finding
from mlgitops.core.kubernetes import DEFAULT_VERSION
from mlgitops.core.pods import pods
from mlgitops.core.project import Unit, from_error
from mlgitops.core.repeated import shared
from mlgitops.core.scaling import scaling
from mlgitops.core.states import said
from mlgitops.errors import InputError
from mlgitops.workflows.judging import Judge
from mlgitops.workflows.policy import placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.hydrate import Hydrator
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.manifest_lines import Held
    from mlgitops.core.pods import Pods
    from mlgitops.core.project import Documents, Project
    from mlgitops.workflows.policy import Policy

_SCHEDULING = frozenset(
    {
        "affinity", "hostNetwork", "nodeName", "nodeSelector", "overhead", "priorityClassName", "resourceClaims",
        "resources", "runtimeClassName", "schedulerName", "tolerations", "topologySpreadConstraints",
    }
)  # fmt: skip
_CONTAINERS = ("containers", "initContainers")
_CONTAINER = ("name", "ports", "resources", "restartPolicy")


class Judged(NamedTuple):
    """What was found out about one state.

    Attributes:
        unit: Which one.
        findings: What is wrong with it and its manifests.
        releases: Those of its slots; none of a broken state.
        workloads: Its objects, or None where it could not be hydrated.
    """

    unit: Unit
    findings: list[Finding]
    releases: list[Released]
    workloads: list[Workload] | None


class JudgeUnits:
    """Hydrates states and asks the rules about them and their manifests.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
        policy: The policy, with the rules.
        today: The date, `YYYY-MM-DD`.
        hydrator: Hydrates the states; a forked worker has the templates that it has compiled, another makes its own.
    """

    def __init__(
        self, documents: Documents, project: Project, policy: Policy, today: str, hydrator: Hydrator | None = None
    ) -> None:
        self._documents = documents
        self._project = project
        self._policy = policy
        self._today = today
        self._hydrator = hydrator
        self._judge: Judge | None = None
        policy.checks("manifest")  # loads the rules before there are several processes that would

    def __reduce__(self) -> tuple[type[JudgeUnits], tuple[object, ...]]:
        return JudgeUnits, (self._documents, self._project, self._policy, self._today)

    def __call__(self, units: Sequence[Unit]) -> list[Judged]:
        """Judge a part of the units."""
        if self._hydrator is None:
            from mlgitops.core.hydrate import Hydrator

            self._hydrator = Hydrator(self._documents, self._project)
        if self._judge is None:
            self._judge = Judge(self._documents, self._project, self._hydrator, self._policy, self._today)
        return [self._judged(unit, self._hydrator, self._judge) for unit in units]

    def _judged(self, unit: Unit, hydrator: Hydrator, judge: Judge) -> Judged:
        findings: list[Finding] = []
        releases: list[Released] = []
        try:
            state = hydrator.state(unit)
            state["release"] = shared(state["release"])  # environments have the same ones
            releases = list(releases_of(unit, hydrator.slots(unit, state)))
            findings = hydrator.findings(unit, state)
            broken = any(finding.severity == "error" for finding in findings)
            told = judge.state(unit, state)
            findings = [*self._policy.told(findings), *told]
            if broken:
                return Judged(unit, findings, releases, None)
            made = hydrator.objects(unit, state)
            files = hydrator.files(unit, made)
        except InputError as error:
            return Judged(unit, [*findings, *said(error, unit)], releases, None)
        environment = hydrator.environment(unit.environment)
        rules = {finding.rule for finding in told}
        workloads = []
        held = manifest_lines.held(list(files.values()))
        for manifest, holds, (path, data) in zip(made, held, files.items(), strict=True):
            case = manifest_case(path, manifest, holds, environment, judge.schemas, generated=True)
            findings += [
                found for found in judge.manifest(case, unit.environment, unit.name, data) if found.rule not in rules
            ]
            workloads.append(workload(unit, path, manifest, case.pods))
        findings += self._stale(files, unit)
        return Judged(unit, findings, releases, workloads)

    def _stale(self, files: Mapping[str, bytes], unit: Unit) -> list[Finding]:
        rule = self._policy.rules["stale-manifest"]
        snapshot = self._documents.snapshot
        missing = []
        findings = []
        for path, data in files.items():
            if snapshot.holds(path, data):
                continue
            try:
                present = snapshot.read(path)
            except InputError:
                missing.append(path)
            else:
                findings.append(stale(path, _line(present, data), "it is not what its state hydrates to"))
        if missing:
            message = f"{len(missing)} of its {len(files)} manifests {'is' if len(missing) == 1 else 'are'} missing"
            findings.append(stale(unit.path, 0, message))
        return placed(self._policy.finding(rule, finding) for finding in findings)


def stale(path: str, line: int, message: str) -> Finding:
    """A finding of `stale-manifest`, before policy."""
    return Finding(path, line, min(line, 1), "stale-manifest", "error", message, "")


def manifest_case(
    path: str,
    manifest: Mapping[str, Any],
    held: Held,
    environment: Mapping[str, Any],
    schemas: KubernetesSchemas,
    *,
    generated: bool,
) -> ManifestCase:
    """The case of an object.

    Args:
        path: Path of its file.
        manifest: The object.
        held: What the file may hold.
        environment: The document of its environment; empty outside any.
        schemas: What objects are judged by.
        generated: Whether a state hydrates to it.
    """
    version = environment.get("cluster", {}).get("kubernetes", DEFAULT_VERSION)
    return ManifestCase(path, manifest, held, generated, list(pods(manifest)), environment, version, schemas)


def workload(unit: Unit | None, path: str, manifest: Mapping[str, Any], asked: Sequence[Pods]) -> Workload:
    """What its environment is told of an object."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    return Workload(
        unit,
        path,
        str(manifest.get("apiVersion", "")),
        str(manifest.get("kind", "")),
        str(metadata.get("namespace", "")),
        str(metadata.get("name", "")),
        [one._replace(spec=shared(_scheduling(one.spec))) for one in asked],
        scaling(manifest),
    )


def _scheduling(spec: Mapping[str, Any]) -> dict[str, Any]:
    placed: dict[str, Any] = {key: value for key, value in spec.items() if key in _SCHEDULING}
    for key in _CONTAINERS:
        containers = spec.get(key)
        if isinstance(containers, list):
            placed[key] = [
                {key: item[key] for key in _CONTAINER if key in item} if isinstance(item, dict) else item
                for item in containers
            ]
    return placed


def releases_of(unit: Unit, slots: Sequence[Any]) -> Iterator[Released]:
    """The releases of the slots of a state."""
    for slot in slots:
        release = slot.release
        yield Released(unit, slot.root, release["version"], release["template"], digests.of_release(release))


def _line(present: bytes, expected: bytes) -> int:
    """The first line of `present` that is another in `expected`."""
    lines, others = present.splitlines(), expected.splitlines()
    for number, line in enumerate(lines):
        if number >= len(others) or line != others[number]:
            return number + 1
    return max(len(lines), 1)


def unreadable(error: InputError, path: str) -> Finding:
    """The finding of a hand-written manifest that cannot be read."""
    return from_error("invalid-yaml", error, path)
