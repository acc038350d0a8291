"""States: what a state says together with its environment and its templates, before anything is hydrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import bindings, placement
from mlgitops.core.finding import Fault, Finding
from mlgitops.core.layers import merge
from mlgitops.core.layout import environment_file
from mlgitops.core.project import STATE_KINDS, InvalidError, from_error, pools
from mlgitops.core.repeated import TOGETHER, kept
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.templates import MissingTemplateError, Template
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.core.project import Documents, Project, Unit


class Slot(NamedTuple):
    """A release in the place where it answers: the champion, or the challenger beside it.

    Attributes:
        name: Name of its objects.
        root: Pointer of what holds its `release` in the state.
        release: The release as written.
        deploy: The effective deploy block.
        challenge: Mode and percentage, for a challenger.
    """

    name: str
    root: tuple[str, ...]
    release: dict[str, Any]
    deploy: dict[str, Any]
    challenge: dict[str, Any]


class States:
    """Reads the states of one snapshot; templates and environments are read once.

    Args:
        documents: Reader of the snapshot's documents.
        project: Its project.
    """

    def __init__(self, documents: Documents, project: Project) -> None:
        self._documents = documents
        self._project = project
        self._templates: dict[str, Template | InputError] = {}
        self._environments: dict[str, dict[str, Any]] = {}

    def judge(self, unit: Unit) -> list[Finding]:
        """What is wrong with one state before it is hydrated; no template is compiled."""
        try:
            return self.findings(unit, self.state(unit))
        except InputError as error:
            return said(error, unit)

    def state(self, unit: Unit) -> dict[str, Any]:
        """The state's document.

        Raises:
            InvalidError: It is broken, or its name is not that of its file.
        """
        state = self._documents.load(unit.path, *STATE_KINDS)
        if state["metadata"]["name"] != unit.name:
            fault = Fault(
                "misnamed-state",
                ("metadata", "name"),
                f"the state is called `{state['metadata']['name']}` and its file `{unit.name}.yaml`",
                "Rename one of them.",
            )
            raise InvalidError(self._documents.place(unit.path, [fault]))
        return state

    def environment(self, name: str) -> dict[str, Any]:
        """An environment's document."""
        if name not in self._environments:
            self._environments[name] = self._project.environment(name)
        return self._environments[name]

    def template(self, reference: str) -> Template:
        """A template of the repository.

        Raises:
            InputError: There is none, or it is broken; the same error each time.
        """
        if reference not in self._templates:
            try:
                self._templates[reference] = Template(self._documents, reference)
            except InputError as error:
                self._templates[reference] = error
        template = self._templates[reference]
        if isinstance(template, InputError):
            raise template
        return template

    @kept(TOGETHER)
    def slots(self, unit: Unit, state: Mapping[str, Any]) -> list[Slot]:
        """The slots of a state: the champion, and the challenger where there is one."""
        defaults = self.environment(unit.environment).get("defaults", {}).get("deploy", {})
        deploy = merge(defaults, state.get("deploy", {}))
        slots = [Slot(unit.name, (), state["release"], deploy, {})]
        if CHALLENGER in state:
            challenge = {key: value for key, value in state[CHALLENGER].items() if key in ("mode", "percent")}
            fixed = dict(deploy)
            if "replicas" in deploy:
                fewest = deploy["replicas"].get("min", 1)  # as many as run where none are asked for
                fixed["replicas"] = {"min": fewest, "max": fewest}
            slots.append(
                Slot(f"{unit.name}-{CHALLENGER}", (CHALLENGER,), state[CHALLENGER]["release"], fixed, challenge)
            )
        return slots

    def faults(self, unit: Unit, state: Mapping[str, Any]) -> Iterator[Fault]:
        """What is wrong with a valid state once it is merged with its environment and templates."""
        environment = self.environment(unit.environment)
        slots = self.slots(unit, state)
        yield from placement.faults(slots[0].deploy["placement"], pools(environment))
        yield from _replica_faults(slots[0].deploy)
        for slot in slots:
            yield from bindings.faults(slot.release, slot.deploy, slot.root)
            yield from self._template_faults(slot, state["kind"])
        if len(slots) > 1:
            yield from _challenger_faults(slots, environment)

    def findings(self, unit: Unit, state: Mapping[str, Any]) -> list[Finding]:
        """The faults with their places."""
        return self.place(unit, state, self.faults(unit, state))

    def place(self, unit: Unit, state: Mapping[str, Any], faults: Iterable[Fault]) -> list[Finding]:
        """Findings of `faults` of a state: in its file, or in that of the environment whose default is at fault."""
        defaults = self.environment(unit.environment).get("defaults", {})
        own: list[Fault] = []
        inherited: list[Fault] = []
        for fault in faults:
            if (
                _holds(defaults, fault.pointer)
                and not _holds(state, fault.pointer)
                and fault.rule != "missing-parameter"
            ):
                inherited.append(fault._replace(pointer=("defaults", *fault.pointer)))
            else:
                own.append(fault)
        return self._documents.place(unit.path, own) + self._documents.place(
            environment_file(unit.environment), inherited
        )

    def _template_faults(self, slot: Slot, kind: str) -> Iterator[Fault]:
        reference = slot.release["template"]
        try:
            template = self.template(reference)
        except MissingTemplateError as error:
            yield Fault("missing-template", (*slot.root, "release", "template"), error.message, error.hint or "")
            return
        if kind not in template.kinds:
            yield Fault(
                "wrong-template",
                (*slot.root, "release", "template"),
                f"{reference} hydrates {', '.join(template.kinds)}, not {kind}",
                "Name a template for this kind: `mlgitops template list`.",
            )
        yield from template.faults("release", slot.release.get("values", {}), (*slot.root, "release", "values"))
        yield from template.faults("deploy", slot.deploy.get("values", {}), ("deploy", "values"))


def said(error: InputError, unit: Unit) -> list[Finding]:
    """What an error tells about a state, as findings."""
    return error.findings if isinstance(error, InvalidError) else [from_error("hydration-failed", error, unit.path)]


def _holds(node: Any, pointer: tuple[str | int, ...]) -> bool:
    try:
        for part in pointer:
            node = node[part]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _replica_faults(deploy: Mapping[str, Any]) -> Iterator[Fault]:
    replicas = deploy.get("replicas", {})
    if replicas.get("min", 0) > replicas.get("max", replicas.get("min", 0)):
        yield Fault(
            "min-above-max",
            ("deploy", "replicas"),
            f"the least number of replicas, {replicas['min']}, is above the greatest, {replicas['max']}",
            "Set both: one of them may come from the environment's defaults.",
        )


def _challenger_faults(slots: list[Slot], environment: Mapping[str, Any]) -> Iterator[Fault]:
    if "gateway" not in environment:
        yield Fault(
            "challenger-without-traffic",
            (CHALLENGER,),
            "the challenger runs without traffic: the environment declares no gateway",
            f"Declare `gateway` in {environment_file('<env>')}, or send it traffic by other means.",
            "warning",
        )
    elif slots[0].release["template"].split("/")[0] != slots[1].release["template"].split("/")[0]:
        yield Fault(
            "wrong-template",
            (CHALLENGER, "release", "template"),
            "champion and challenger use different templates, so one route cannot serve both",
            "Use versions of one template, or take the gateway out of the environment.",
        )
