from __future__ import annotations

from support.project import changed, hydrate

from mlgitops.core import bindings

STATE = "environments/dev/state/fraud.yaml"


def test_variables_are_sorted_and_secrets_are_references() -> None:
    release = {"env": {"B": "2"}}
    deploy = {"env": {"A": "1"}, "secrets": {"C": {"name": "hf", "key": "token"}}}
    assert bindings.variables(release, deploy) == [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "2"},
        {"name": "C", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}},
    ]


def test_an_unbound_variable_is_an_error_at_its_place() -> None:
    result = hydrate(changed(STATE, ('  env: {STORE: "redis://features:6379"}\n', "")))
    (finding,) = result.findings
    assert not result.files
    assert (finding.rule, finding.severity, finding.path, finding.line, finding.column) == (
        "unbound-env", "error", STATE, 15, 11,
    )  # fmt: skip
    assert "STORE" in finding.message


def test_a_variable_bound_twice_is_an_error_at_the_second_place() -> None:
    result = hydrate(changed(STATE, ('{STORE: "redis', '{THRESHOLD: "0.9", STORE: "redis')))
    (finding,) = result.findings
    assert (finding.rule, finding.line) == ("env-bound-twice", 22)
    assert "release.env and in deploy.env" in finding.message


def test_a_secret_binds_a_required_variable() -> None:
    bound = changed(STATE, ('  env: {STORE: "redis://features:6379"}', "  secrets: {STORE: {name: store, key: url}}"))
    result = hydrate(bound)
    assert not result.findings
    manifest = result.files["environments/dev/hydrated/fraud/deployment-fraud.yaml"].decode()
    assert "secretKeyRef:\n              name: store\n              key: url\n" in manifest
