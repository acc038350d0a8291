"""Programs that hang, flood, do not read, or leave others behind."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from support.waiting import ends, eventually, is_running

from mlgitops.adapters.git import bounded
from mlgitops.errors import RefusedError


def run(tmp_path, script, **options):
    told = {"seconds": 20.0} | options
    return bounded.run("a script", ["/bin/sh", "-c", script], folder=tmp_path, environment=dict(os.environ), **told)


def test_everything_is_handed_back(tmp_path):
    ended = run(tmp_path, "cat; echo said >&2; pwd; exit 3", given=b"given\n")
    assert ended == bounded.Ended(3, f"given\n{tmp_path}\n".encode(), b"said\n")


@pytest.mark.parametrize("trap", ["", "trap '' TERM; "])
def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path, trap, monkeypatch):
    monkeypatch.setattr(bounded, "_GRACE", 0.2)
    with pytest.raises(RefusedError, match="a script was not done within"):
        run(tmp_path, f"{trap}sleep 600 & echo $! > child; echo $$ > own; sleep 600; sleep 600", seconds=2)
    for name in ("child", "own"):
        assert ends(int((tmp_path / name).read_text()))


def test_what_is_interrupted_is_ended(tmp_path):
    own, began = threading.main_thread().ident, tmp_path / "own"

    def interrupt():
        assert eventually(lambda: began.exists() and began.read_text().endswith("\n"))
        signal.pthread_kill(own, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "echo $$ > own; sleep 600")
    assert ends(int(began.read_text()))


def test_a_flood_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "_MAX_SAID", 1000)
    ended = run(tmp_path, "yes no | head -c 9000000 >&2; echo last >&2")
    assert len(ended.said) == 1000
    assert ended.said.endswith(b"no\nlast\n")
    monkeypatch.setattr(bounded, "MAX_PRINTED", 1000)
    with pytest.raises(RefusedError, match="printed more than 1,000 bytes"):
        run(tmp_path, "yes | head -c 9000000")


def test_what_does_not_read_is_not_waited_for(tmp_path):
    assert run(tmp_path, "exit 1", given=b"x" * 5_000_000).code == 1


def test_what_stays_in_the_background_is_left_alone(tmp_path):
    ended = run(tmp_path, "sleep 20 > /dev/null 2>&1 < /dev/null & echo $!")
    child = int(ended.printed)
    assert is_running(child)
    os.kill(child, signal.SIGKILL)
