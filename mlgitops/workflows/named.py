"""Named: what of the repository's rules can be told of named files alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.cases import RepositoryCase
from mlgitops.core.changes import Changes
from mlgitops.core.project import Documents
from mlgitops.errors import InputError
from mlgitops.workflows.hydrated_judging import releases_of
from mlgitops.workflows.policy import placed
from mlgitops.workflows.validate import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.core.cases import Released
    from mlgitops.core.finding import Finding
    from mlgitops.core.project import Project, Unit
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.states import States
    from mlgitops.ports import Surroundings
    from mlgitops.workflows.hydrated_judging import Judged
    from mlgitops.workflows.policy import Policy

_TEMPLATE_PARTS = 3
"""Parts of the path of a template's folder, which is judged as one: `templates/<name>/<version>`."""


class Asked:
    """Which files are asked about.

    Args:
        paths: Repository-relative files and folders that were named; the empty string is the repository.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        parts = (path.split("/") for path in paths)
        self._named = {"/".join(part[:_TEMPLATE_PARTS] if part[0] == "templates" else part) for part in parts}

    def __call__(self, path: str) -> bool:
        """Whether a file is one of those named, or lies below one."""
        parts = path.split("/")
        return "" in self._named or any("/".join(parts[:end]) in self._named for end in range(1, len(parts) + 1))


class Named:
    """Asks the rules of the repository about named files.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
        states: Reader of its states.
        policy: The policy, with the rules.
    """

    def __init__(self, documents: Documents, project: Project, states: States, policy: Policy) -> None:
        self._documents = documents
        self._project = project
        self._states = states
        self._policy = policy

    def findings(
        self, paths: Iterable[str], units: Iterable[Unit], judged: Iterable[Judged], around: Surroundings
    ) -> list[Finding]:
        """What rules find in the files, beside the base revision and, of what has changed, beside other environments.

        Args:
            paths: The files and folders.
            units: The states that they touch and that were not hydrated.
            judged: Those that were.
            around: What stands around the snapshot.
        """
        asked = Asked(paths)
        changed = Changes(self._documents.snapshot, around.base)
        case = RepositoryCase(
            self._documents.snapshot,
            around.base,
            around.shallow,
            self._project.steps,
            list(self._releases({one.unit: one.releases for one in judged}, units, changed)),
            {path: size for path, size in around.sizes.items() if asked(path)},
            around.head,
            self._document,
            changed,
            asked,
        )
        return placed(
            self._policy.finding(rule, finding)
            for rule, check in self._policy.checks("repository")
            for finding in check(case)
        )

    def _releases(
        self, judged: Mapping[Unit, list[Released]], units: Iterable[Unit], changed: Changes
    ) -> Iterator[Released]:
        """The releases of states, and those that stand beside a changed one in other environments."""
        wanted = dict.fromkeys([*judged, *units])
        names = {unit.name for unit in wanted if changed(unit.path)}
        for environment in self._project.environments if names else ():
            wanted |= dict.fromkeys(unit for unit in self._project.survey(environment)[0] if unit.name in names)
        for unit in wanted:
            try:
                yield from judged[unit] if unit in judged else self._declared(unit)
            except InputError:
                continue  # told where the state is judged, if it is

    def _declared(self, unit: Unit) -> Iterator[Released]:
        return releases_of(unit, self._states.slots(unit, self._states.state(unit)))

    def _document(self, snapshot: Snapshot, path: str) -> Mapping[str, Any] | None:
        if not snapshot.exists(path):
            return None
        try:
            return Documents(snapshot, self._documents.schemas).load(path, *KINDS)
        except InputError:
            return None
