"""States whose names are another one's objects: found where the environment is judged."""

from __future__ import annotations

from pathlib import Path

from support import examples

from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

TEMPLATES = Path(__file__).parents[2] / "templates"


def told(**templates: str) -> list[tuple[str, str]]:
    """Rules and severities in an environment with states of these names and templates."""
    files = examples.base()
    for name in ("kserve", "deployment"):
        for path in (TEMPLATES / name / "v1").iterdir():
            files[f"templates/{name}/v1/{path.name}"] = path.read_bytes()
    state, release = load(examples.STATE.encode(), ""), load(examples.RELEASE.encode(), "")
    del state["acceptance"]
    for name, template in templates.items():
        values = {"modelDelivery": "none"} if template == "deployment" else {}
        own = {
            "metadata": {"name": name.replace("_", "-")},
            "release": {**release, "template": f"{template}/v1"},
            "deploy": {**state["deploy"], "values": values},
        }
        files[f"environments/dev/state/{name.replace('_', '-')}.yaml"] = dump({**state, **own}).encode()
    found = examples.validated(examples.hydrated(files))
    return [(one.rule, one.severity) for one in found if one.rule == "duplicate-object"]


def test_a_state_that_is_called_as_the_route_of_another() -> None:
    assert told(x="kserve", x_route="deployment") == [("duplicate-object", "error")]
    assert told(x="kserve", x_rout="deployment") == []


def test_a_state_that_kserve_makes_a_route_for_which_is_called_as_another_ones() -> None:
    assert told(x="kserve", x_route="kserve") == [("duplicate-object", "warning")]
    assert told(x="kserve", y="kserve") == []
