"""Mending: what rules offer to mend, done to documents in memory, one value after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import manifest_lines
from mlgitops.core.hydrate import HEADER
from mlgitops.core.project import Documents, Project
from mlgitops.core.snapshot import Overlay
from mlgitops.core.states import States
from mlgitops.core.yaml.edit import extend, replace
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError
from mlgitops.workflows.hydrated_judging import manifest_case
from mlgitops.workflows.judging import Judge
from mlgitops.workflows.policy import subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlgitops.core.finding import Fault, Mend
    from mlgitops.core.project import Unit
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.rules import Rule
    from mlgitops.workflows.policy import Policy

Pointer = tuple[str | int, ...]


class Mended(NamedTuple):
    """One value that was mended.

    Attributes:
        path: Its file.
        rule: The rule that found it.
        message: What was wrong.
    """

    path: str
    rule: str
    message: str


class Mending:
    """Mends documents in memory.

    Args:
        documents: Reader of the documents as they are.
        policy: The policy, with the rules; what it accepts is left alone.
        today: The date, `YYYY-MM-DD`.

    Attributes:
        files: The documents that have changed, by path.
        mended: What was mended in them.
        kept: What a release holds that is committed under the same version: it stays, for a release is immutable.
    """

    def __init__(self, documents: Documents, policy: Policy, today: str) -> None:
        self._documents = documents
        self._policy = policy
        self._today = today
        self._reader: _Reader | None = None
        self.files: dict[str, bytes] = {}
        self.mended: list[Mended] = []
        self.kept: list[Mended] = []

    def state(self, unit: Unit, before: Snapshot | None) -> None:
        """Mend a state; a broken one is left alone.

        Args:
            unit: Which one.
            before: What immutable things are compared with.
        """
        committed = _versions(before, unit.path)

        def faults(reader: _Reader) -> Iterator[tuple[Rule, Fault, Any]]:
            state = reader.states.state(unit)
            case = reader.judge.case(unit, state)
            for rule, check in self._checks("state"):
                for fault in check(case):
                    root = _release(fault.pointer)
                    if root and committed.get(root) == _at(state, root)["version"]:
                        self._keep(Mended(unit.path, rule.id, fault.message))
                    else:
                        yield rule, fault, case

        self._document(unit.path, unit.environment, unit.name, faults)

    def manifest(self, path: str) -> None:
        """Mend an object that stands alone in its file and that no state hydrates to; any other is left alone."""
        name, _ = subject(path)

        def faults(reader: _Reader) -> Iterator[tuple[Rule, Fault, Any]]:
            data = reader.documents.snapshot.read(path)
            manifest = None if data.startswith(HEADER.encode()) else load(data, path)
            if isinstance(manifest, dict) and {"apiVersion", "kind"} <= manifest.keys():
                environment = reader.project.environment(name)
                (held,) = manifest_lines.held([data])
                case = manifest_case(path, manifest, held, environment, reader.judge.schemas, generated=False)
                for rule, check in self._checks("manifest"):
                    yield from ((rule, fault, case) for fault in check(case))

        self._document(path, name, "", faults)

    def _checks(self, judged: str) -> list[tuple[Rule, Callable[..., Iterator[Any]]]]:
        return [(rule, check) for rule, check in self._policy.checks(judged) if rule.fix]

    def _keep(self, one: Mended) -> None:
        if one not in self.kept:
            self.kept.append(one)

    def _document(
        self,
        path: str,
        environment: str,
        name: str,
        faults: Callable[[_Reader], Iterator[tuple[Rule, Fault, Any]]],
    ) -> None:
        """Mend one fault after another, each place once, until no mend is offered."""
        done: set[Pointer] = set()
        try:
            while True:
                if self._reader is None:
                    self._reader = _Reader(self._documents, self.files, self._policy, self._today)
                for rule, fault, case in faults(self._reader):
                    accepted = self._policy.fault(rule, fault, environment, name) is None
                    mend = rule.fix(case, fault) if rule.fix and not accepted else None
                    if mend and mend.pointer not in done:
                        break
                else:
                    return
                done.add(mend.pointer)
                self.files[path] = _edited(self._reader.documents.snapshot.read(path), path, mend)
                self.mended.append(Mended(path, rule.id, fault.message))
                self._reader = None
        except InputError:
            return  # validation tells what is broken, or stands in the way


class _Reader:
    """Reads the documents with what has been mended so far."""

    def __init__(self, documents: Documents, files: Mapping[str, bytes], policy: Policy, today: str) -> None:
        self.documents = Documents(Overlay(documents.snapshot, dict(files)), documents.schemas)
        self.project = Project(self.documents)
        self.states = States(self.documents, self.project)
        self.judge = Judge(self.documents, self.project, self.states, policy, today)


def _edited(data: bytes, path: str, mend: Mend) -> bytes:
    """The file with the value in its place; what a list held before keeps its comments."""
    try:
        present = _at(load(data, path), mend.pointer)
    except LookupError:
        present = None
    if present and isinstance(present, list) and mend.value[: len(present)] == present:
        return extend(data, path, mend.pointer, mend.value[len(present) :])
    return replace(data, path, mend.pointer, mend.value)


def _release(pointer: Pointer) -> Pointer:
    """Pointer of the release that holds the place, or the empty one."""
    return next((pointer[:length] for length in (1, 2) if pointer[length - 1 : length] == ("release",)), ())


def _versions(before: Snapshot | None, path: str) -> dict[Pointer, Any]:
    """Version of each release that a state held, by its pointer."""
    if before is None or not before.exists(path):
        return {}
    found: dict[Pointer, Any] = {}
    for root in (("release",), ("challenger", "release")):
        try:
            found[root] = _at(load(before.read(path), path), root)["version"]
        except (InputError, LookupError, TypeError):
            continue
    return found


def _at(node: Any, pointer: Pointer) -> Any:
    for part in pointer:
        node = node[part]
    return node
