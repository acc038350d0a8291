"""Choice: which services a promotion means, and the change to the state of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.promotion.creation import created
from mlgitops.core.promotion.moves import File, Move, promoted, same
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName
    from mlgitops.workflows.promotion.ground import Ground


class Way(NamedTuple):
    """From where to where releases go."""

    source: SlotName
    target: SlotName


class Choice(NamedTuple):
    """What is to be planned.

    Attributes:
        moves: One a service whose release differs, by name.
        named: The services that were named.
        undeclared: Services that the target does not declare, and that nobody named.
        broken: Services of which nothing can be planned, with why; none that was named is among them.
        unchanged: How many have the same release in both slots.
    """

    moves: list[Move]
    named: frozenset[str]
    undeclared: list[str]
    broken: list[tuple[str, InputError]]
    unchanged: int


def choose(way: Way, names: Sequence[str], carried: Collection[str], tip: Ground, ground: Ground) -> Choice:
    """The services that are meant: those named, else all that the target declares.

    Args:
        way: From where to where.
        names: What somebody named; empty for everything.
        carried: Services that open pull requests bring already: they stay in, whatever is named.
        tip: The branch that changes go into: what it has in the source is promoted.
        ground: The same with what people have committed to branches of former runs: what that has is changed.

    Raises:
        InputError: A service that was named has nothing to promote, is broken, or cannot become what the target
            declares.
    """
    units = tip.units(way.source.environment)
    chosen = tip.named(way.source.environment, names)
    named = frozenset(unit.name for unit in chosen) if names else frozenset()
    choice = Choice([], named, [], [], 0)
    unchanged = 0
    for unit in sorted({*chosen, *(units[name] for name in carried if name in units)}, key=lambda unit: unit.name):
        try:
            release = tip.release(unit, way.source)
            if release is not None and same(_declared(tip, unit, way.target), release):
                unchanged += 1
            else:
                _choose(choice, way, unit, release, carried, tip, ground)
        except InputError as error:
            if unit.name in named:
                raise
            choice.broken.append((unit.name, error))
    return choice._replace(unchanged=unchanged)


def _choose(
    choice: Choice,
    way: Way,
    unit: Unit,
    release: Mapping[str, Any] | None,
    carried: Collection[str],
    tip: Ground,
    ground: Ground,
) -> None:
    into = ground.units(way.target.environment).get(unit.name)
    if release is None:
        _require_unnamed(
            unit, choice.named, f"{unit.name} has no {way.source}", f"`mlgitops status {unit.name}` tells."
        )
    elif way.target.challenger and tip.state(unit)["kind"] != "ModelDeployment":
        why = f"{unit.name} is a {tip.state(unit)['kind']}, which has no challenger"
        _require_unnamed(unit, choice.named, why, "Name a ModelDeployment.")
    elif into is None and unit.name in (units := tip.units(way.target.environment)):
        raise InputError(
            "people have deleted it on a branch that promotes it",
            path=units[unit.name].path,
            hint="Bring it back there, or delete the branch; to do without the service, delete it on the base.",
        )
    elif into is None and way.target.challenger:
        why = f"{way.target.environment} does not declare {unit.name}, so nothing runs there to be challenged"
        _require_unnamed(unit, choice.named, why, f"Promote it to {way.target.environment} first.")
        choice.undeclared.append(unit.name)
    elif into is None and unit.name not in choice.named and unit.name not in carried:
        choice.undeclared.append(unit.name)
    else:
        choice.moves.append(ground.require_state(_move(way, unit, into, release, tip, ground)))


def _require_unnamed(unit: Unit, named: Collection[str], why: str, hint: str) -> None:
    if unit.name in named:
        raise InputError(why, hint=hint)


def _declared(tip: Ground, unit: Unit, target: SlotName) -> Mapping[str, Any] | None:
    """What the branch declares in the target of a service."""
    known = tip.units(target.environment).get(unit.name)
    return tip.release(known, target) if known else None


def _move(way: Way, unit: Unit, into: Unit | None, release: Mapping[str, Any], tip: Ground, ground: Ground) -> Move:
    origin, state = tip.file(unit), tip.state(unit)
    goal = into or unit._replace(environment=way.target.environment)
    if into is None:
        data = created(File(goal.path, origin.data), way.source, state)
    else:
        _require_same_kind(unit, state, into, ground)
        data = promoted(origin, way.source, ground.file(into), way.target)
    before = _declared(tip, unit, way.target)
    is_new = unit.name not in tip.units(way.target.environment)
    document = load(data, goal.path)
    return Move("promotion", way.source, way.target, goal, document, data, release, before, state, is_new)


def _require_same_kind(unit: Unit, state: Mapping[str, Any], into: Unit, ground: Ground) -> None:
    kind = load(ground.snapshot.read(into.path), into.path).get("kind")  # a draft may be no valid state yet
    if kind != state["kind"]:
        raise InputError(
            f"{unit.name} is a {state['kind']} in {unit.environment} and a {kind} in {into.environment}",
            path=into.path,
            hint="A release cannot become something else: call one of them differently.",
        )
