"""A promotion's commit beside plain `git fast-import` of the same files: 500 services among 10,000 files."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.remotes import Remote, new_remote

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.benchmark

AT_MOST = 2
ROUNDS = 5
SERVICES = 500
ENVIRONMENTS = ("dev", "staging", "canary", "prod")
FILES = ("state", "deployment", "service", "autoscaler", "provenance")


def contents(environment: str, version: int) -> dict[str, bytes]:
    """State and manifests of every service of an environment, one kilobyte each."""
    return {
        f"environments/{environment}/{name}/service-{number:04}.yaml": b"".join(
            b"field%d: %s of service %d, version %d\n" % (line, name.encode(), number, version) for line in range(25)
        )
        for number in range(SERVICES)
        for name in FILES
    }


def stream(parent: str, files: dict[str, bytes], branch: str) -> bytes:
    """What `git fast-import` reads to commit `files` on `parent`."""
    begun = b"commit %s\ncommitter A <a@b> 0 +0000\ndata 2\nx\n" % branch.encode()
    follows = b"from %s\n" % parent.encode() if parent else b""
    told = (b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data) for path, data in files.items())
    return begun + follows + b"".join(told)


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    remote = new_remote(tmp_path, {"README": "x\n"})
    before = {path: data for name in ENVIRONMENTS for path, data in contents(name, 0).items()}
    fast_import(remote, stream(remote.tip, before, "refs/heads/many"))
    return remote._replace(tip=remote.repo.git("rev-parse", "refs/heads/many"))


def fast_import(remote: Remote, told: bytes) -> float:
    began = time.perf_counter()
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=remote.repo.top, input=told, check=True)
    return time.perf_counter() - began


def test_a_commit_takes_at_most_twice_as_long_as_fast_import(remote: Remote) -> None:
    assert len(remote.repo.git("ls-tree", "-r", "--name-only", remote.tip).splitlines()) >= 10_000
    ours, theirs = [], []
    for number in range(1, 2 * ROUNDS, 2):  # never the same contents twice: what is there already is not written again
        theirs.append(fast_import(remote, stream(remote.tip, contents("prod", number), "refs/heads/other")))
        files, opened = contents("prod", number + 1), remote.open()
        began = time.perf_counter()
        opened.commit(remote.tip, files, [], "Promote 500 services")
        ours.append(time.perf_counter() - began)
    figure = min(ours) / min(theirs)
    told = (
        f"{SERVICES * len(FILES)} files: commit {min(ours):.3f} s, fast-import {min(theirs):.3f} s, ratio {figure:.2f}"
    )
    sys.stdout.write(f"\n{told}\n")
    assert figure <= AT_MOST
