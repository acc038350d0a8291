"""What policy says about rules that no check decides, through the workflow."""

from __future__ import annotations

from support import examples

from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump

CHALLENGED = {"mode": "shadow", "percent": 10, "release": {**load(examples.RELEASE.encode(), ""), "version": "1.6.0"}}


def told(policy: str) -> list[tuple[str, str]]:
    """Rules and severities of what is found beside a challenger without traffic and a folder off the path."""
    environment = load(examples.ENVIRONMENT.replace("ENV", "prod").encode(), "")
    del environment["gateway"]
    path = f"environments/prod/state/{examples.NAME}.yaml"
    files = examples.hydrated(
        examples.base()
        | {
            "mlgitops.yaml": f"{examples.PROJECT}policy: {policy}\n".encode(),
            "environments/prod/environment.yaml": dump(environment).encode(),
            "environments/qa/README.md": b"",
            path: dump({**load(examples.base()[path], path), "challenger": CHALLENGED}).encode(),
        }
    )
    return sorted((found.rule, found.severity) for found in examples.validated(files))


def test_warnings_are_told_and_can_be_graded_and_accepted() -> None:
    rules = ("challenger-without-traffic", "unlisted-environment")
    assert told("{}") == [(rule, "warning") for rule in rules]
    stricter = "{severity: {challenger-without-traffic: {prod: error}}}"
    assert told(stricter) == list(zip(rules, ("error", "warning"), strict=True))
    accepted = ", ".join(f'{{rule: {rule}, reason: known, until: "9999-12-31"}}' for rule in rules)
    assert told(f"{{suppressions: [{accepted}]}}") == []


def test_what_hydration_rests_on_cannot_be_graded() -> None:
    assert ("fixed-rule", "error") in told("{severity: {unknown-node-pool: {prod: warning}}}")
