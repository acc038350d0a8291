"""Trials: states that exercise a template, over the examples of its parameters and the optional parts of a state."""

from __future__ import annotations

import json
from math import gcd, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.layers import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LIMIT = 10_000
"""Combinations that are tried of one template; of more, so many are picked evenly, the same on each run."""

_GOLDEN = 0.6180339887498949
_DIGEST = "sha256:" + "0123456789abcdef" * 4

Choices = tuple[int, ...]


class Option(NamedTuple):
    """One way to write a part of a state.

    Attributes:
        name: What it is called in messages.
        state: What it lays over the state.
    """

    name: str
    state: Mapping[str, Any] = {}


class Axis(NamedTuple):
    """A part of a state and the ways to write it; the first is the one that asks least of a template."""

    name: str
    options: Sequence[Option]


def axes(kind: str, parameters: Mapping[str, Mapping[str, Any]], environments: Sequence[str]) -> list[Axis]:
    """What varies between the states of `kind` that use a template, the parameters first.

    Args:
        kind: `ModelDeployment` or `TrainingJob`.
        parameters: The template's, each with a default or examples.
        environments: Names of the environments that the states are tried in.
    """
    found = [Axis(f"values.{name}", _parameter(name, item)) for name, item in parameters.items()]
    found += [*_COMMON, *(_SERVING if kind == "ModelDeployment" else _TRAINING)]
    found.append(Axis("environment", [Option(name) for name in environments]))
    return [axis for axis in found if len(axis.options) > 1 or axis.name.startswith(("values.", "environment"))]


def count(varied: Sequence[Axis]) -> int:
    """How many combinations there are."""
    return prod(len(axis.options) for axis in varied)


def picked(varied: Sequence[Axis], limit: int = LIMIT) -> Iterator[Choices]:
    """The combinations to try: all of them, or `limit` spread evenly, those of the parameters most densely.

    Each is the index of an option for every axis; the first combination is the first option of all.
    """
    total = count(varied)
    step = 1 if total <= limit else _coprime(total)
    for number in range(min(total, limit)):
        yield _digits(number * step % total, varied)


def _coprime(total: int) -> int:
    """A step that visits every combination before it repeats one, and spreads the first ones evenly."""
    step = max(1, int(total * _GOLDEN))
    while gcd(step, total) != 1:
        step += 1
    return step


def _digits(number: int, varied: Sequence[Axis]) -> Choices:
    digits = []
    for axis in varied:
        number, digit = divmod(number, len(axis.options))
        digits.append(digit)
    return tuple(digits)


def state(kind: str, reference: str, varied: Sequence[Axis], chosen: Choices, pool: str | None) -> dict[str, Any]:
    """The state of one combination.

    Args:
        kind: Its kind.
        reference: `<name>/<version>` of the template.
        varied: The axes.
        chosen: The index of an option for each of them.
        pool: A node pool of the environment, or None for raw affinity.
    """
    made: dict[str, Any] = {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": "trial", "owner": "nobody"},
        "release": {"version": "1.0.0", "template": reference, "image": f"registry.example/trial:1.0.0@{_DIGEST}"},
        "deploy": {"placement": {"nodePools": [pool]} if pool else _RAW},
    }
    for axis, number in zip(varied, chosen, strict=True):
        made = merge(made, axis.options[number].state)
    if "challenger" in made:
        made["challenger"] = {**made["challenger"], "release": {**made["release"], "version": "1.1.0"}}
    return made


def option(varied: Sequence[Axis], chosen: Choices, name: str) -> str:
    """The name of the option that a combination has on the axis `name`."""
    return next(axis.options[number].name for axis, number in zip(varied, chosen, strict=True) if axis.name == name)


def described(varied: Sequence[Axis], chosen: Choices) -> str:
    """What a combination sets: `values.replicas=3, model: none`; of the least one that it sets nothing."""
    parts = [f"{axis.name}={axis.options[number].name}" for axis, number in zip(varied, chosen, strict=True) if number]
    return ", ".join(parts) or "the least that a state can say"


def _parameter(name: str, parameter: Mapping[str, Any]) -> list[Option]:
    options = [Option("default")] if "default" in parameter else []
    for example in parameter.get("examples", []):
        if "default" not in parameter or example != parameter["default"]:
            shown = json.dumps(example, ensure_ascii=False)
            options.append(Option(shown, {parameter["scope"]: {"values": {name: example}}}))
    return options


_RAW = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "pool", "operator": "In", "values": ["trial"]}]}]
            }
        }
    }
}
_MODEL = {"uri": "s3://models/trial/1.0.0/", "digest": _DIGEST, "format": "onnx", "size": "1340Mi"}
_ARTIFACT = {"name": "tokenizer", "role": "tokenizer", "uri": "s3://models/tokenizer/1/", "digest": _DIGEST}

_COMMON = (
    Axis(
        "requires",
        [
            Option("nothing"),
            Option("cpu and memory", {"release": {"requires": {"cpu": "1500m", "memory": "4Gi"}}}),
            Option("accelerator", {"release": {"requires": {"accelerator": {"vendor": "nvidia", "count": 1}}}}),
        ],
    ),
    Axis(
        "env",
        [
            Option("none"),
            Option("variables", {"release": {"env": {"ALPHA": "1"}}, "deploy": {"env": {"BETA": "on"}}}),
            Option("secret", {"deploy": {"secrets": {"TOKEN": {"name": "trial", "key": "token"}}}}),
        ],
    ),
    Axis("lineage", [Option("none"), Option("some", {"release": {"lineage": {"seed": 7}}})]),
)
_SERVING = (
    Axis("model", [Option("none"), Option("some", {"release": {"model": _MODEL}})]),
    Axis("artifacts", [Option("none"), Option("one", {"release": {"artifacts": [_ARTIFACT]}})]),
    Axis(
        "replicas",
        [
            Option("unset"),
            Option("fixed", {"deploy": {"replicas": {"min": 2, "max": 2}}}),
            Option("range", {"deploy": {"replicas": {"min": 2, "max": 6}}}),
            Option("least", {"deploy": {"replicas": {"min": 3}}}),
            Option("most", {"deploy": {"replicas": {"max": 3}}}),
        ],
    ),
    Axis(
        "rollout",
        [
            Option("unset"),
            Option("rolling", {"deploy": {"rollout": {"strategy": "rolling"}}}),
            Option("recreate", {"deploy": {"rollout": {"strategy": "recreate"}}}),
        ],
    ),
    Axis(
        "challenger",
        [
            Option("none"),
            Option("shadow", {"challenger": {"mode": "shadow", "percent": 10}}),
            Option("canary", {"challenger": {"mode": "canary", "percent": 25}}),
        ],
    ),
)
_TRAINING = (
    Axis("command", [Option("none"), Option("some", {"release": {"command": ["python", "train.py"]}})]),
    Axis("args", [Option("none"), Option("some", {"release": {"args": ["--epochs=3"]}})]),
    Axis(
        "schedule",
        [
            Option("none"),
            Option("cron", {"deploy": {"schedule": "15 2 * * *"}}),
            Option("zone", {"deploy": {"schedule": "15 2 * * *", "timeZone": "Europe/Berlin"}}),
        ],
    ),
)
