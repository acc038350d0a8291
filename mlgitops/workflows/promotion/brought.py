"""Brought: what a commit that somebody has made would bring into a branch, as changes to slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import digests
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.core.project import unit_at
from mlgitops.core.promotion.moves import Move, same
from mlgitops.core.slots import slots_of
from mlgitops.core.snapshot import Overlay
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.core.history import Declared
    from mlgitops.core.project import Unit
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.workflows.promotion.ground import Ground
    from mlgitops.workflows.promotion.past import Past


class Branch(NamedTuple):
    """Where changes go.

    Attributes:
        tip: The files there.
        past: What was declared there before.
    """

    tip: Ground
    past: Past


def merged(tip: Snapshot, merge: Snapshot, paths: Sequence[str]) -> Snapshot:
    """The branch with a change merged into it, and with the branch's own `mlgitops.yaml`: what it demands counts.

    Args:
        tip: The branch.
        merge: What merging gives.
        paths: What the merge changes.

    Raises:
        InputError: A link or a submodule stands where a state belongs, or a file is called so that nobody can show it.
    """
    kinds = merge.entries()
    for path in paths:
        if unit_at(path) and kinds.get(path, "file") != "file":
            raise InputError(f"a {kinds[path]} stands where a state belongs", path=path, hint="Put the file here.")
    return Overlay(merge, {PROJECT_FILE: tip.read(PROJECT_FILE)})


def states(ground: Ground, paths: Sequence[str]) -> Iterator[tuple[Unit, Mapping[str, Any]]]:
    """The states among `paths`, merged.

    Raises:
        InputError: One is broken.
    """
    for path in paths:
        unit = unit_at(path)
        if unit and unit.environment in ground.project.environments and ground.snapshot.exists(path):
            yield unit, ground.state(unit)


def moves(branch: Branch, ground: Ground, unit: Unit, state: Mapping[str, Any]) -> Iterator[Move]:
    """The slots of a state whose release a change makes another.

    Args:
        branch: Where the change goes.
        ground: The branch with the change merged into it.
        unit: The state.
        state: Its document, merged.

    Raises:
        InputError: History cannot be told.
    """
    declared = branch.tip.declared(unit.environment, unit.name)
    for slot in slots_of(unit.environment):
        release, before = slot.release(state), slot.release(declared) if declared else None
        if release is not None and not same(release, before):
            data = ground.snapshot.read(unit.path)
            back = before is not None and _is_earlier(branch.past.declared(slot, unit.name), release, before)
            yield Move("rollback" if back else "promotion", None, slot, unit, state, data, release, before, {})


def _is_earlier(past: Sequence[Declared], release: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a slot had a release before it ever had the present one.

    What came later and was rolled back does not come back unseen: that is a promotion, and `regression` and `hold`
    have their say.
    """
    wanted, present = digests.digest(release), digests.digest(before)
    return next((one.digest for one in reversed(past) if one.digest in (wanted, present)), present) == wanted
