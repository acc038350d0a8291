"""Workers: pure work in child processes that have limits of their own.

Templates are bounded by fuel, which counts the same on every machine; the limits here are the backstop behind
it. A child is forked where the system can, so that what is already loaded is shared, not loaded again.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar

from mlgitops.adapters.interrupts import uninterrupted
from mlgitops.core.repeated import TOGETHER
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

MEMORY = 2 << 30
"""Address space that a worker may take, in bytes."""

SECONDS = 300
"""Processor time that a worker may take."""

_PAYS_FROM = 60
"""States from which a second process pays for its start, measured."""


class Processes:
    """Runs tasks in child processes.

    Args:
        count: Processes at most; None for one a processor.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or _processors()

    def map(self, task: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> Iterator[list[Result]]:
        """See `mlgitops.ports.Workers`."""
        if not items:
            return
        count = self._count if len(items) >= _PAYS_FROM else 1
        size = max(1, min(TOGETHER, -(-len(items) // (4 * count))))
        parts = list(_parts(items, size, count))
        with ProcessPoolExecutor(count, multiprocessing.get_context(_method()), _begin, (task,)) as pool:
            try:
                with uninterrupted():  # a worker is never interrupted: the parent is, and says so
                    results = pool.map(_work, parts)
                yield from results
            except BrokenProcessPool:
                raise InputError(
                    "a worker was stopped while it hydrated: it took too much memory or time",
                    hint="Look for a template whose loops explode; `mlgitops template check` hydrates one at a time.",
                ) from None
            finally:
                pool.shutdown(cancel_futures=True)  # nobody waits for what nobody will take


def _method() -> str:
    """How children are started: as somebody chose for this process, else forked where forking is safe."""
    return multiprocessing.get_start_method(allow_none=True) or ("fork" if sys.platform == "linux" else "spawn")


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parts(items: Sequence[Item], size: int, count: int) -> Iterator[Sequence[Item]]:
    """Parts of a size, and small ones at the end, so that all of `count` workers end at about the same time."""
    start = 0
    while start < len(items):
        taken = size if len(items) - start > size * count else max(1, size // 4)
        yield items[start : start + taken]
        start += taken


_task: Any = None


def _begin(task: Any) -> None:
    global _task  # noqa: PLW0603 a worker has one task, given once and not with every part
    _task = task
    import resource

    gc.freeze()
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(resource.RLIMIT_AS, MEMORY, MEMORY)
    _limit(resource.RLIMIT_CPU, SECONDS, SECONDS + 1)


def _limit(kind: int, soft: int, hard: int) -> None:
    """Limit this process, no looser than it is; macOS refuses to limit the address space."""
    import resource

    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (soft, hard))


def _end_with_parent() -> None:
    """A parent that is killed tells nobody; its workers would wait for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(part: Sequence[Any]) -> Any:
    """The results of a part; garbage is looked for after it, when most of what it made is gone already."""
    results = _task(part)
    gc.collect(1)
    return results
