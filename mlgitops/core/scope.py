"""Scope: which documents of a project some paths touch, and how deep each is looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.finding import Finding
from mlgitops.core.layout import PROJECT_FILE, environment_file
from mlgitops.core.patterns import later
from mlgitops.core.project import STATE_KINDS, InvalidError, from_error
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mlgitops.core.project import Project, Unit
    from mlgitops.core.snapshot import EntryKind

_MANIFESTS = (".yaml", ".yml", ".json")
_INSTRUCTIONS = ("/kustomization", "/kustomization.yaml", "/kustomization.yml", "/chart.yaml", ".jsonnet", ".libsonnet")
"""What makes Argo CD or Flux build manifests instead of applying those that stand beside it."""
_TEMPLATE = later("templates/[^/]+/[^/]+/template[.]yaml")


class Scope(NamedTuple):
    """What is to be judged; nothing stands in it twice.

    Attributes:
        documents: Documents that are judged alone, by path, with the kinds that may stand there.
        states: States that are judged as far as documents tell.
        hydrated: States that are hydrated as well.
        templates: `<name>/<version>` of templates that are compiled.
        manifests: Files of environments in which manifests may stand, hydrated or written by hand.
        findings: What is wrong with where files stand.
    """

    documents: dict[str, tuple[str, ...]]
    states: list[Unit]
    hydrated: list[Unit]
    templates: list[str]
    manifests: list[str]
    findings: list[Finding]


def scope(project: Project, paths: Iterable[str]) -> Scope:
    """What `paths` touch: everything for none.

    Args:
        project: The project.
        paths: Repository-relative files and folders; the empty string is the repository.

    Raises:
        InputError: There is nothing at one of them.
    """
    collected = _Collected(project)
    for path in paths or ("",):
        collected.add(path)
    return collected.scope()


def reached(project: Project, changed: Iterable[str]) -> Scope:
    """What has to be judged after files have changed, which may be gone; see `mlgitops.core.reach`."""
    from mlgitops.core.reach import reach

    collected = _Collected(project)
    found = reach(changed)
    for path in found.paths:
        collected.reach(path)
    collected.everywhere(frozenset(found.names))
    return collected.scope()


class _Collected:
    """What was found to be in scope so far."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._snapshot = project.documents.snapshot
        self._documents: dict[str, tuple[str, ...]] = {}
        self._states: dict[Unit, None] = {}
        self._hydrated: dict[Unit, None] = {}
        self._templates: dict[str, None] = {}
        self._manifests: dict[str, None] = {}
        self._findings: list[Finding] = []

    def scope(self) -> Scope:
        """All of it."""
        states = [unit for unit in self._states if unit not in self._hydrated]
        return Scope(
            self._documents, states, list(self._hydrated), list(self._templates), list(self._manifests), self._findings
        )

    def add(self, path: str) -> None:
        """Take in what `path` touches.

        Raises:
            InputError: There is nothing at `path`.
        """
        if path and not self._snapshot.exists(path) and not self._snapshot.entries(path):
            raise InputError(
                f"there is no file or folder `{path}` in the {self._snapshot.label}",
                hint="Correct the name, or leave it out to validate everything.",
            )
        self._add(path)

    def reach(self, path: str) -> None:
        """As `add`, where `path` may be gone: what used it is taken in, and a folder that no path knew is left out."""
        parts = path.split("/")
        known = parts[0] != "environments" or parts[1] in self._project.environments
        if known or self._snapshot.exists(path) or self._snapshot.entries(path):
            self._add(path)

    def everywhere(self, names: Collection[str]) -> None:
        """Take in the states of these names in all environments, to be hydrated."""
        for environment in self._project.environments if names else ():
            for unit in self._project.survey(environment)[0]:
                if unit.name in names:
                    self._hydrated[unit] = None

    def _add(self, path: str) -> None:
        top, _, rest = path.partition("/")
        if top in ("", PROJECT_FILE, "schemas"):
            self._documents[PROJECT_FILE] = ("Project",)
            top, rest = "", ""
        if top in ("", "environments"):
            name, _, inner = rest.partition("/")
            for environment in [name] if name else self._environments():
                self._guarded(self._environment, environment, inner)
        if top in ("", "templates"):
            self._guarded(self._compiled, path if top else "templates")
            if top:
                self._guarded(self._users, path)

    def _guarded(self, take: Callable[..., None], *arguments: str) -> None:
        """Take something in; what stands where no files can be listed, a link say, is a finding."""
        try:
            take(*arguments)
        except InputError as error:
            self._findings.append(from_error("unreadable-file", error, PROJECT_FILE))

    def _environments(self) -> list[str]:
        """Those of the path, and others that have a folder."""
        found = dict.fromkeys(self._project.environments)
        try:
            folders = (path.split("/", 2) for path in self._snapshot.entries("environments"))
            found |= dict.fromkeys(parts[1] for parts in folders if len(parts) > 2)  # noqa: PLR2004 no file beside them
        except InputError as error:
            self._findings.append(from_error("unreadable-file", error, PROJECT_FILE))
        return list(found)

    def _environment(self, name: str, inner: str) -> None:
        part = inner.partition("/")[0]
        path = f"environments/{name}/{inner}".rstrip("/")
        on_path = name in self._project.environments
        if not on_path:
            self._findings.append(_unlisted(name))
        if part in ("", "environment.yaml"):
            self._document_of(name, on_path)
        if part in ("", "evaluations"):
            self._evaluations(path if inner else f"{path}/evaluations")
        if part in ("", "environment.yaml", "state", "hydrated"):
            self._states_of(name, path if part in ("state", "hydrated") else f"environments/{name}", on_path)
        if part not in ("state", "evaluations"):
            self._manifests_of(name, f"environments/{name}" if part == "environment.yaml" else path)

    def _document_of(self, name: str, on_path: bool) -> None:
        path = environment_file(name)
        if self._snapshot.exists(path):
            self._documents[path] = ("Environment",)
        elif on_path:
            try:
                self._project.environment(name)
            except InvalidError as error:
                self._findings += error.findings

    def _evaluations(self, path: str) -> None:
        found: dict[str, EntryKind] = {path: "file"} if self._snapshot.exists(path) else self._snapshot.entries(path)
        for inner, kind in found.items():
            if kind == "file" and inner.endswith(".yaml"):
                self._documents[inner] = ("Evaluation",)
            else:
                what = "the file is no evaluation" if kind == "file" else f"a {kind} stands among the evaluations"
                self._findings.append(
                    _misplaced(inner, what, "evaluations are `evaluations/[<team>/]<name>/<id>.yaml`")
                )

    def _manifests_of(self, name: str, path: str) -> None:
        if self._snapshot.exists(path):
            self._manifests[path] = None
            return
        folder = f"environments/{name}"
        hydrated = f"{folder}/hydrated/"
        documents = (f"{folder}/state/", f"{folder}/evaluations/", environment_file(name))
        for found, kind in self._snapshot.entries(path).items():
            if found.startswith(documents):
                continue
            ending = found.lower()
            if kind != "file" and found.startswith(hydrated):
                mend = "Put the file itself here: a GitOps controller follows what `mlgitops` does not."
                self._findings.append(_misplaced(found, f"a {kind} stands among the manifests", mend))
            elif found.startswith(hydrated) and ending.endswith(_INSTRUCTIONS):
                mend = "Remove it: what it makes of the manifests is judged by nobody."
                self._findings.append(_misplaced(found, "a GitOps controller takes this file for instructions", mend))
            elif kind == "file" and ending.endswith(_MANIFESTS):
                self._manifests[found] = None

    def _states_of(self, name: str, path: str, on_path: bool) -> None:
        units, findings = self._project.survey(name)
        self._findings += [finding for finding in findings if _below(finding.path, path)]
        for unit in units:
            inside = _below(unit.path, path)
            if inside and not on_path:
                self._documents[unit.path] = STATE_KINDS
            elif inside and unit.path != path:
                self._hydrated[unit] = None
            elif inside or _below(unit.hydrated, path) or _below(path, unit.hydrated):
                self._states[unit] = None

    def _compiled(self, path: str) -> None:
        """Take in the templates below or around `path`."""
        paths = self._snapshot.entries("templates")
        folders = [found.rpartition("/")[0] for found in paths if _TEMPLATE.fullmatch(found)]
        for folder in folders:
            if _below(folder, path) or _below(path, folder):
                self._templates[folder.removeprefix("templates/")] = None
        for found in paths:
            stray = found.endswith(".j2") and not any(_below(found, folder) for folder in folders)
            if stray and _below(found, path):
                mend = "Templates are `templates/<name>/<version>/`: write the document, or move the file."
                self._findings.append(_misplaced(found, "the file belongs to no template.yaml", mend))

    def _users(self, path: str) -> None:
        """Take in the states that use the templates taken in for `path`."""
        for name in self._project.environments:
            for unit in self._project.survey(name)[0]:
                if any(
                    _below(f"templates/{used}", path) or _below(path, f"templates/{used}") for used in self._used(unit)
                ):
                    self._hydrated[unit] = None

    def _used(self, unit: Unit) -> list[str]:
        """The templates of a state; of a broken one, which is told when it is asked for, none."""
        try:
            state = self._project.documents.load(unit.path, *STATE_KINDS)
        except InputError:
            return []
        return [holder["release"]["template"] for holder in (state, state.get("challenger")) if holder]


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _unlisted(environment: str) -> Finding:
    return Finding(
        environment_file(environment),
        0,
        0,
        "unlisted-environment",
        "warning",
        f"the environment `{environment}` is not on the path of {PROJECT_FILE}: nothing of it is hydrated",
        f"Add it to `path` in {PROJECT_FILE}, or remove its folder.",
    )


def _misplaced(path: str, message: str, mend: str) -> Finding:
    return Finding(path, 0, 0, "misplaced-file", "error", message, mend)
