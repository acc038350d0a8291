"""`labels.Parse`: accepted or refused, and the canonical form."""

from __future__ import annotations

from mlgitops.core import selectors


def judge(case: dict) -> str | None:
    try:
        ours = selectors.canonical(case["s"])
    except selectors.SelectorError:
        ours = None
    theirs = case.get("canonical")
    return None if ours == theirs else f"{case['s']!r}: {ours!r}, of Kubernetes {theirs!r}"
