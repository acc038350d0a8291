"""The shipped templates, hydrated from states and environments that are built option by option."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from support.covering import Row, cover

from mlgitops import wiring
from mlgitops.core.hydrate import Hydrator
from mlgitops.core.layers import merge
from mlgitops.core.project import Documents, Project, Unit
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlgitops.core.hydrate import Hydrated
    from mlgitops.core.schema import SchemaSet

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
REFERENCES = sorted(path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*/template.yaml"))

API = "mlgitops.dev/v1alpha1"
PROJECT = f"apiVersion: {API}\nkind: Project\nmetadata: {{name: acme}}\npath: [prod]\n"
DIGEST = "sha256:" + "a1" * 32
COMMIT = "0123abcdef" * 4
GPU = "nvidia.com/gpu"
ENVIRONMENT: dict[str, Any] = {
    "apiVersion": API,
    "kind": "Environment",
    "metadata": {"name": "prod"},
    "cluster": {"namespace": "ml-prod", "kubernetes": "1.34"},
    "nodePools": [
        {
            "name": name,
            "count": 8,
            "labels": {"nvidia.com/gpu.product": product},
            "taints": [{"key": GPU, "value": "present", "effect": "NoSchedule"}] if taints else [],
            "allocatable": {"cpu": "96", "memory": "1000Gi", GPU: "8"},
        }
        for name, product, taints in (("t4", "Tesla-T4", True), ("h100", "NVIDIA-H100", True), ("cpu", "none", False))
    ],
}  # fmt: skip
_AFFINITY = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "pool", "operator": "In", "values": ["a", "b"]}]}]
        }
    }
}


class Option(NamedTuple):
    """One way to write something: what is laid over the state and over the environment."""

    name: str
    state: dict[str, Any] = {}  # noqa: RUF012 never changed
    environment: dict[str, Any] = {}  # noqa: RUF012 never changed


def _gateway(**extra: str) -> dict[str, Any]:
    return {"gateway": {"kind": "gateway-api", "name": "public", "namespace": "gateways", **extra}}


def _release(**blocks: Any) -> dict[str, Any]:
    return {"release": blocks}


def _deploy(**blocks: Any) -> dict[str, Any]:
    return {"deploy": blocks}


def _requires(vendor: str, count: int, resource: str | None = None, **amounts: str) -> dict[str, Any]:
    named = {"resource": resource} if resource else {}
    return _release(requires={**amounts, "accelerator": {"vendor": vendor, "count": count, **named}})


def _model(uri: str, **facts: str) -> dict[str, Any]:
    return _release(model={"uri": uri, **facts})


def _artifact(name: str, uri: str, **facts: str) -> dict[str, str]:
    return {"name": name, "role": "adapter", "uri": uri, **facts}


_EVERY_KIND = {
    "placement": [
        Option("pool", _deploy(placement={"nodePools": ["t4"]})),
        Option("pools", _deploy(placement={"nodePools": ["t4", "h100"]})),
        Option("untainted", _deploy(placement={"nodePools": ["cpu"]})),
        Option("raw", _deploy(placement={"affinity": _AFFINITY})),
    ],
    "requires": [
        Option("nothing"),
        Option("cpu", _release(requires={"cpu": "1500m", "memory": "1024Mi"})),
        Option("gpu", _requires("nvidia", 1, cpu="4", memory="16Gi")),
        Option("gpus", _requires("amd", 4)),
        Option("mig", _requires("nvidia", 2, resource="nvidia.com/mig-1g.10gb")),
    ],
    "env": [
        Option("none"),
        Option("both", {**_release(env={"A": "on"}), **_deploy(env={"B": "{{ x }}", "C": "$(A)"})}),
    ],
    "secrets": [Option("none"), Option("one", _deploy(secrets={"TOKEN": {"name": "hf", "key": "token"}}))],
    "lineage": [Option("none"), Option("some", _release(lineage={"seed": 7, "hyperparameters": {"eta": 0.1}}))],
}  # fmt: skip
_DEPLOYMENT = {
    "model": [
        Option("none"),
        Option("s3", _model("s3://models/fraud/1/", digest=DIGEST, format="onnx", size="1340Mi")),
        Option("hf", _model("hf://acme/fraud", revision=COMMIT, format="huggingface")),
        Option("oci", _model("oci://registry.acme.dev/fraud:1", digest=DIGEST, format="onnx")),
        Option("pvc", _model("pvc://models/fraud/1", digest=DIGEST, format="onnx", size="80G")),
        Option("claim", _model("pvc://models", digest=DIGEST)),
    ],
    "artifacts": [
        Option("none"),
        Option("one", _release(artifacts=[_artifact("vocab", "s3://models/vocab/", digest=DIGEST)])),
        Option("two", _release(artifacts=[
            _artifact("lora", "hf://acme/lora", revision=COMMIT),
            _artifact("vocab", "oci://registry.acme.dev/vocab:1", digest=DIGEST),
        ])),
    ],
    "replicas": [
        Option("unset"),
        Option("one", _deploy(replicas={"min": 1, "max": 1})),
        Option("range", _deploy(replicas={"min": 2, "max": 6})),
        Option("zero", _deploy(replicas={"min": 0, "max": 3})),
        Option("least", _deploy(replicas={"min": 3})),
        Option("most", _deploy(replicas={"max": 3})),
    ],
    "rollout": [
        Option("unset"),
        Option("rolling", _deploy(rollout={"strategy": "rolling"})),
        Option("recreate", _deploy(rollout={"strategy": "recreate"})),
    ],
    "gateway": [
        Option("none"),
        Option("any", {}, _gateway()),
        Option("shared", {}, _gateway(hostname="models.acme.dev")),
        Option("wildcard", {}, _gateway(hostname="*.acme.dev")),
    ],
    "challenger": [
        Option("none"),
        Option("shadow", {"challenger": {"mode": "shadow", "percent": 10}}),
        Option("silent", {"challenger": {"mode": "shadow", "percent": 0}}),
        Option("canary", {"challenger": {"mode": "canary", "percent": 25}}),
        Option("dark", {"challenger": {"mode": "canary", "percent": 0}}),
        Option("all", {"challenger": {"mode": "canary", "percent": 100}}),
    ],
}  # fmt: skip
_TRAINING = {
    "command": [Option("none"), Option("some", _release(command=["python", "train.py"]))],
    "args": [Option("none"), Option("some", _release(args=["--eta=0.1", "on", "012"]))],
}
_SCHEDULE = [
    Option("cron", _deploy(schedule="15 2 * * *")),
    Option("zone", _deploy(schedule="@daily", timeZone="Europe/Berlin")),
]


class Case(NamedTuple):
    """One combination of options.

    Attributes:
        options: Name of the option chosen in each dimension, but for those that were left alone.
        state: The state.
        environment: The environment.
    """

    options: dict[str, str]
    state: dict[str, Any]
    environment: dict[str, Any]


@cache
def template(reference: str) -> dict[str, Any]:
    """The document of a shipped template."""
    path = TEMPLATES / reference / "template.yaml"
    document: dict[str, Any] = load(path.read_bytes(), str(path))
    return document


def dimensions(reference: str) -> dict[str, list[Option]]:
    """What can vary in a state that uses a template: its blocks, and each parameter over its examples."""
    document = template(reference)
    blocks = _DEPLOYMENT if document["kinds"] == ["ModelDeployment"] else _TRAINING
    found = {**_EVERY_KIND, **blocks}
    if document["metadata"]["name"] == "cronjob":
        found["schedule"] = _SCHEDULE
    for name, parameter in document.get("parameters", {}).items():
        options = [Option("default")] if "default" in parameter else []
        options += [
            Option(json.dumps(example), {parameter["scope"]: {"values": {name: example}}})
            for example in parameter["examples"]
            if "default" not in parameter or example != parameter["default"]
        ]
        if len(options) > 1 or "default" not in parameter:
            found[f"values.{name}"] = options
    return found


def build(reference: str, row: Row) -> Case:
    """The state and environment of one row of options, in the order of `dimensions`."""
    kind = template(reference)["kinds"][0]
    state: dict[str, Any] = {
        "apiVersion": API,
        "kind": kind,
        "metadata": {"name": "fraud", "owner": "risk"},
        "release": {"version": "1.5.0", "template": reference, "image": f"ghcr.io/acme/fraud:1.5.0@{DIGEST}"},
        "deploy": {},
    }
    environment, options = ENVIRONMENT, {}
    for (name, choices), index in zip(dimensions(reference).items(), row, strict=True):
        option = choices[index]
        state, environment = merge(state, option.state), merge(environment, option.environment)
        if index:
            options[name] = option.name
    if "challenger" in state:
        other = {**state["release"], "version": "1.6.0", "image": f"ghcr.io/acme/fraud:1.6.0@{DIGEST}"}
        state = merge(state, {"challenger": {"release": other}})
    return Case(options, state, environment)


def hydrate(state: Mapping[str, Any], environment: Mapping[str, Any] = ENVIRONMENT) -> Hydrated:
    """What becomes of a state in `environments/prod`, with the shipped templates beside it."""
    name = state["metadata"]["name"]
    files = {
        **_template_files(),
        "mlgitops.yaml": PROJECT.encode(),
        "environments/prod/environment.yaml": dump(environment).encode(),
        f"environments/prod/state/{name}.yaml": dump(state).encode(),
    }
    documents = Documents(LoadedSnapshot("test", files), _schemas())
    hydrator = Hydrator(documents, Project(documents))
    if not _compiled:
        _compiled.update({reference: hydrator.template(reference) for reference in REFERENCES})
    hydrator._templates.update(_compiled)
    return hydrator.hydrate(Unit("prod", "", name))


_compiled: dict[str, Any] = {}
"""The templates do not change while tests run, and compiling them takes longer than hydrating."""


@cache
def _schemas() -> SchemaSet:
    return wiring.schemas()


@cache
def _template_files() -> dict[str, bytes]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(TEMPLATES.rglob("*")) if path.is_file()
    }


def combinations(reference: str, strength: int = 2) -> Iterator[tuple[Case, Hydrated]]:
    """Cases in which every `strength` options of a template stand together, with what each hydrates to.

    What the template declines, and so cannot stand together, is left out; `declined` gives it.
    """
    yield from _covered(reference, strength)[0]


def declined(reference: str, strength: int = 2) -> set[str]:
    """What a template says of the options that it declines."""
    return _covered(reference, strength)[1]


@cache
def _covered(reference: str, strength: int) -> tuple[list[tuple[Case, Hydrated]], set[str]]:
    results: dict[Row, tuple[Case, Hydrated]] = {}
    refusals: set[str] = set()

    def accepts(row: Row) -> bool:
        case = build(reference, row)
        result = hydrate(case.state, case.environment)
        errors = [finding for finding in result.findings if finding.severity == "error"]
        if not errors:
            results[row] = case, result
        elif all(finding.mend.endswith(" says so.") for finding in errors):
            refusals.update(finding.message for finding in errors)
        else:
            raise AssertionError(f"{case.options}: {errors}")
        return not errors

    covering = cover([len(options) for options in dimensions(reference).values()], strength, accepts)
    return [results[row] for row in covering.rows], refusals
