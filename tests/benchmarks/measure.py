"""Time and memory of whole processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INTERVAL = 0.01  # seconds between two looks at memory


@dataclass(frozen=True)
class Contender:
    """Processes that together do one piece of work, one after the other.

    Attributes:
        commands: Their command lines.
        output: Folder for what they print, one file a command, `0.yaml` and so on; None throws it away.
        prepare: Called before each round, not measured.
    """

    commands: Sequence[Sequence[str]]
    output: Path | None = None
    prepare: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Sample:
    """What one round took: seconds of wall clock, and of processors in all processes."""

    wall: float
    processor: float

    def __str__(self) -> str:
        """As the table shows it."""
        return f"{self.wall:.3g} s ({self.processor:.3g})"


def best(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Sample]:
    """The fastest of some rounds of each; in every round all run in turn, so that a noisy minute meets all alike."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            contender.prepare()
            samples[name].append(once(contender))
    return {name: min(taken, key=lambda sample: sample.wall) for name, taken in samples.items()}


def once(contender: Contender) -> Sample:
    """One round; RuntimeError with what was said if a process fails."""
    wall = processor = 0.0
    for number, command in enumerate(contender.commands):
        path = contender.output / f"{number}.yaml" if contender.output else Path(os.devnull)
        with path.open("wb") as out:
            began = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)
            said = process.stderr.read() if process.stderr else b""
            _, status, usage = os.wait4(process.pid, 0)
            wall += time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.stderr:
            process.stderr.close()
        processor += usage.ru_utime + usage.ru_stime
        if process.returncode:
            raise RuntimeError(f"`{' '.join(command)}` exited {process.returncode}: {said.decode()[-2000:]}")
    return Sample(wall, processor)


def peak_memory(contender: Contender) -> float:
    """Mebibytes at the peak, summed over all processes at one moment, pages that they share counted once (PSS)."""
    contender.prepare()
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(INTERVAL):
            peak = max(peak, sum(map(proportional_size, descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        once(contender)
    finally:
        done.set()
        watcher.join()
    return peak / 1024


def descendants(pid: int) -> list[int]:
    """Processes that this one started, and theirs."""
    found: list[int] = []
    try:
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, file.read_text(encoding="ascii").split()):
                found += [child, *descendants(child)]
    except OSError:
        pass  # it has ended meanwhile
    return found


def proportional_size(pid: int) -> int:
    """Kibibytes of a process, its share of pages that others map too; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
