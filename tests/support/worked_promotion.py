"""The pull request of a promotion in the worked example, told at a fixed time."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from support.promotions import Shop
from support.remotes import new_remote

from mlgitops.core.slots import slot_name
from mlgitops.workflows.promote import Promote, Report, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)  # a Wednesday on which prod is open


def example(folder: Path) -> Shop:
    """The worked example in a repository with a remote."""
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for top in ("environments", "templates", "mlgitops.yaml")
        for path in ([ROOT / top] if (ROOT / top).is_file() else sorted((ROOT / top).rglob("*")))
        if path.is_file()
    }
    new_remote(folder, files)
    return Shop(folder)


def planned(folder: Path, names: Sequence[str], source: str = "staging", target: str = "prod") -> Report:
    """A dry run of a promotion."""
    shop = example(folder)
    with shop.parts() as parts:
        fixed = parts._replace(
            outside=parts.outside._replace(now=NOW), tools=parts.tools._replace(today=NOW.date().isoformat())
        )
        request = Request(slot_name(source), slot_name(target), tuple(names), dry_run=True)
        report = Promote(fixed).run(request)
    shutil.rmtree(folder)
    return report
