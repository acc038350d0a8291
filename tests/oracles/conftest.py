"""`pytest tests/oracles --oracles DIR` runs the cases of DIR; without the option those beside the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT = Path(__file__).parents[3] / "shared" / "oracles"
_TALLY = "oracle"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--oracles", metavar="DIR", help=f"folder of oracle files (default: {_DEFAULT})")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "oracle" not in metafunc.fixturenames:
        return
    # A run over the whole suite loads this file after the options were read: then there is only the default.
    folder = Path(metafunc.config.getoption("oracles", None) or _DEFAULT)
    files = sorted(folder.glob("*.json"))
    missing = pytest.mark.skip(reason=f"no oracle files in {folder}")
    params = [pytest.param(file, id=file.stem) for file in files] or [pytest.param(folder, id="none", marks=missing)]
    metafunc.parametrize("oracle", params)


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[Path, int, int], None]:
    """Notes `agreed / all` of one file for the end of the run."""

    def note(file: Path, agreed: int, total: int) -> None:
        record_property(_TALLY, (file.name, agreed, total))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    tallies = sorted(
        tuple(figures)
        for report in reports
        if report.when == "call"
        for name, figures in report.user_properties
        if name == _TALLY
    )
    if tallies:
        terminalreporter.section("oracles: agreed / all")
        for file, agreed, total in tallies:
            terminalreporter.write_line(f"{agreed:>7} / {total:<7} {file}")
