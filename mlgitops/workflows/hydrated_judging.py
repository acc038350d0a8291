"""Hydrated judging: hydrates states and asks every rule about them and about what they become; a worker's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests, manifest_lines
from mlgitops.core.cases import ManifestCase, Released, Workload
from mlgitops.core.finding import Finding
from mlgitops.core.kubernetes import DEFAULT_VERSION
from mlgitops.core.pods import pods, scheduled
from mlgitops.core.project import Unit, from_error
from mlgitops.core.scaling import scaling
from mlgitops.core.states import said
from mlgitops.core.yaml.write import Listener
from mlgitops.errors import InputError
from mlgitops.workflows.judging import File, Judge
from mlgitops.workflows.policy import placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.cases import StateCase
    from mlgitops.core.hydrate import Hydrator
    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.manifest_lines import Held
    from mlgitops.core.pods import Pods
    from mlgitops.core.project import Documents, Project
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.workflows.judging import Known
    from mlgitops.workflows.policy import Policy


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
        known: Valid documents of the snapshot that were read before, by path; a worker that is not forked reads them.
    """

    def __init__(
        self,
        documents: Documents,
        project: Project,
        policy: Policy,
        today: str,
        hydrator: Hydrator | None = None,
        known: Known | None = None,
    ) -> None:
        self._documents = documents
        self._project = project
        self._policy = policy
        self._today = today
        self._hydrator = hydrator
        self._known = known
        self._judging: _Judging | None = None
        policy.checks("manifest")  # loads the rules before there are several processes that would

    def __reduce__(self) -> tuple[type[JudgeUnits], tuple[object, ...]]:
        return JudgeUnits, (self._documents, self._project, self._policy, self._today)

    def __call__(self, units: Sequence[Unit]) -> list[Judged]:
        """Judge a part of the units."""
        if self._judging is None:
            if self._hydrator is None:
                from mlgitops.core.hydrate import Hydrator

                self._hydrator = Hydrator(self._documents, self._project)
            judge = Judge(self._documents, self._project, self._hydrator, self._policy, self._today, self._known)
            self._judging = _Judging(self._documents.snapshot, self._hydrator, judge, self._policy)
        return self._judging.judged(units)


class _Draft:
    """What is known so far of a state that is being judged."""

    state: dict[str, Any]
    sound: bool
    case: StateCase
    told: list[Finding] | InputError
    rules: set[str]
    made: list[dict[str, Any]]
    files: dict[str, bytes]
    cases: list[ManifestCase]

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.findings: list[Finding] = []
        self.releases: list[Released] = []
        self.workloads: list[Workload] | None = None


class _Judging:
    """Judges states of one snapshot, one thing after another about many of them, as rules are asked (`judging`)."""

    def __init__(self, snapshot: Snapshot, hydrator: Hydrator, judge: Judge, policy: Policy) -> None:
        self._snapshot = snapshot
        self._hydrator = hydrator
        self._judge = judge
        self._policy = policy
        self._listener = Listener()
        self._suspicious = False

    def judged(self, units: Sequence[Unit]) -> list[Judged]:
        """What is found out about each of the units."""
        drafts = [_Draft(unit) for unit in units]
        read = _each(drafts, self._read, self._weigh, self._present)
        for draft, told in zip(read, self._judge.states([draft.case for draft in read]), strict=True):
            draft.told = told
        heard = _each(read, self._hear)
        whole = _each([draft for draft in heard if draft.sound], self._make, self._write)
        self._ask_of_manifests(whole)
        for draft in whole:
            self._compare(draft)
        return [Judged(draft.unit, draft.findings, draft.releases, draft.workloads) for draft in drafts]

    def _read(self, draft: _Draft) -> None:
        draft.state = self._hydrator.state(draft.unit)

    def _weigh(self, draft: _Draft) -> None:
        draft.releases = list(releases_of(draft.unit, self._hydrator.slots(draft.unit, draft.state)))
        draft.findings = self._hydrator.findings(draft.unit, draft.state)
        draft.sound = all(finding.severity != "error" for finding in draft.findings)

    def _present(self, draft: _Draft) -> None:
        draft.case = self._judge.case(draft.unit, draft.state)

    def _hear(self, draft: _Draft) -> None:
        """Add what rules find in the state."""
        if isinstance(draft.told, InputError):
            raise draft.told
        draft.findings = [*self._policy.told(draft.findings), *draft.told]
        draft.rules = {finding.rule for finding in draft.told}

    def _make(self, draft: _Draft) -> None:
        draft.made = self._hydrator.objects(draft.unit, draft.state)

    def _write(self, draft: _Draft) -> None:
        draft.files = self._hydrator.files(draft.unit, draft.made)

    def _ask_of_manifests(self, drafts: Sequence[_Draft]) -> None:
        """Add what rules find in the manifests and not in their state."""
        held = iter(self._held([data for draft in drafts for data in draft.files.values()]))
        schemas = self._judge.schemas
        for draft in drafts:
            draft.cases = [
                manifest_case(path, item, next(held), draft.case.environment, schemas, generated=True)
                for path, item in zip(draft.files, draft.made, strict=True)
            ]
        cases = [(draft, case) for draft in drafts for case in draft.cases]

        def file(number: int) -> File:
            draft, case = cases[number]
            return File(draft.unit.environment, draft.unit.name, draft.files[case.path])

        told = self._judge.manifests([case for _, case in cases], file)
        for (draft, _), findings in zip(cases, told, strict=True):
            draft.findings += [finding for finding in findings if finding.rule not in draft.rules]
        for draft in drafts:
            draft.workloads = [workload(draft.unit, case.path, case.manifest, case.pods) for case in draft.cases]

    def _held(self, files: Sequence[bytes]) -> Sequence[Held]:
        """What each of the files may hold; looked for in each, once a string was written that nobody should write."""
        self._suspicious |= self._listener.is_deaf or manifest_lines.may_be_among(self._listener.heard)
        self._listener.heard.clear()
        return manifest_lines.held(files) if self._suspicious else [manifest_lines.NOTHING] * len(files)

    def _compare(self, draft: _Draft) -> None:
        """Add what lies on the disk and is not what the state hydrates to."""
        missing = []
        findings = []
        for path, data in draft.files.items():
            if self._snapshot.holds(path, data):
                continue
            try:
                present = self._snapshot.read(path)
            except InputError:
                missing.append(path)
            else:
                findings.append(stale(path, _line(present, data), "it is not what its state hydrates to"))
        if missing:
            message = (
                f"{len(missing)} of its {len(draft.files)} manifests {'is' if len(missing) == 1 else 'are'} missing"
            )
            findings.append(stale(draft.unit.path, 0, message))
        rule = self._policy.rules["stale-manifest"]
        draft.findings += placed(self._policy.finding(rule, finding) for finding in findings)


def _each(drafts: Iterable[_Draft], *steps: Callable[[_Draft], None]) -> list[_Draft]:
    """Take steps with drafts, one step with all before the next; what stops one is told of it, and it is left out."""
    left = list(drafts)
    for step in steps:
        left = [draft for draft in left if _is_taken(step, draft)]
    return left


def _is_taken(step: Callable[[_Draft], None], draft: _Draft) -> bool:
    try:
        step(draft)
    except InputError as error:
        draft.findings += said(error, draft.unit)
        return False
    return True


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
        [one._replace(spec=scheduled(one.spec)) for one in asked],
        scaling(manifest),
    )


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
