"""What is secret in a state shows nowhere: no terminal, JSON, pull request, status or message of a commit."""

from __future__ import annotations

import pytest
from support.memory_forge import MemoryForge
from support.promotions import CHURN, FRESH, PROJECT, Shop, state

from mlgitops.core.slots import slot_name
from mlgitops.workflows.promote import Promote, Request

SECRETS = {
    "token": "ghp_" + "Q1w2E3r4T5y6U7i8O9p0A1s2D3f4G5h6J7k8",
    "password": "tr0ub4dor-and-3",
    "before": "hunter2-of-old-times",
    "source": "correct-horse-battery",
    "url": "s3cr3t-in-address",
}
BRANCH = "mlgitops/promote/staging/prod/teamless"


def leaky(text: str, password: str) -> str:
    """A state with secrets where people put them."""
    assert "  env: {STORE: " in text
    address = f"https://u:{SECRETS['url']}@db/x"
    more = f'DB_PASSWORD: "{password}", GITHUB: "{SECRETS["token"]}", URL: "{address}"'
    return text.replace("  env: {STORE: ", f"  env: {{{more}, STORE: ")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    files = {CHURN.path("staging"): leaky(state(CHURN, "staging", "1.1.0"), SECRETS["source"])}
    files[CHURN.path("prod")] = leaky(state(CHURN, "prod", "1.0.0"), SECRETS["before"])
    files[FRESH.path("staging")] = leaky(state(FRESH, "staging", "0.9.0"), SECRETS["password"])
    allowed = "policy:\n  severity: {inline-secret: {prod: info, staging: info}}\n"
    shop.push({"mlgitops.yaml": PROJECT + allowed, **files})
    return shop


def secret_free(text: str) -> bool:
    return not [name for name, secret in SECRETS.items() if secret in text]


@pytest.mark.parametrize("more", [[], pytest.param(["--dry-run"], marks=pytest.mark.long)])
@pytest.mark.parametrize("form", [[], ["--format", "json"]])
@pytest.mark.parametrize("name", ["churn", "fresh"])
def test_nothing_is_printed(shop: Shop, name: str, form: list[str], more: list[str]) -> None:
    outcome = shop.run("promote", "staging", "prod", name, *more, *form)
    assert "1.1.0" in outcome.out or "0.9.0" in outcome.out
    assert secret_free(outcome.out + outcome.err)


@pytest.mark.long
@pytest.mark.parametrize("form", [[], ["--format", "json"]])
def test_nor_by_gates_rollbacks_and_holds(shop: Shop, form: list[str]) -> None:
    for arguments in (
        ["gates", "staging", "prod", "churn"],
        ["rollback", "staging", "churn"],
        ["hold", "prod", "churn", "--reason", "x"],
        ["gates", "--commit", "HEAD"],
    ):
        outcome = shop.run(*arguments, *form)
        assert outcome.out
        assert secret_free(outcome.out + outcome.err), arguments


def test_nor_said_on_a_forge(shop: Shop) -> None:
    forge = MemoryForge(shop.bare)
    with shop.parts(forge) as parts:
        report = Promote(parts).run(Request(slot_name("staging"), slot_name("prod"), ("fresh",)))
    assert report.published
    said = [*(found.body + found.title for found in forge.pulls), *map(str, forge.statuses.values())]
    assert secret_free("".join(said))
    assert secret_free(shop.bare.git("log", "--format=%B", BRANCH))
    assert secret_free(shop.show(BRANCH, FRESH.path("prod")))


@pytest.mark.long
def test_nor_where_a_state_is_broken(shop: Shop) -> None:
    text = leaky(state(CHURN, "prod", "1.0.0"), SECRETS["before"])
    for broken in (
        text.replace(f'DB_PASSWORD: "{SECRETS["before"]}"', f'DB_PASSWORD: ["{SECRETS["before"]}"]'),
        text.replace("replicas: {min: 2", f'replicas: {{min: "{SECRETS["token"]}"'),
    ):
        assert broken != text
        commit = shop.push({CHURN.path("prod"): broken}, "by/hand", render=False)
        shop.clone.git("fetch", "--quiet", "origin")
        for form in ([], ["--format", "json"]):
            outcome = shop.run("gates", "--commit", commit, *form)
            assert outcome.code == 1
            assert secret_free(outcome.out + outcome.err)
        shop.push({CHURN.path("prod"): broken}, render=False)
        for form in ([], ["--format", "json"]):
            outcome = shop.run("promote", "staging", "prod", *form)
            assert outcome.code == 1
            assert secret_free(outcome.out + outcome.err)
