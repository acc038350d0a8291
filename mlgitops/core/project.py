"""The project: where the documents of an environment repository are, and what its path says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops import __version__
from mlgitops.core import names
from mlgitops.core.finding import Fault, Finding
from mlgitops.core.layout import PROJECT_FILE, environment_file
from mlgitops.core.versions import satisfies
from mlgitops.core.yaml.read import load, locate
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import EntryKind, Snapshot

STATE_KINDS = ("ModelDeployment", "TrainingJob")


class Unit(NamedTuple):
    """One state of one environment: what is hydrated, validated and promoted on its own.

    Attributes:
        environment: Name of the environment.
        team: Name of the team's folder, or the empty string.
        name: Name of the state.
    """

    environment: str
    team: str
    name: str

    @property
    def key(self) -> str:
        """`[<team>/]<name>`, as folders are named."""
        return f"{self.team}/{self.name}" if self.team else self.name

    @property
    def path(self) -> str:
        """Path of the state's file."""
        return f"environments/{self.environment}/state/{self.key}.yaml"

    @property
    def hydrated(self) -> str:
        """Folder of its manifests."""
        return f"environments/{self.environment}/hydrated/{self.key}"


class InvalidError(InputError):
    """A document breaks its schema or a rule.

    Args:
        findings: What is wrong; at least one is an error.
    """

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(first.message, hint=first.mend, path=first.path, line=first.line, column=first.column)
        self.findings = findings

    def __reduce__(self) -> tuple[object, ...]:
        return InvalidError, (self.findings,)


class Documents:
    """Reads documents of a snapshot, each checked against the schema of its kind.

    Args:
        snapshot: Where they are.
        schemas: The schemas of all kinds.
        parse: Makes values of bytes and the path to name in errors.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet, parse: Callable[[bytes, str], Any] = load) -> None:
        self.snapshot = snapshot
        self.schemas = schemas
        self._parse = parse

    def load(self, path: str, *kinds: str) -> dict[str, Any]:
        """The document at `path`, which is of one of `kinds`.

        Raises:
            InvalidError: It cannot be read, is no YAML, is of another kind, or breaks its schema; what the file says is
                secret is not told.
        """
        try:
            data = self.snapshot.read(path)
        except InputError as error:
            raise InvalidError([from_error("unreadable-file", error, path)]) from None
        try:
            document = self._parse(data, path)
        except InputError as error:
            raise self._invalid([from_error("invalid-yaml", error, path)]) from None
        kind = document.get("kind") if isinstance(document, dict) else None
        if kind not in kinds or not self.schemas.accepts(kind, document):
            raise self._invalid(self.schemas.findings(kinds, document, path, lambda: locate(data, path)))
        checked: dict[str, Any] = document
        return checked

    def _invalid(self, findings: list[Finding]) -> InvalidError:
        from mlgitops.core.masking import masked  # only where something is wrong

        return InvalidError(masked(self.snapshot, findings)[0])

    def place(self, path: str, faults: Iterator[Fault] | list[Fault]) -> list[Finding]:
        """The findings of `faults` in the document at `path`."""
        listed = list(faults)
        if not listed:
            return []
        positions = locate(self.snapshot.read(path), path)
        return [
            Finding(path, *positions.of(fault.pointer), fault.rule, fault.severity, fault.message, fault.mend)
            for fault in listed
        ]


def from_error(rule: str, error: InputError, path: str) -> Finding:
    """The finding that an error is about."""
    return Finding(
        error.path or path, error.line or 0, error.column or 0, rule, "error", error.message, error.hint or ""
    )


class Project:
    """`mlgitops.yaml` and what stands beside it.

    Args:
        documents: Reader of the snapshot's documents.

    Raises:
        InputError: There is no `mlgitops.yaml`, it asks for another version of the program, or (`InvalidError`) it is
            broken.
    """

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        if not documents.snapshot.exists(PROJECT_FILE):
            raise InputError(
                f"there is no {PROJECT_FILE} in the {documents.snapshot.label}",
                hint="Run this in an environment repository, name one with -C, or make one with `mlgitops init`.",
            )
        self.settings = self._load()
        self.steps = [[step] if isinstance(step, str) else step for step in self.settings["path"]]
        self.environments = [name for step in self.steps for name in step]
        self._surveyed: dict[str, tuple[Mapping[str, EntryKind], list[Unit], list[Finding]]] = {}
        self._require_distinct()

    def environment(self, name: str) -> dict[str, Any]:
        """The document of an environment of the path.

        Raises:
            InvalidError: Its `environment.yaml` is missing or broken, or its name is not that of its folder.
            InputError: It is not on the path.
        """
        if name not in self.environments:
            from difflib import get_close_matches

            close = get_close_matches(name, self.environments, 1)
            raise InputError(
                f"there is no environment `{name}` on the path of {PROJECT_FILE}",
                hint=f"Did you mean `{close[0]}`?" if close else f"The path has: {', '.join(self.environments)}.",
            )
        path = environment_file(name)
        if not self.documents.snapshot.exists(path):
            try:
                self.documents.snapshot.entries(f"environments/{name}")
            except InputError as error:  # a link, or another repository
                raise InvalidError([from_error("unreadable-file", error, f"environments/{name}")]) from None
            fault = Fault(
                "missing-environment",
                self._place(name),
                f"the environment `{name}` has no file {path}",
                "Write it, or take the environment off the path.",
            )
            raise InvalidError(self.documents.place(PROJECT_FILE, [fault]))
        document = self.documents.load(path, "Environment")
        if document["metadata"]["name"] != name:
            misnamed = Fault(
                "misnamed-environment",
                ("metadata", "name"),
                f"the environment is called `{document['metadata']['name']}` and its folder `{name}`",
                "Rename one of them.",
            )
            raise InvalidError(self.documents.place(path, [misnamed]))
        return document

    def units(self, environment: str) -> list[Unit]:
        """The states of an environment, in byte order of their paths.

        Raises:
            InvalidError: A file stands where no state can, or two states have one name.
        """
        units, findings = self.survey(environment)
        if findings:
            raise InvalidError(findings)
        return units

    def survey(self, environment: str) -> tuple[list[Unit], list[Finding]]:
        """The states of an environment, in byte order of their paths, and what is wrong with where they stand."""
        folder = f"environments/{environment}/state"
        try:
            entries = self.documents.snapshot.entries(folder)
        except InputError as error:  # a link, or another repository, where states are listed
            return [], [from_error("unreadable-file", error, folder)]
        known = self._surveyed.get(environment)
        if known is None or known[0] is not entries:  # the same listing tells the same again
            known = self._surveyed[environment] = entries, *_units(entries)
        return known[1].copy(), known[2].copy()

    def _require_distinct(self) -> None:
        for name in self.environments:
            if self.environments.count(name) > 1:
                fault = Fault(
                    "doubled-environment",
                    self._place(name),
                    f"the environment `{name}` stands on the path {self.environments.count(name)} times",
                    "A release passes each environment once: remove the others.",
                )
                raise InvalidError(self.documents.place(PROJECT_FILE, [fault]))

    def _place(self, environment: str) -> tuple[str | int, ...]:
        for number, step in enumerate(self.settings["path"]):
            if step == environment:
                return "path", number
            if environment in step and isinstance(step, list):
                return "path", number, step.index(environment)
        return ("path",)

    def _load(self) -> dict[str, Any]:
        try:
            settings = self.documents.load(PROJECT_FILE, "Project")
        except InvalidError:
            self._require_version(self._unchecked())  # what a later version takes may be broken to this one
            raise
        self._require_version(settings)
        return settings

    def _unchecked(self) -> Any:
        try:
            return load(self.documents.snapshot.read(PROJECT_FILE), PROJECT_FILE)
        except InputError:
            return None

    def _require_version(self, settings: Any) -> None:
        requirement = settings.get("requires") if isinstance(settings, dict) else None
        if isinstance(requirement, str) and not satisfies(__version__, requirement):
            line, column = locate(self.documents.snapshot.read(PROJECT_FILE), PROJECT_FILE).of(("requires",))
            raise InputError(
                f"this repository requires mlgitops {requirement}, and this is {__version__}",
                path=PROJECT_FILE,
                line=line,
                column=column,
                hint=f"Install a version that is: `pip install 'mlgitops{requirement.replace(' ', '')}'`.",
            )


def pools(environment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The node pools that an environment declares."""
    return list(environment.get("nodePools", []))


