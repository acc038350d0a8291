"""A warning about what nobody can judge: told once, and never of what a plain install knows."""

from __future__ import annotations

import re
from pathlib import Path

from support import examples

from mlgitops.core.kubernetes.familiar import FAMILIAR
from mlgitops.core.kubernetes.schemas import Name
from mlgitops.core.pods import _WALKS
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

ROOT = Path(__file__).parents[2]
WIDGET = "apiVersion: acme.dev/v1\nkind: Widget\nmetadata: {name: NAME}\n"


def test_kinds_of_shipped_templates_and_kinds_with_pods_are_familiar() -> None:
    made = set()
    for path in ROOT.glob("templates/*/*/*.j2"):
        text = path.read_text()
        versions, kinds = (re.findall(f"^{key}: (.+)$", text, re.MULTILINE) for key in ("apiVersion", "kind"))
        made |= {Name.of({"apiVersion": one, "kind": kind}) for one, kind in zip(versions, kinds, strict=True)}
    custom = {(name.group, name.kind) for name in made if "." in name.group}
    assert custom
    assert custom <= FAMILIAR
    own = {"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"}
    assert set(_WALKS) - own <= {kind for _, kind in FAMILIAR}


def test_it_is_told_once_a_file_and_once_an_environment() -> None:
    state = load(examples.STATE.encode(), "")
    release = load(examples.RELEASE.encode(), "")
    others = {
        f"environments/prod/state/{name}.yaml": dump(
            {**state, "metadata": {"name": name}, "release": {**release, "requires": {"cpu": "1"}}}
        ).encode()
        for name in ("one", "two")
    }
    template = {"templates/plain/v1/widget.yaml.j2": WIDGET.replace("NAME", '"{{ slot.name }}"').encode()}
    by_hand = {
        "environments/prod/manifests/a.yaml": "---\n".join(WIDGET.replace("NAME", name) for name in "ab").encode(),
        "environments/prod/manifests/b.yaml": WIDGET.replace("NAME", "c").encode(),
    }
    found = examples.validated(examples.hydrated(examples.base() | others | template) | by_hand)
    told = [(one.path, one.line, one.severity) for one in found if one.rule == "missing-schema"]
    assert told == [
        ("environments/prod/environment.yaml", 1, "warning"),
        ("environments/prod/manifests/a.yaml", 1, "warning"),
        ("environments/prod/manifests/b.yaml", 1, "warning"),
    ]
    (message,) = [one.message for one in found if one.path.endswith("environment.yaml")]
    assert message.endswith("; manifests of this kind: 3")
