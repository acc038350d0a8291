"""What the workflows ask of the outside; the adapters answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.snapshot import Snapshot

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers(Protocol):
    """Where pure work is done: this process or several others, within limits."""

    def map(self, task: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> Iterator[list[Result]]:
        """The results of `task` over parts of `items`, part by part in their order; their number changes no result.

        Raises:
            InputError: The work went past the limits of a worker.
        """


class Surroundings(NamedTuple):
    """What stands around a snapshot in its repository.

    Attributes:
        base: The snapshot that it is compared with; None where there is nothing before it, or no Git.
        shallow: Whether history is cut off, so that a missing base tells nothing.
        sizes: Size in bytes of each file that is committed, or would be; none where there is no Git.
        head: The first bytes of such a file, 512 at most; none where it cannot be read.
    """

    base: Snapshot | None
    shallow: bool
    sizes: Mapping[str, int]
    head: Callable[[str], bytes]


class Files(Protocol):
    """A folder that is written to, all or nothing."""

    def write(self, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> None:
        """Write `files` and delete `remove`; a refused write leaves every file as it was.

        Raises:
            RefusedError: The file system refused.
        """


class Memory(Protocol):
    """Remembers what was true of the bytes of the project, until any of them changes."""

    def recall(self) -> dict[str, Any] | None:
        """What `keep` was given while every byte was as it is now, else None."""

    def keep(self, value: Mapping[str, Any]) -> None:
        """Remember `value`, which JSON can hold, for the bytes as they are now; never fails."""


class Progress(Protocol):
    """Somebody who watches long work."""

    def start(self, total: int, what: str) -> None:
        """Work on `total` pieces of `what` begins."""

    def advance(self, count: int) -> None:
        """`count` more pieces are done."""

    def stop(self) -> None:
        """The work has ended."""


class Hasher(Protocol):
    """Digests of what lies on this machine."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder at `path`."""

    def digest(self, path: str) -> str:
        """`sha256:<64 hex>` of the file or folder at `path`.

        Raises:
            InputError: It holds what has no digest: a link, a device, no file at all.
            RefusedError: It cannot be read, or changes meanwhile.
        """


class Registry(Protocol):
    """A place where images, models or files are published under names and digests."""

    def digest(self, reference: str) -> str:
        """The pin of what `reference` names now: `reference@sha256:<64 hex>`; a pin stays what it is once verified.

        Raises:
            InputError: It is no reference, or names nothing.
            NotPermittedError: This account may not read it.
            RefusedError: No usable answer; a retry may help.
        """

    def exists(self, pin: str) -> bool:
        """Whether what `pin` names is there, and is that.

        Raises:
            InputError: It is no pin.
            NotPermittedError: This account may not read it.
            RefusedError: No usable answer; a retry may help.
        """


class NewRepository(Protocol):
    """A repository that does not exist yet, and the remote beside it.

    Each method raises `RefusedError` where Git or the file system refuses.
    """

    def create(self) -> None:
        """Make both."""

    def commit(self, message: str, at: dt.datetime | None = None) -> str:
        """Commit everything in the work tree; the commit's name. It says that it was made at `at`, else now."""

    def merge(self, branch: str, at: dt.datetime | None = None) -> str:
        """Merge a branch of the remote into the one here; the name of the commit, dated as of `commit`."""

    def push(self) -> None:
        """Bring the commits to the remote."""


class Clock(Protocol):
    """What time it is."""

    def now(self) -> dt.datetime:
        """The time, in UTC."""
