"""What real Kubernetes, registry and Git code decided, against what this code decides.

A file is `{"source": ..., "cases": [...]}`. Its judge is the module of `judges/` with the longest name that the file's
begins with, so `quantities-2.json` is judged by `judges/quantities.py`. A judge is one function:

    judge(case: dict) -> str | None     None where both agree, else one line that says how they part
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

Judge = Callable[[dict], str | None]

_SHOWN = 5
_JUDGES = sorted(path.stem for path in (Path(__file__).parent / "judges").glob("*.py"))


def judge_of(stem: str) -> Judge | None:
    """The judge of a file by its stem; None where there is none yet."""
    fitting = [name for name in _JUDGES if stem.replace("-", "_").startswith(name)]
    return importlib.import_module(f"oracles.judges.{max(fitting, key=len)}").judge if fitting else None


def verdict(judge: Judge, case: dict) -> str | None:
    """What the judge says; a case that breaks our code is one where we part, and the rest is still judged."""
    try:
        return judge(case)
    except Exception as error:  # noqa: BLE001 (any failure at all is the finding here)
        return f"{str(case)[:200]}: {type(error).__name__}: {error}"


def test_we_agree_with(oracle: Path, tally: Callable[[Path, int, int], None]) -> None:
    judge = judge_of(oracle.stem)
    if judge is None:
        pytest.skip(f"no judge yet for {oracle.name}")
    cases = json.loads(oracle.read_bytes())["cases"]
    assert cases, f"{oracle.name} has no case"
    parted = [reason for case in cases if (reason := verdict(judge, case)) is not None]
    tally(oracle, len(cases) - len(parted), len(cases))
    if parted:
        shown = "\n  ".join(parted[:_SHOWN])
        pytest.fail(f"{oracle.name}: {len(parted)} of {len(cases)} part\n  {shown}", pytrace=False)