def unit_at(path: str) -> Unit | None:
    """The state whose file is at `path`, or None where no state can stand."""
    parts = path.split("/")
    if len(parts) not in (4, 5) or (parts[0], parts[2]) != ("environments", "state") or not path.endswith(".yaml"):
        return None
    team, name = "/".join(parts[3:-1]), parts[-1].removesuffix(".yaml")
    if not names.is_dns1123_label(name) or (team and not names.is_dns1123_label(team)):
        return None
    return Unit(parts[1], team, name)


def _units(entries: Mapping[str, EntryKind]) -> tuple[list[Unit], list[Finding]]:
    """The states among files, and what is wrong with where they stand."""
    units, findings = [], []
    for path, kind in entries.items():
        unit = unit_at(path)
        if unit is None or kind != "file":
            findings.append(_misplaced(path, kind))
        else:
            units.append(unit)
    return units, [*findings, *_doubled(units)]


def _misplaced(path: str, kind: str) -> Finding:
    if kind != "file":
        message, mend = f"a {kind} stands among the states", "Put the file itself here."
    else:
        message = "the file is no state: states are `state/[<team>/]<name>.yaml`, in lower case letters, digits and `-`"
        mend = "Rename it, or move it out of the folder `state`."
    return Finding(path, 0, 0, "misplaced-file", "error", message, mend)


def _doubled(units: list[Unit]) -> Iterator[Finding]:
    homes: dict[str, list[Unit]] = {}
    for unit in units:
        homes.setdefault(unit.name, []).append(unit)
    for same in (units for units in homes.values() if len(units) > 1):
        for unit, other in zip(same, [*same[1:], same[0]], strict=True):
            yield Finding(
                unit.path,
                0,
                0,
                "doubled-name",
                "error",
                f"the name `{unit.name}` is taken by {other.path} too",
                "Names are unique in an environment, whatever the team: rename one.",
            )
