"""A promotion of 500 services in a repository of 10,000 files, beside validating that repository; the share of Git."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Self

import pytest
from benchmarks import repository, services
from benchmarks.contenders import MLGITOPS
from support.progress import Watcher

from mlgitops.core.slots import SlotName
from mlgitops.wiring import promotions
from mlgitops.workflows.promote import Promote, Request

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.benchmark

SERVICES, CHANGED = 640, 500
AT_MOST = 4
"""Times that validating the whole takes: the plan judges one environment and its neighbours, and hydrates it twice."""


class Timed:
    """Passes calls on and adds up how long they take; what they give is timed too where it reads on demand."""

    def __init__(self, inner: Any, spent: list[float]) -> None:
        self._inner = inner
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def called(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                result = found(*arguments, **options)
            finally:
                self._spent[0] += time.perf_counter() - began
            return Timed(result, self._spent) if name == "snapshot" else result

        return called

    def __enter__(self) -> Self:
        self._inner = self._inner.__enter__()
        return self

    def __exit__(self, *raised: object) -> Any:
        return self._inner.__exit__(*raised)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose dev has 500 newer releases, on a bare remote."""
    root = tmp_path / "many"
    root.mkdir()
    repository.write(root, SERVICES)
    for number in range(CHANGED):
        document = services.state(number, "dev")
        document["release"]["version"] = "99.0.0"
        repository.dump(root / "environments" / "dev" / "state" / f"{services.name(number)}.yaml", document)
    subprocess.run([MLGITOPS, "render"], cwd=root, check=True, capture_output=True)
    git(root, "config", "user.name", "Benchmark")
    git(root, "config", "user.email", "benchmark@localhost")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Hydrate")
    git(root, "clone", "-q", "--bare", ".", str(tmp_path / "remote.git"))
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    return root


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def test_five_hundred_services_are_planned_and_committed(root: Path) -> None:
    assert len(git(root, "ls-files").splitlines()) >= 10_000
    began = time.perf_counter()
    subprocess.run([MLGITOPS, "validate"], cwd=root, check=True, capture_output=True)
    validated = time.perf_counter() - began
    options = promotions.Options("origin", False, False, True, Watcher(), lambda _: None)
    spent = [0.0]
    with promotions.opened(root, options) as parts:
        timed = parts._replace(remote=Timed(parts.remote, spent), history=Timed(parts.history, spent))
        began = time.perf_counter()
        report = Promote(timed).run(Request(SlotName("dev"), SlotName("staging")))
        took = time.perf_counter() - began
    assert [len(one.group.planned) for one in report.published] == [CHANGED]
    figure = took / validated
    told = (
        f"{CHANGED} services: promoted in {took:.2f} s, {spent[0] / took:.0%} of it in Git; "
        f"the repository validated in {validated:.2f} s, ratio {figure:.2f}"
    )
    sys.stdout.write(f"\n{told}\n")
    assert figure <= AT_MOST
