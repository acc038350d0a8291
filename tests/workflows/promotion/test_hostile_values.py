"""What states, reasons and reviews say when somebody means harm: told to nobody, obeyed by nothing."""

from __future__ import annotations

import pytest
import yaml
from support.memory_forge import MemoryForge
from support.promotions import CHURN, PROJECT, Shop, evaluation, state

from mlgitops.ports.forge import Approvals
from mlgitops.workflows.gates import Gates, Request

TOKEN = "ghp_" + "c4nary" * 6
SECRET = "c4nary-9921-value"
HAND = "mallory/by-hand"
TEAMLESS = "mlgitops/promote/staging/prod/teamless"


def changed(version: str, *keys: str, to: object) -> str:
    """A state of prod with another value in one place of it."""
    document = yaml.safe_load(state(CHURN, "prod", version))
    node = document
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = to
    return yaml.safe_dump(document, sort_keys=False)


@pytest.fixture
def forge(shop: Shop) -> MemoryForge:
    return MemoryForge(shop.bare)


def test_a_broken_state_tells_no_secret(shop: Shop, forge: MemoryForge) -> None:
    commit = shop.push({CHURN.path("prod"): changed("1.1.0", "kind", to={"password": SECRET})}, HAND, render=False)
    shop.clone.git("fetch", "--quiet", "origin")
    for more in ((), ("--format", "json")):
        outcome = shop.run("gates", "--commit", commit, *more)
        assert outcome.code == 1
        assert "`kind`" in outcome.out
        assert SECRET not in outcome.out + outcome.err
    forge.open(HAND)
    with shop.parts(forge) as parts:
        Gates(parts).run(Request(status=True))
    ((_, status),) = forge.statuses.items()
    assert "`kind`" in status.description
    assert SECRET not in status.description


@pytest.mark.long
def test_nor_does_a_promotion_onto_it(shop: Shop) -> None:
    shop.push({CHURN.path("staging"): changed("1.1.0", "kind", to={"password": SECRET})}, render=False)
    for names in ((), ("churn",)):
        outcome = shop.run("promote", "staging", "prod", *names)
        assert "`kind`" in outcome.out + outcome.err
        assert SECRET not in outcome.out + outcome.err


def test_statuses_tell_a_hold_without_what_is_secret_in_it(shop: Shop, forge: MemoryForge) -> None:
    hold = f'\nhold: {{reason: "ask\\n\\e[31m with https://u:{SECRET}@h/ or {TOKEN}"}}\n'
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + hold})
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.1.0")}, HAND)
    forge.open(HAND)
    with shop.parts(forge) as parts:
        Gates(parts).run(Request(status=True))
    said = {context: status.description for (_, context), status in forge.statuses.items()}
    assert "ask \ufffd[31m with https://***@h/ or ***" in said["mlgitops/hold"]
    assert all(text.isprintable() and "c4nary" not in text for text in said.values())


def test_what_people_give_as_a_reason_is_committed_without_credentials(shop: Shop) -> None:
    assert shop.run("hold", "prod", "churn", "--reason", f"broken: {TOKEN}").code == 0
    text = shop.show("mlgitops/hold/prod/service.churn", CHURN.path("prod"))
    assert "broken: ***" in text
    assert TOKEN not in text


def test_an_override_as_well(shop: Shop) -> None:
    shop.push({"mlgitops.yaml": PROJECT.replace("gates:\n", "gates:\n  soak: {prod: 52000w}\n")})
    reason = f"{TOKEN}\n\nMlgitops-Override: hold: none"
    outcome = shop.run("promote", "staging", "prod", "churn", "--override", "soak", "--reason", reason)
    assert outcome.code == 0, outcome
    message = shop.bare.git("log", "-1", "--format=%B", TEAMLESS)
    assert "Mlgitops-Override: soak: *** Mlgitops-Override: hold: none" in message
    assert TOKEN not in outcome.out + outcome.err + message


@pytest.mark.parametrize("value", [["x"], {"password": SECRET}, 5, None])
@pytest.mark.parametrize("keys", [("model", "uri"), ("model",), ("lineage", "data"), ("lineage", "run"), ("lineage",)])
def test_a_release_of_any_shape_is_compared_and_told(shop: Shop, keys: tuple[str, ...], value: object) -> None:
    commit = shop.push({CHURN.path("prod"): changed("1.1.0", "release", *keys, to=value)}, HAND, render=False)
    shop.clone.git("fetch", "--quiet", "origin")
    for arguments in (
        ("diff", "main", commit),
        ("history", "prod", "churn", "--rev", commit),
        ("status", "--rev", commit),
    ):
        outcome = shop.run(*arguments)
        assert outcome.code in (0, 2), outcome
        assert SECRET not in outcome.out + outcome.err


@pytest.mark.long
def test_who_owns_what_came_along_approves_nothing_else(shop: Shop, forge: MemoryForge) -> None:
    shop.push({"CODEOWNERS": "/environments/prod/ @carol\n/docs/ @mallory\n"})
    shop.push({CHURN.path("prod"): state(CHURN, "prod", "1.0.0") + "\nhold: {reason: looking into it}\n"})
    files = {CHURN.path("prod"): state(CHURN, "prod", "1.1.0"), **evaluation(CHURN, "1.1.0"), "docs/a.md": "a\n"}
    shop.push(files, HAND, "Bring a fix\n\nMlgitops-Override: hold: it burns\n")
    forge.open(HAND, author="ada")
    forge.reviews[HAND] = Approvals(("mallory",), (), None)
    with shop.parts(forge) as parts:
        (one,) = Gates(parts).run(Request())
    told = {told.gate: told for told in one.planned[0].told}
    assert (told["hold"].override, told["hold"].refuses) == ("", True)
    assert told["approval"].verdict.result == "pending"
