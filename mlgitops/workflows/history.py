"""History: which releases were declared in a slot, from when to when, by whom and through which pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.project import Documents, Project
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.units import meant
from mlgitops.errors import InputError
from mlgitops.workflows.promotion.past import Past

if TYPE_CHECKING:
    from mlgitops.core.history import Declared
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.slots import SlotName
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports.git import History as Commits


class Request(NamedTuple):
    """What is asked.

    Attributes:
        slot: The slot.
        name: Name of a state that is there or was, with its team's folder or without.
    """

    slot: SlotName
    name: str


class Report(NamedTuple):
    """The answer.

    Attributes:
        slot: The slot.
        service: Name of the state.
        declared: Its releases there, newest first.
    """

    slot: SlotName
    service: str
    declared: list[Declared]


class History:
    """The workflow.

    Args:
        snapshot: The files of a commit.
        schemas: The schemas of the documents.
        commits: What was committed before it.
        commit: Its name.
    """

    def __init__(self, snapshot: Snapshot, schemas: SchemaSet, commits: Commits, commit: str) -> None:
        self._documents = Documents(snapshot, schemas)
        self._commits = commits
        self._commit = commit

    def run(self, request: Request) -> Report:
        """Do what `request` asks.

        Raises:
            InputError: There is no such environment, it never had such a state, or the clone is shallow.
        """
        service = request.name.rpartition("/")[2]
        past = Past(self._commits, self._commit, [service])
        found = past.declared(request.slot, service)
        if not found:
            self._require_known(request, service, known=service in past.versions(request.slot.environment))
        return Report(request.slot, service, found)

    def _require_known(self, request: Request, service: str, *, known: bool) -> None:
        """Tell a slot that was always empty, which is an answer, from a name that nothing is called."""
        if known:
            return
        slot, name = request
        project = Project(self._documents)
        if slot.environment not in project.environments and name.partition("/")[0] in project.environments:
            raise InputError(
                f"`{slot}` is no environment, and `{name}` is one",
                hint=f"Turn the two round: `mlgitops history {name} {slot}`.",
            )
        project.environment(slot.environment)
        names = sorted({unit.name for unit in project.survey(slot.environment)[0]})
        before, _, last = name.rpartition("/")
        hint = meant(service, names)
        if last == CHALLENGER and before.rpartition("/")[2] in names:
            hint = f"Challengers have a slot of their own: `mlgitops history {slot.environment}/{last} {before}`."
        raise InputError(
            f"the environment `{slot.environment}` has no state called `{name}`, and never had one", hint=hint
        )
