"""Creation: the state of a service that an environment does not declare yet, and what it asks people for.

The release travels. What belongs to an environment is never copied: a person fills it in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.yaml.edit import replace, take
from mlgitops.core.yaml.quoting import line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.promotion.moves import File
    from mlgitops.core.slots import SlotName

_ASKED = ("replicas", "rollout", "schedule", "timeZone")


class Question(NamedTuple):
    """A field that a person has to decide about.

    Attributes:
        field: Where it stands: `deploy.env.FEATURE_STORE`.
        source: What the source has there; None where it has nothing.
        required: Whether nothing can be hydrated without it.
    """

    field: str
    source: Any
    required: bool


def created(origin: File, source: SlotName, state: Mapping[str, Any]) -> bytes:
    """The file of a new state: what it is called, the release, and an empty `deploy` with the fields to fill in.

    Args:
        origin: The file that holds the release.
        source: The slot that it is in.
        state: The document of `origin`.

    Raises:
        InputError: The release cannot be taken from its file.
    """
    metadata = "".join(f"  {key}: {line(value)}\n" for key, value in state["metadata"].items())
    asked = [question.field.removeprefix("deploy.") for question in questions(state, source) if question.required]
    wanted = "".join(f"#   {field}\n" for field in asked)
    text = (
        f"apiVersion: {state['apiVersion']}\nkind: {state['kind']}\nmetadata:\n{metadata}\nrelease: {{}}\n\n"
        f"# To be filled in, in place of {{}}:\n{wanted}deploy: {{}}\n"
    )
    block = take(origin.data, origin.path, (*source.root, "release"))
    return replace(text.encode(), origin.path, ("release",), block)


def questions(state: Mapping[str, Any], source: SlotName) -> list[Question]:
    """What the target has to decide, with what the source says, in the order of the document."""
    return list(_questions(state, source.release(state) or {}))


def _questions(state: Mapping[str, Any], release: Mapping[str, Any]) -> Iterator[Question]:
    deploy = state.get("deploy", {})
    yield Question("deploy.placement", deploy.get("placement"), True)
    for key in _ASKED:
        if key in deploy:
            yield Question(f"deploy.{key}", deploy[key], False)
    for key, value in deploy.get("values", {}).items():
        yield Question(f"deploy.values.{key}", value, False)
    required = [name for name in release.get("requires", {}).get("env", []) if name not in release.get("env", {})]
    for name in required:
        if name in deploy.get("secrets", {}):
            yield Question(f"deploy.secrets.{name}", deploy["secrets"][name], True)
        else:
            yield Question(f"deploy.env.{name}", deploy.get("env", {}).get(name), True)
    for kind in ("env", "secrets"):
        for name, value in deploy.get(kind, {}).items():
            if name not in required:
                yield Question(f"deploy.{kind}.{name}", value, False)
    if state["kind"] == "ModelDeployment":
        yield Question("acceptance", state.get("acceptance"), False)
