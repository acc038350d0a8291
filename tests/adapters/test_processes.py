"""Workers, however children are started: forked, as on Linux, or anew with what they are sent, as on macOS."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.project import FILES, STATE
from support.tree import read_tree, write_tree

from mlgitops.adapters.processes import Processes
from mlgitops.core.repeated import TOGETHER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STARTED = """
import multiprocessing, sys
multiprocessing.set_start_method(sys.argv.pop(1))
from mlgitops.__main__ import main
main()
"""
LIMITS = """
import resource, sys
from mlgitops.adapters.processes import Processes
from mlgitops.core.repeated import TOGETHER

def limits(part):
    return [resource.getrlimit(kind) for kind in part]

for part in Processes(1).map(limits, [resource.RLIMIT_AS, resource.RLIMIT_CPU]):
    print(*part)
"""


def run(script: str, *arguments: str, most: Sequence[tuple[int, int]] = ()) -> str:
    def limit() -> None:
        for kind, value in most:
            resource.setrlimit(kind, (value, value))

    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, preexec_fn=limit
    )
    assert ended.returncode in {0, 1}, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rendered")
    write_tree(root, {**FILES, "environments/dev/state/other.yaml": STATE.replace("name: fraud", "name: other")})
    run(STARTED, "fork", "render", "-C", str(root))
    assert "environments/dev/hydrated/other/deployment-other.yaml" in read_tree(root)
    return root


@pytest.mark.parametrize(
    ("command", "told"),
    [(["render", "--check", "--no-cache"], "3 services, "), (["validate"], "3 services hydrated: ")],
)
def test_what_is_sent_to_children_is_all_they_need(rendered: Path, command: list[str], told: str) -> None:
    forked, sent = (run(STARTED, method, *command, "-C", str(rendered)) for method in ("fork", "spawn"))
    assert sent == forked
    assert told in sent


@pytest.mark.long
def test_a_template_is_tried_by_children_that_are_not_forked(rendered: Path) -> None:
    forked, sent = (run(STARTED, method, "template", "check", "-C", str(rendered)) for method in ("fork", "forkserver"))
    assert sent == forked
    assert "plain/v1: all 9,720 combinations: " in sent


def test_a_worker_is_limited() -> None:
    assert run(LIMITS) == f"({2 << 30}, {2 << 30})\n(300, 301)\n"


def test_a_limit_that_is_there_is_never_raised() -> None:
    assert run(LIMITS, most=[(resource.RLIMIT_AS, 1 << 30), (resource.RLIMIT_CPU, 200)]) == (
        f"({1 << 30}, {1 << 30})\n(200, 200)\n"
    )


def _lengths(part: list[int]) -> list[tuple[int, int]]:
    return [(number, len(part)) for number in part]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("items", [0, 1, 59, 60, 500])
def test_each_item_is_worked_on_once_and_in_order(count: int, items: int) -> None:
    parts = list(Processes(count).map(_lengths, range(items)))
    assert [number for part in parts for number, _ in part] == list(range(items))
    assert all(length == len(part) <= TOGETHER for part in parts for _, length in part)


def test_the_last_parts_are_small() -> None:
    lengths = [len(part) for part in Processes(2).map(_lengths, range(10 * TOGETHER))]
    assert lengths[:8] == [TOGETHER] * 8
    assert lengths[-2:] == [TOGETHER // 4] * 2
