"""Every command that a page, a job or the README shows is one that the program takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import fault, jobs, shown

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), ROOT / "mlgitops/scaffold/README.md"]
JOBS = sorted(path for path in (ROOT / "mlgitops/scaffold").rglob("*.yml"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_shows_commands_that_exist(page: Path) -> None:
    found = {command: fault(command) for command in shown(page.read_text(encoding="utf-8"))}
    assert {command: why for command, why in found.items() if why} == {}


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.name)
def test_a_job_runs_commands_that_exist(path: Path) -> None:
    found = list(jobs(path.read_text(encoding="utf-8")))
    assert len(found) >= 2
    assert {command: fault(command) for command in found if fault(command)} == {}


def test_commands_are_found_where_pages_show_them() -> None:
    page = (
        "Run `mlgitops render\n--check`.\n```console\n$ mlgitops fit x \\\n>   --env prod | head\nmlgitops fit\n```\n"
    )
    assert list(shown(page)) == ["fit x   --env prod | head", "fit", "render --check"]
    assert list(jobs("  script:\n    - /tmp/bin/mlgitops validate\nmlgitops gates:\n")) == ["validate"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("promote dev staging --dry-run", ""),
        ("promote FROM TO [NAME…]", ""),
        ("promote -- dev staging a b", ""),
        ("VERB --help", ""),
        ("evaluation list --format json | jq .", ""),
        ("gates --commit HEAD || echo no", ""),
        ("promot dev staging", "there is no `promot`"),
        ("template remove x", "there is no `remove`"),
        ("promote dev staging --force", "there is no option --force"),
        ("history prod fraud-detector again", "3 arguments, 2 are taken"),
    ],
)
def test_what_is_wrong_with_a_command_is_told(command: str, why: str) -> None:
    assert fault(command) == why
