"""What tutorials and how-to pages show is what happens: each command is run, in order, and prints what stands below."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.console import Step, pattern, play, steps

from mlgitops.cli._boundary import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUTORIALS = sorted((DOCS / "tutorial").glob("*.md"))
IN_A_NEW_REPOSITORY = ["record-evaluations"]
"""How-to pages that begin in what `mlgitops init` writes."""
IN_THE_DEMONSTRATION = ["challenger", "freeze", "roll-back"]
"""How-to pages that begin in what `mlgitops demo` leaves."""


def test_steps_are_found() -> None:
    text = "```console\n$ cat <<E\n> a\n> E\na\n$ true\n```\n"
    assert steps(text) == [Step("cat <<E\na\nE", "a\n"), Step("true", "")]
    assert pattern("a …\nb").fullmatch("a long\nway\nb")
    assert not pattern("a …\nb").fullmatch("a way\nc")


@pytest.mark.parametrize(
    "tutorial",
    [
        pytest.param(path, id=path.stem, marks=pytest.mark.long if path.stem == "a-template-of-your-own" else ())
        for path in TUTORIALS
    ],
)
def test_a_tutorial_says_what_happens(tutorial: Path, tmp_path: Path) -> None:
    play(tutorial, tmp_path, tmp_path / "bin")


@pytest.mark.parametrize("page", IN_A_NEW_REPOSITORY)
def test_a_how_to_says_what_happens(page: str, tmp_path: Path) -> None:
    repository = tmp_path / "acme"
    assert run(["init", str(repository)]) == 0
    play(DOCS / f"how-to/{page}.md", repository, tmp_path / "bin")


@pytest.mark.long
@pytest.mark.parametrize("page", IN_THE_DEMONSTRATION)
def test_a_how_to_says_what_happens_to_the_demonstration(page: str, tmp_path: Path) -> None:
    assert run(["demo", str(tmp_path / "demo")]) == 0
    play(DOCS / f"how-to/{page}.md", tmp_path / "demo/acme-ml", tmp_path / "bin")
