"""Template: what templates there are, what one takes, and how a packaged one comes into a repository."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.project import STATE_KINDS, Documents, InvalidError, Project
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.core.templates import Template
from mlgitops.core.yaml.edit import replace
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files

EXAMPLE = "example.yaml"
"""A template's own example of a state, beside its `template.yaml`."""


TEMPLATE = re.compile("templates/[^/]+/[^/]+/template[.]yaml")
"""Where a template's document stands."""


class Listed(NamedTuple):
    """One template that there is.

    Attributes:
        template: `<name>/<version>`.
        kinds: Kinds of states that it hydrates; empty if it is broken.
        home: `repository`, `packaged` (not in the repository), `both`, or `changed` where the two differ.
        used: How many states use it.
        problem: What is wrong with it, or the empty string.
    """

    template: str
    kinds: list[str]
    home: str
    used: int
    problem: str


class Shown(NamedTuple):
    """One template.

    Attributes:
        template: `<name>/<version>`.
        home: `repository` or `packaged`.
        description: What it hydrates, in words.
        kinds: Kinds of states that it hydrates.
        digest: The folder's digest.
        files: Names of its files.
        parameters: Its parameters by name, as `template.yaml` has them.
    """

    template: str
    home: str
    description: str
    kinds: list[str]
    digest: str
    files: list[str]
    parameters: dict[str, dict[str, Any]]


class Added(NamedTuple):
    """What came into the repository: the paths written, none where all were there already."""

    template: str
    written: list[str]


class Templates:
    """The workflow.

    Args:
        packaged: The templates that ship with the program.
        repository: The environment repository, or None outside any.
        schemas: The schemas of the documents.
    """

    def __init__(self, packaged: Snapshot, repository: Snapshot | None, schemas: SchemaSet) -> None:
        self._packaged = Documents(packaged, schemas)
        self._repository = Documents(repository, schemas) if repository else None

    def listed(self) -> list[Listed]:
        """All templates, sorted by name.

        Raises:
            InputError: `mlgitops.yaml` is broken.
        """
        own = references(self._repository.snapshot) if self._repository else []
        shipped = references(self._packaged.snapshot)
        used = self._uses()
        found = []
        for reference in sorted({*own, *shipped}):
            home = "packaged" if reference not in own else "both" if reference in shipped else "repository"
            documents = self._packaged if home == "packaged" or not self._repository else self._repository
            try:
                template = Template(documents, reference)
                if home == "both" and template.digest != Template(self._packaged, reference).digest:
                    home = "changed"
                found.append(Listed(reference, template.kinds, home, used.count(reference), ""))
            except InputError as error:
                found.append(Listed(reference, [], home, used.count(reference), error.message))
        return found

    def shown(self, reference: str) -> Shown:
        """One template, the repository's own where it has it.

        Raises:
            InputError: There is none, or it is broken.
        """
        documents = self._home(reference, [self._repository, self._packaged])
        found = Template(documents, reference)
        home = "packaged" if documents is self._packaged else "repository"
        files = sorted(found.sources)
        return Shown(reference, home, found.description, found.kinds, found.digest, files, found.parameters)

    def add(self, reference: str, name: str | None, files: Files) -> Added:
        """Copy a template, a packaged one if there is, into the repository; all of it or nothing.

        Args:
            reference: `<name>/<version>` of the template.
            name: `<name>/<version>` that it gets in the repository; None for its own.
            files: The repository's files.

        Raises:
            InputError: There is no such template, `name` cannot be one, or other content stands there.
            RefusedError: The files could not be written; all are as they were.
        """
        source = self._home(reference, [self._packaged, self._repository])
        target = name or reference
        made = self._renamed(source.snapshot, reference, target)
        present = {} if self._repository is None else _present(self._repository.snapshot, f"templates/{target}")
        if present and present != made:
            differing = min(path for path in {*present, *made} if present.get(path) != made.get(path))
            raise InputError(
                f"the repository has another template {target}: {differing} differs",
                hint=f"Keep it, or name the copy otherwise: `mlgitops template add {reference} --as NAME/VERSION`.",
            )
        if not present:
            files.write(made)
        return Added(target, [] if present else sorted(made))

    def _home(self, reference: str, places: list[Documents | None]) -> Documents:
        """The first of `places` that has the template."""
        known: list[str] = []
        for documents in places:
            if documents is None:
                continue
            found = references(documents.snapshot)
            if reference in found:
                return documents
            known += found
        raise unknown(reference, known)

    def _renamed(self, snapshot: Snapshot, reference: str, target: str) -> dict[str, bytes]:
        """The files of a template under another name, which its document and example then say."""
        present = _present(snapshot, f"templates/{reference}")
        made = {path.replace(reference, target, 1): data for path, data in present.items()}
        if target == reference:
            return made
        name, _, version = target.partition("/")
        document, example = f"templates/{target}/template.yaml", f"templates/{target}/{EXAMPLE}"
        for key, value in (("name", name), ("version", version)):
            made[document] = replace(made[document], document, ("metadata", key), value)
        if example in made and load(made[example], example)["release"]["template"] == reference:
            made[example] = replace(made[example], example, ("release", "template"), target)
        try:
            Template(Documents(LoadedSnapshot("copy", made), self._packaged.schemas), target)
        except InvalidError:
            raise InputError(
                f"`{target}` cannot be the name and version of a template",
                hint="Write it like `kserve/v2`: lower-case letters, digits and `-`, then `v` and a number.",
            ) from None
        return made

    def _uses(self) -> list[str]:
        """The template of each slot of the repository, as far as states can be read."""
        return [reference for state in self._states() for reference in used_by(state)]

    def _states(self) -> Iterator[dict[str, Any]]:
        if self._repository is None:
            return
        project = Project(self._repository)
        for environment in project.environments:
            for unit in project.survey(environment)[0]:
                try:
                    yield self._repository.load(unit.path, *STATE_KINDS)
                except InputError:
                    continue  # told by validate


def _present(snapshot: Snapshot, folder: str) -> dict[str, bytes]:
    """Bytes of the files of a folder, with LF line ends."""
    return {path: snapshot.read(path).replace(b"\r\n", b"\n") for path in snapshot.entries(folder)}


def references(snapshot: Snapshot) -> list[str]:
    """`<name>/<version>` of the templates in a snapshot, sorted."""
    paths = snapshot.entries("templates")
    return [path[len("templates/") : -len("/template.yaml")] for path in paths if TEMPLATE.fullmatch(path)]


def used_by(state: dict[str, Any]) -> set[str]:
    """The templates that a state uses."""
    return {holder["release"]["template"] for holder in (state, state.get(CHALLENGER)) if holder}


def unknown(reference: str, known: Iterable[str]) -> InputError:
    """The error for a template that is none of `known`."""
    listed = sorted(set(known))
    close = get_close_matches(reference, listed, 1)
    there = f"The templates are: {', '.join(listed)}." if listed else "`mlgitops template add` copies one in."
    return InputError(f"there is no template `{reference}`", hint=f"Did you mean `{close[0]}`?" if close else there)
