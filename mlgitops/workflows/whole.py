"""Whole: judges what no single state shows: hand-written manifests, environments, and the repository as it was."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from mlgitops.core import manifest_lines
from mlgitops.core.cases import EnvironmentCase, RepositoryCase
from mlgitops.core.changes import Changes
from mlgitops.core.hydrate import HEADER
from mlgitops.core.kubernetes.lists import objects
from mlgitops.core.layout import PROJECT_FILE, environment_file
from mlgitops.core.project import Documents
from mlgitops.core.yaml.read import KUBECTL, load_all
from mlgitops.errors import InputError
from mlgitops.workflows import named_settings
from mlgitops.workflows.hydrated_judging import manifest_case, stale, unreadable, workload
from mlgitops.workflows.judging import File
from mlgitops.workflows.policy import placed, subject
from mlgitops.workflows.strange_kinds import once

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mlgitops.core.cases import Released, Workload
    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Project, Unit
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Surroundings
    from mlgitops.workflows.hydrated_judging import Judged
    from mlgitops.workflows.judging import Judge
    from mlgitops.workflows.policy import Policy

_KINDS = ("ModelDeployment", "TrainingJob", "Evaluation", "Environment", "Project", "Template")


class Whole:
    """Judges what states make together.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
        judge: Asks the rules about manifests.
        policy: The policy, with the rules.
        known: Valid documents of the snapshot that were read before, by path.
    """

    def __init__(
        self,
        documents: Documents,
        project: Project,
        judge: Judge,
        policy: Policy,
        known: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._known = known
        self._documents = documents
        self._project = project
        self._judge = judge
        self._policy = policy
        self._written: list[Workload] = []
        self._ahead: dict[str, list[Finding]] = {}
        self._changes: Changes | None = None

    def manifests(self, paths: Iterable[str], judged: Collection[Judged]) -> Iterator[Finding]:
        """What is wrong with the manifests among `paths` that no state has just hydrated to.

        Args:
            paths: Files in which manifests may stand.
            judged: The states that were hydrated.
        """
        produced = {item.path for one in judged for item in one.workloads or ()}
        leftover = []
        for path in paths:
            if path in produced:
                continue
            try:
                data = self._documents.snapshot.read(path)
                if not data.startswith(HEADER.encode()):
                    yield from self._by_hand(path, data)
                    continue
            except InputError as error:
                yield unreadable(error, path)
                continue
            leftover.append(path)
        rule = self._policy.rules["stale-manifest"]
        yield from placed(self._policy.finding(rule, finding) for finding in self._ownerless(leftover, judged))

    def _ownerless(self, paths: Collection[str], judged: Iterable[Judged]) -> Iterator[Finding]:
        """Those of some generated manifests that belong to no state, or to one that hydrates to others."""
        if not paths:
            return
        hydrated = {one.unit.hydrated for one in judged if one.workloads is not None}
        homes = {unit.hydrated for name in self._project.environments for unit in self._project.survey(name)[0]}
        for path in paths:
            folder = path.rpartition("/")[0]
            if folder in hydrated or folder not in homes:
                yield stale(path, 0, "no state hydrates to it")

    def _by_hand(self, path: str, data: bytes) -> Iterator[Finding]:
        name, _ = subject(path)
        inside = path.startswith(f"environments/{name}/hydrated/")
        try:
            environment: Mapping[str, Any] = self._project.environment(name)
        except InputError:
            environment = {}
        told: set[str] = set()
        (held,) = manifest_lines.held([data])
        for document, pointer, manifest in objects(load_all(data, path, reader=KUBECTL)):
            if not isinstance(manifest, dict) or not (inside or pointer or {"apiVersion", "kind"} <= manifest.keys()):
                continue  # values of a chart, say: no object
            case = manifest_case(path, manifest, held, environment, self._judge.schemas, generated=False)
            (found,) = self._judge.manifests([case], [File(name, "", data, document, pointer)].__getitem__)
            yield from once(found, told)
            self._written.append(workload(None, path, manifest, case.pods))

    def environment(self, name: str, judged: Iterable[Judged]) -> list[Finding]:
        """What is wrong with the objects of an environment together.

        Args:
            name: Name of the environment.
            judged: All of its states.
        """
        first = {one.unit.name: one for one in reversed(list(judged))}  # of two with one name, which is told
        found = [item for one in first.values() for item in one.workloads or ()]
        found += [item for item in self._written if subject(item.path)[0] == name]
        ordered = sorted(found, key=lambda item: item.path)
        case = EnvironmentCase(name, self._project.environment(name), ordered, self._judge.schemas.knows)
        faults = [
            self._policy.fault(rule, fault, name, "")
            for rule, check in self._policy.checks("environment")
            for fault in check(case)
        ]
        return self._documents.place(environment_file(name), [fault for fault in faults if fault])

    def ahead(self, units: Iterable[Unit], around: Surroundings) -> None:
        """Find out what `repository` asks of files, and ask the rules that look at no release, before it is its turn.

        Args:
            units: The states that are still being judged.
            around: What stands around the snapshot.
        """
        case = self._case(_NotYet(), around)
        for unit in units:
            with suppress(InputError):  # told where it is judged
                case.changed(unit.path)
        for rule, check in self._policy.checks("repository"):
            with suppress(_NotYetError, InputError):  # which `repository` meets again
                self._ahead[rule.id] = list(check(case))

    def repository(self, judged: Iterable[Judged], around: Surroundings) -> list[Finding]:
        """What is wrong with the repository as a whole, and beside what it was.

        Args:
            judged: All states.
            around: What stands around the snapshot.
        """
        case = self._case([release for one in judged for release in one.releases], around)
        return placed(
            self._policy.finding(rule, finding)
            for rule, check in self._policy.checks("repository")
            for finding in (self._ahead[rule.id] if rule.id in self._ahead else check(case))
        )

    def _case(self, releases: Sequence[Released], around: Surroundings) -> RepositoryCase:
        if self._changes is None:
            self._changes = Changes(self._documents.snapshot, around.base)
        return RepositoryCase(
            self._documents.snapshot,
            around.base,
            around.shallow,
            self._project.steps,
            releases,
            around.sizes,
            around.head,
            self._document,
            self._changes,
        )

    def settings(self, own: Policy, gates: Callable[[], Collection[str]]) -> list[Finding]:
        """What is wrong with the policy and the names in the project's own settings, whichever policy is applied.

        Args:
            own: Its policy.
            gates: Gives the ids of all gates.
        """
        named = named_settings.faults(self._project.settings, own.rules, gates, lambda: self._judge.schemas.time_zones)
        return self._documents.place(PROJECT_FILE, [*own.faults(), *named])

    def _document(self, snapshot: Snapshot, path: str) -> Mapping[str, Any] | None:
        if snapshot is self._documents.snapshot and path in self._known:
            return self._known[path]
        if not snapshot.exists(path):
            return None
        try:
            return Documents(snapshot, self._documents.schemas).load(path, *_KINDS)
        except InputError:
            return None


class _NotYetError(Exception):
    """A rule looked at releases before they were known."""


class _NotYet(Sequence["Released"]):
    """The releases of states that are still being judged."""

    def __getitem__(self, index: Any) -> NoReturn:
        raise _NotYetError

    def __len__(self) -> NoReturn:
        raise _NotYetError


def complete(judged: Sequence[Judged], project: Project) -> list[str]:
    """The environments of which every state was judged."""
    units = {one.unit for one in judged}
    return [name for name in project.environments if units.issuperset(project.survey(name)[0])]
