"""Killed at any moment, or out of space: old or new files, never halves, and the next run converges."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.project import FILES, STATE
from support.tree import read_tree, write_tree
from support.waiting import ends, eventually

SERVICES = {
    f"environments/dev/state/svc-{number}.yaml": STATE.replace("name: fraud", f"name: svc-{number}")
    for number in range(6)
}
KILLER = """
import os, signal, sys
from mlgitops.__main__ import main
left = int(sys.argv.pop(1))
def counted(call):
    def wrapped(*arguments, **options):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return call(*arguments, **options)
    return wrapped
os.rename, os.replace, os.write = counted(os.rename), counted(os.replace), counted(os.write)
os.mkdir, os.unlink = counted(os.mkdir), counted(os.unlink)
main()
"""


def render(root: Path, *prefix: str, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
    command = [*(prefix or (sys.executable, "-m", "mlgitops")), "render", "--no-cache", "-C", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=check, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


def manifests(root: Path) -> dict[str, object]:
    return {path: data for path, data in read_tree(root).items() if "/hydrated/" in path}


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], dict[str, object]]:
    root = write_tree(tmp_path_factory.mktemp("expected"), FILES | SERVICES)
    render(root)
    before = manifests(root)
    _change(root)
    render(root)
    return before, manifests(root)


def _change(root: Path) -> None:
    """Change one service, add one and remove one."""
    write_tree(
        root, {"environments/dev/state/svc-0.yaml": SERVICES["environments/dev/state/svc-0.yaml"].replace("32", "33")}
    )
    write_tree(root, {"environments/dev/state/new.yaml": STATE.replace("name: fraud", "name: new")})
    (root / "environments/dev/state/svc-5.yaml").unlink()


def _kill_at(root: Path, step: int, expected: tuple[dict[str, object], dict[str, object]]) -> bool:
    """Kill the second run at its `step`th call that changes the disk; whether it was reached."""
    before, after = expected
    write_tree(root, FILES | SERVICES)
    render(root)
    _change(root)
    killed = render(root, sys.executable, "-c", KILLER, str(step), check=False)
    assert killed.returncode in {-signal.SIGKILL, 0}
    for path, data in manifests(root).items():
        if "/.mlgitops-" not in path and not Path(path).name.startswith("."):
            assert data in {before.get(path), after.get(path)}, path
    render(root)
    assert manifests(root) == after
    return killed.returncode != 0


@pytest.mark.long
@pytest.mark.parametrize("step", [0, 1, 4, 7, 11])
def test_killed_at_some_writes(tmp_path: Path, step: int, before_and_after: tuple) -> None:
    _kill_at(tmp_path / "acme", step, before_and_after)


@pytest.mark.long
def test_killed_at_every_write(tmp_path: Path, before_and_after: tuple) -> None:
    step = 0
    while _kill_at(tmp_path / str(step), step, before_and_after):
        step += 1
    assert step > 6


def test_out_of_space_changes_nothing_and_says_so(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "acme", FILES | SERVICES)
    render(root)
    _change(root)
    before = read_tree(root)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

    refused = render(root, check=False, preexec_fn=limit)
    assert refused.returncode == 3
    assert "Traceback" not in refused.stderr
    assert refused.stderr.startswith("error: environments/dev/hydrated/")
    assert read_tree(root) == before


def test_two_runs_at_once_end_alike(tmp_path: Path, before_and_after: tuple) -> None:
    root = write_tree(tmp_path / "acme", FILES | SERVICES)
    render(root)
    _change(root)
    command = [sys.executable, "-m", "mlgitops", "render", "--no-cache", "-C", str(root)]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [text for process, text in zip(running, said, strict=True) if process.returncode not in {0, 3}] == []
    render(root)
    assert manifests(root) == before_and_after[1]


WORKLOAD = "templates/plain/v1/workload.yaml.j2"
LONG = {
    WORKLOAD: "{% for number in range(30000) %}{% endfor %}\n" + FILES[WORKLOAD],
    **{
        f"environments/dev/state/many-{number}.yaml": STATE.replace("name: fraud", f"name: many-{number}")
        for number in range(600)
    },
}
"""Work for some seconds, so that nobody is too late to stop it."""


def test_interrupted_by_the_keyboard(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "acme", FILES | LONG)
    command = [sys.executable, "-m", "mlgitops", "render", "--no-cache", "-C", str(root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert eventually(lambda: _children(running.pid))
        workers = _children(running.pid)
        os.killpg(running.pid, signal.SIGINT)
        assert running.communicate(timeout=60)[1] == "interrupted\n"
    assert running.returncode == 130
    assert manifests(root) == {}
    assert [worker for worker in workers if not ends(worker)] == []


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "acme", FILES | LONG)
    command = [sys.executable, "-m", "mlgitops", "render", "--no-cache", "-C", str(root)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        assert eventually(lambda: _children(running.pid))
        workers = _children(running.pid)
        running.kill()
    assert workers
    assert [worker for worker in workers if not ends(worker)] == []


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []
