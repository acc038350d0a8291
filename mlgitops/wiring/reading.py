"""Wiring of what tells about releases: `status`, `diff` and `history`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from mlgitops import wiring
from mlgitops.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from mlgitops.core.snapshot import Snapshot
    from mlgitops.wiring.promotions import Options
    from mlgitops.workflows.diff import Diff
    from mlgitops.workflows.history import History
    from mlgitops.workflows.status import Before, Status


@contextmanager
def commit(root: Path, revision: str) -> Iterator[tuple[Snapshot, str]]:
    """The files of the commit that `revision` means, and its full name.

    Raises:
        InputError: There is no such commit, or no Git.
    """
    from mlgitops.adapters.git.snapshots import CommitSnapshot

    with wiring.snapshot(root, revision=revision) as source:
        if not isinstance(source, CommitSnapshot):
            raise TypeError(type(source))
        yield source, source.commit


def history(root: Path, source: Snapshot, commit: str) -> History:
    """The history workflow before the commit that `source` is of."""
    from mlgitops.workflows.history import History

    return History(source, wiring.schemas(), wiring.history(root), commit)


class Moment(NamedTuple):
    """What is looked at.

    Attributes:
        source: The files.
        commit: The commit that they are of, or that the work tree was checked out from; empty where there is none.
        why: Why there is none.
    """

    source: Snapshot
    commit: str
    why: str = ""


@contextmanager
def moment(root: Path, revision: str | None, at: dt.datetime | None) -> Iterator[Moment]:
    """The work tree at `root`, a commit, or what that commit, else HEAD, was at a moment.

    Raises:
        InputError: There is no such commit, no Git, or the clone is shallow and cannot tell what was at that moment.
    """
    if at is not None:
        revision = wiring.history(root).at(revision or "HEAD", at)
    if revision is not None:
        with commit(root, revision) as (source, name):
            yield Moment(source, name)
        return
    with wiring.snapshot(root) as source:
        yield Moment(source, *_head(root))


def _head(root: Path) -> tuple[str, str]:
    """The commit that the work tree was checked out from; or nothing, and why."""
    from mlgitops.adapters.git.revisions import resolve

    repository = wiring.git(root)
    if repository is None:
        return "", "this is no Git checkout"
    try:
        return resolve(repository, "HEAD"), ""
    except InputError:
        return "", "nothing is committed yet"


def status(root: Path, seen: Moment, now: dt.datetime, asked: Options | None = None, *, past: bool = False) -> Status:
    """The status workflow.

    Args:
        root: Top of the environment repository.
        seen: What is declared.
        now: The time by which holds end.
        asked: The remote that is asked what waits to be merged; None to tell it from what was last fetched.
        past: Whether it is a moment of the past that is asked about, of which branches of today tell nothing.

    Raises:
        MlgitopsError: The remote, or its forge, cannot be asked.
    """
    from mlgitops.workflows.status import Before, Status

    before: Before | str = seen.why
    if seen.commit and asked:
        before = _asked(root, seen.commit, asked)
    elif seen.commit:
        from mlgitops.core.promotion.branches import PREFIX

        history = wiring.history(root)
        before = Before(history, seen.commit, [] if past else history.branches(seen.commit, PREFIX))
    return Status(seen.source, wiring.schemas(), before, now.date().isoformat())


def _asked(root: Path, commit: str, options: Options) -> Before:
    """What a remote and its forge say of branches; which forge it is, its default branch says, and no checkout."""
    from mlgitops.core.promotion.branches import PREFIX
    from mlgitops.wiring import promotions
    from mlgitops.workflows.promotion import session
    from mlgitops.workflows.status import Before

    history = wiring.history(root)
    with promotions.opened(root, options) as parts, session.opened(parts, "") as opened:
        forge = opened.place.forge
        found = {one.branch: one for one in forge.pull_requests(PREFIX)} if forge else None
        tips = parts.remote.tips(PREFIX)
        names = [name for name in tips if found is None or name in found]
        fetched = parts.remote.fetch(*names) if names else {}
        return Before(history, commit, history.brought(commit, options.remote, fetched), found)


def environments(root: Path) -> list[str]:
    """The names on the path of the work tree's project.

    Raises:
        InputError: There is no project, or it is broken.
    """
    from mlgitops.core.project import Documents, Project

    with wiring.snapshot(root) as source:
        return Project(Documents(source, wiring.schemas())).environments


@contextmanager
def diff(root: Path, before: str, after: str) -> Iterator[Diff]:
    """The diff workflow between two commits; an empty name is the work tree.

    Raises:
        InputError: There is no such commit, or no Git.
    """
    from mlgitops.workflows.diff import Diff

    with (
        wiring.snapshot(root, revision=before or None) as old,
        wiring.snapshot(root, revision=after or None) as new,
    ):
        yield Diff(old, new, wiring.schemas())
