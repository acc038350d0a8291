"""Texts that patterns could ponder for hours: each is judged at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from mlgitops.core import inline_bytes, secrets
from mlgitops.core.kubernetes.semantics import schedules
from mlgitops.core.redaction import redact
from mlgitops.core.revisions import pull_request
from mlgitops.rules import coupled_pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1 << 20
SECONDS = 5  # far above what any of them takes, far below what they would take unbounded

TEXTS: dict[str, tuple[Callable[[str], object], str]] = {
    "options of kubectl": (coupled_pipeline._WRITES.search, "kubectl " + "--aa " * 200_000),
    "values of options": (coupled_pipeline._WRITES.search, "kubectl -a " * 90_000),
    "options of helm": (coupled_pipeline._WRITES.search, "helm " + "--a=b " * 170_000),
    "kustomize": (coupled_pipeline._WRITES.search, "kustomize " * 100_000),
    "clients": (coupled_pipeline._WRITES.search, "CoreV1Api KServeClient(" * 45_000),
    "a long address": (inline_bytes.found, "https:" + "a" * MEGABYTE),
    "long words": (inline_bytes.found, ("a" * 61 + " ") * 6 + ":" + "a" * MEGABYTE),
    "tokens": (lambda text: secrets.found("", text), "eyJaaaaaaaaaa-" * 75_000),
    "tokens in messages": (redact, "eyJaaaaaaaaaa-" * 75_000),
    "a merge": (pull_request, "See merge request " + "!1" * (MEGABYTE // 2)),
    "many merges": (pull_request, "See merge request !x1\n" * 50_000),
    "the title of a merge": (pull_request, "Merge pull request '" + "' (#1" * 200_000),
    "a long duration": (schedules.fault, "@every " + "1" * MEGABYTE),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_judged_at_once(name: str) -> None:
    judge, text = TEXTS[name]
    start = time.process_time()
    judge(text)
    assert time.process_time() - start < SECONDS
