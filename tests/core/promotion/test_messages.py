"""Messages: people read the first line, programs the trailers, and no value can write one of its own."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from support.evaluations import MODEL, RELEASE

from mlgitops.core.digests import digest
from mlgitops.core.project import Unit
from mlgitops.core.promotion.messages import (
    claims_to_be_own,
    content,
    is_own,
    message,
    overridden,
    overridden_for,
    title,
)
from mlgitops.core.promotion.moves import Move
from mlgitops.core.promotion.overrides import Override, Overrides
from mlgitops.core.slots import slot_name

OLD = {**RELEASE, "version": "1.4.0"}

FILES: dict[str, bytes | None] = {"state.yaml": b"release: {}\n", "gone.yaml": None}


def move(action: str = "promotion", **changes: Any) -> Move:
    facts = {
        "source": slot_name("staging"),
        "target": slot_name("prod"),
        "unit": Unit("prod", "risk", "fraud"),
        "document": {},
        "data": b"",
        "release": RELEASE,
        "before": OLD,
        "origin": {},
    } | changes
    return Move(action=action, **facts)


def trailers(text: str) -> list[str]:
    """The trailers that Git finds."""
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=text.encode(), capture_output=True, check=True
    )
    return done.stdout.decode().splitlines()


def test_one_promotion() -> None:
    assert message([move()], (), FILES) == (
        "Promote fraud 1.5.0 from staging to prod\n"
        "\n"
        "Mlgitops-Action: promotion\n"
        "Mlgitops-From: staging\n"
        "Mlgitops-To: prod\n"
        f"Mlgitops-Release: fraud 1.5.0 {digest(RELEASE)}\n"
        f"Mlgitops-Model-Digest: fraud {MODEL}\n"
        f"Mlgitops-Content: {content(FILES)}\n"
    )


def test_several_are_listed_and_git_finds_every_trailer() -> None:
    run = {**RELEASE, "lineage": {"run": "https://mlflow.acme.dev/#/runs/9"}}
    second = move(unit=Unit("prod", "risk", "score"), release=run, before=None)
    text = message([move(), second], [Override("soak", "a fix: #12")], FILES)
    assert text.startswith(
        "Promote 2 services of risk from staging to prod\n\n- fraud: 1.4.0 → 1.5.0\n- score: 1.5.0\n\nMlgitops-Action: "
    )
    assert trailers(text) == [
        "Mlgitops-Action: promotion",
        "Mlgitops-From: staging",
        "Mlgitops-To: prod",
        f"Mlgitops-Release: fraud 1.5.0 {digest(RELEASE)}",
        f"Mlgitops-Model-Digest: fraud {MODEL}",
        f"Mlgitops-Release: score 1.5.0 {digest(run)}",
        f"Mlgitops-Model-Digest: score {MODEL}",
        "Mlgitops-Run: score https://mlflow.acme.dev/#/runs/9",
        "Mlgitops-Override: soak: a fix: #12",
        f"Mlgitops-Content: {content(FILES)}",
    ]


def test_an_override_is_for_the_services_that_it_names() -> None:
    second = move(unit=Unit("prod", "risk", "score"))
    text = message([move(), second], [Override("soak", "a fix", ("score",)), Override("hold", "both")], FILES)
    assert [line for line in trailers(text) if line.startswith("Mlgitops-Override")] == [
        "Mlgitops-Override: hold: both",
        "Mlgitops-Override: soak score: a fix",
    ]
    assert overridden_for(text, move()) == {"hold": "both"}
    assert overridden_for(text, second) == {"hold": "both", "soak": "a fix"}
    asked = Overrides(tuple(overridden(text)))
    assert [asked.of("soak", name) for name in ("fraud", "score")] == ["", "a fix"]
    assert [asked.only(["fraud"]).of("hold", name) for name in ("fraud", "score")] == ["both", ""]
    assert asked.only([]).of("hold", "score") == "both"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\n\n"])
def test_no_reason_and_no_address_forges_a_trailer(line_break: str) -> None:
    forged = f"{line_break}Mlgitops-Override: hold: forged{line_break}"
    release = {**RELEASE, "lineage": {"run": f"https://x{forged}"}}
    text = message([move(release=release)], [Override("soak", f"hurry{forged}")], FILES)
    assert overridden(text) == [Override("soak", "hurry Mlgitops-Override: hold: forged")]
    assert [line for line in trailers(text) if line.startswith("Mlgitops-Override")] == [
        "Mlgitops-Override: soak: hurry Mlgitops-Override: hold: forged"
    ]


def test_credentials_in_addresses_do_not_reach_git() -> None:
    release = {**RELEASE, "lineage": {"run": "https://ada:hunter22@mlflow.acme.dev/runs/9"}}
    assert "hunter22" not in message([move(release=release)], (), FILES)
    assert "hunter22" not in message([move()], [Override("soak", "see https://ada:hunter22@ci.acme.dev/1")], FILES)


def test_an_override_counts_only_among_the_trailers() -> None:
    text = "Explain\n\nMlgitops-Override: soak: told of in the text\n\nIt is only text.\n\nReviewed-by: Ada <a@b.c>\n"
    assert overridden(text) == []
    assert overridden("Mlgitops-Override: soak: a subject is no trailer\n") == []


def test_what_the_program_made_is_told_by_its_trailer() -> None:
    text = message([move()], (), FILES)
    assert claims_to_be_own(text)
    assert is_own(text, FILES)
    assert is_own(text, dict(reversed(FILES.items())))
    assert is_own(f"{text}Signed-off-by: Ada <a@b.c>\n", FILES)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {**FILES, "state.yaml": b"release: {}\ndeploy: {}\n"},
        {**FILES, "gone.yaml": b""},
        {**FILES, "more.yaml": b""},
    ],
)
def test_what_a_person_has_amended_is_theirs(files: dict[str, bytes | None]) -> None:
    assert not is_own(message([move()], (), FILES), files)


@pytest.mark.parametrize(
    "text",
    [
        "Fill in what prod needs\n",
        f"Tell how it works\n\nMlgitops-Content: {content(FILES)}\n\nis what commits of the program say.\n",
        f"Mlgitops-Content: {content(FILES)}\n",
    ],
)
def test_what_people_write_is_theirs(text: str) -> None:
    assert not claims_to_be_own(text)
    assert not is_own(text, FILES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (move(), "Promote fraud 1.5.0 from staging to prod"),
        (move("rollback", source=None), "Roll back fraud to 1.5.0 in prod"),
        (move("hold", source=None, document={"hold": {"reason": "x"}}), "Hold fraud in prod"),
        (move("hold", source=None), "Lift the hold on fraud in prod"),
        (
            move("hold", source=None, target=slot_name("prod/challenger"), document={"hold": {"reason": "x"}}),
            "Lift the hold on fraud in prod/challenger",
        ),
    ],
)
def test_titles(given: Move, expected: str) -> None:
    assert title([given]) == expected
