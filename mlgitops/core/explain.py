"""Explain: every effective value of a state, and the layer and place that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import acceptance, locations
from mlgitops.core.layers import Layer, Origin, merge, origins
from mlgitops.core.layout import environment_file
from mlgitops.core.slots import CHALLENGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.project import Unit
    from mlgitops.core.states import States
    from mlgitops.core.templates import Template

Pointer = tuple[str | int, ...]


class Effective(NamedTuple):
    """One effective value.

    Attributes:
        field: Keys and indices from the root of the effective state.
        value: A scalar, an empty collection or a list of scalars.
        layer: `template`, `environment`, `state`, or `floor` for acceptance that the environment tightens.
        path: Repository-relative path of the file that sets it.
        source: Keys and indices of the value in that file.
        written: The address as it is written, where a location rewrites it, else None.
        location: Index of that location in the environment's `locations`.
    """

    field: Pointer
    value: Any
    layer: str
    path: str
    source: Pointer
    written: str | None = None
    location: int | None = None


def effective(states: States, unit: Unit) -> list[Effective]:
    """The effective release, deploy block, acceptance and challenger of a state, sorted by field.

    Raises:
        InputError: The state, its environment or a template is missing or broken.
    """
    state = states.state(unit)
    environment = states.environment(unit.environment)
    template = states.template(state["release"]["template"])
    inherited = environment.get("defaults", {})
    home = environment_file(unit.environment)

    def own(*root: str) -> Layer:
        value: Any = state
        for key in root:
            value = value.get(key, {})
        return Layer("state", unit.path, root, value)

    def default(block: str) -> Layer:
        return Layer("environment", home, ("defaults", block), inherited.get(block, {}))

    found = [
        *_origins([_parameters(template, "release"), own("release")], "release"),
        *_origins([_parameters(template, "deploy"), default("deploy"), own("deploy")], "deploy"),
        *_accepted(
            [default("acceptance"), own("acceptance")], Layer("floor", home, ("acceptance",), _floors(environment))
        ),
    ]
    if CHALLENGER in state:
        other = states.template(state[CHALLENGER]["release"]["template"])
        layers = [_parameters(other, "release"), own(CHALLENGER, "release")]
        found += _origins(layers, CHALLENGER, "release")
        found += [one for one in _origins([own(CHALLENGER)], CHALLENGER) if one.pointer[1] != "release"]
    addressed = (_addressed(one, environment.get("locations", [])) for origin in found for one in _items(origin))
    return sorted(addressed, key=lambda one: [(isinstance(part, str), part) for part in one.field])


def _floors(environment: Mapping[str, Any]) -> dict[str, Any]:
    floors: dict[str, Any] = environment.get("acceptance", {})
    return floors


def _parameters(template: Template, scope: str) -> Layer:
    """The defaults of a template as a layer; their places are mended by `_origins`."""
    defaults = template.defaults[scope]
    return Layer("template", template.path, ("parameters",), {"values": defaults} if defaults else {})


def _origins(layers: list[Layer], *at: str) -> list[Origin]:
    found = []
    for origin in origins([layer for layer in layers if layer.value], at):
        if origin.layer.name == "template":
            _, name, *rest = origin.pointer[len(at) :]
            found.append(origin._replace(source=("parameters", name, "default", *rest)))
        else:
            found.append(origin)
    return found


def _accepted(layers: list[Layer], floor: Layer) -> Iterator[Origin]:
    """Origins of the acceptance, of which the floor decides what it tightens."""
    stated = {origin.pointer: origin for origin in _origins(layers, "acceptance")}
    floors = {origin.pointer: origin for origin in _origins([floor], "acceptance")}
    demanded: dict[str, Any] = {}
    for layer in layers:
        demanded = merge(demanded, layer.value)
    both = Layer("", "", (), acceptance.strictest(demanded, floor.value))
    for joined in _origins([both], "acceptance"):
        here = stated.get(joined.pointer)
        yield here if here and here.value == joined.value else floors[joined.pointer]


def _items(origin: Origin) -> Iterator[Effective]:
    """One value for each item of a list that holds more than scalars."""
    pending: list[tuple[Pointer, Any]] = [((), origin.value)]
    while pending:
        inner, value = pending.pop()
        if isinstance(value, Mapping) and value:
            pending += [((*inner, key), item) for key, item in value.items()]
        elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
            pending += [((*inner, number), item) for number, item in enumerate(value)]
        else:
            layer = origin.layer
            yield Effective(origin.pointer + inner, value, layer.name, layer.path, origin.source + inner)


def _addressed(one: Effective, known: list[Mapping[str, str]]) -> Effective:
    """The value at the environment's own address, if it is an address that locations rewrite."""
    inner = one.field[one.field.index("release") + 1 :] if "release" in one.field[:2] else ()
    is_address = inner in (("image",), ("model", "uri")) or (inner[:1] == ("artifacts",) and inner[2:] == ("uri",))
    number = locations.deciding(one.value, known) if is_address else None
    if number is None:
        return one
    return one._replace(value=locations.rewrite(one.value, known), written=one.value, location=number)
