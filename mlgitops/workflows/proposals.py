"""Proposals: what branches of remotes would change about slots, once they are merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.leniency import block_of, readable
from mlgitops.core.project import unit_at
from mlgitops.core.promotion.branches import PREFIX
from mlgitops.core.slots import slots_of
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mlgitops.core.project import Unit
    from mlgitops.core.revisions import Branch
    from mlgitops.core.slots import SlotName
    from mlgitops.ports.forge import PullRequest
    from mlgitops.ports.git import History


class Proposed(NamedTuple):
    """A change to a slot that waits to be merged.

    Attributes:
        branch: Name of the branch.
        remote: Name of the remote that has it.
        version: The release that it brings; empty where it brings none and only the hold differs.
        digest: Digest of that release; likewise.
        number: Number of the pull request; None where no forge was asked, or it has none.
        url: Where people read it; likewise empty.
        draft: Whether it must not be merged yet.
    """

    branch: str
    remote: str
    version: str
    digest: str
    number: int | None = None
    url: str = ""
    draft: bool = False

    def of(self, asked: PullRequest) -> Proposed:
        """The same with the pull request that brings it."""
        return self._replace(number=asked.number, url=asked.url, draft=asked.draft)

    def is_open(self, declared: Iterator[str]) -> bool:
        """Whether it still waits, as far as the slot's earlier releases tell.

        A promotion whose release was declared has been merged, even if its branch was left behind: no promotion brings
        a release back. A rollback does just that.
        """
        promotes = self.branch.startswith(f"{PREFIX}promote/")
        return not (promotes and self.digest and self.digest in declared)


class Change(NamedTuple):
    """A file of a state on a branch, as it is there and as it was when the branch was left from; nothing for none."""

    branch: Branch
    unit: Unit
    data: bytes
    before: bytes = b""


def changed(branches: Sequence[Branch], history: History) -> list[Change]:
    """The states that branches change, with their files."""
    found = [
        (branch, unit, name, branch.before[path])
        for branch in branches
        for path, name in branch.files.items()
        if name and (unit := unit_at(path))
    ]
    names = list(dict.fromkeys(name for _, _, *both in found for name in both if name))
    contents = dict(zip(names, history.read(names), strict=True)) if names else {}
    return [Change(branch, unit, contents[after], contents.get(old, b"")) for branch, unit, after, old in found]


def proposals(
    found: Sequence[Change], state: Callable[[Unit], Mapping[str, Any] | None]
) -> dict[tuple[SlotName, str], list[Proposed]]:
    """What waits, by slot and name of the service.

    Args:
        found: As of `changed`.
        state: The document of the service and environment as it is; empty where there is none, None for a broken one.
    """
    waiting: dict[tuple[SlotName, str], list[Proposed]] = {}
    for change in found:
        then = _read(change.data, change.unit)
        if then is None:
            continue
        was, now = _read(change.before, change.unit) or {}, state(change.unit) or {}
        for slot in slots_of(change.unit.environment):
            one = _proposed(change.branch, *(block_of(slot, document) for document in (was, then, now)))
            if one:
                waiting.setdefault((slot, change.unit.name), []).append(one)
    return waiting


def _read(data: bytes, unit: Unit) -> dict[str, Any] | None:
    try:
        return readable(data, unit.path)
    except InputError:
        return None


_Block = Mapping[str, Any] | None


def _proposed(branch: Branch, was: _Block, then: _Block, now: _Block) -> Proposed | None:
    """What a branch changes of a slot, and is not so yet: what the branch has not touched, it only has of before."""
    if then is None:
        return None
    digest = digests.digest(then["release"])
    if digest not in (_digest(was), _digest(now)):
        return Proposed(branch.name, branch.remote, then["release"]["version"], digest)
    hold = then.get("hold")
    return Proposed(branch.name, branch.remote, "", "") if hold not in (_hold(was), _hold(now)) else None


def _digest(block: _Block) -> str:
    return digests.digest(block["release"]) if block else ""


def _hold(block: _Block) -> Any:
    return block.get("hold") if block else None
