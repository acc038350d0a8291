"""Standing: what former runs and people have left on the remote for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.promotion.messages import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.revisions import Revision
    from mlgitops.ports.git import Remote


class Branch(NamedTuple):
    """A branch that brings a change.

    Attributes:
        name: Its name.
        commit: Its tip.
        commits: What it has and the base has not, newest first.
        behind: Paths that the base has changed since it was left.
    """

    name: str
    commit: str
    commits: Sequence[Revision]
    behind: frozenset[str]

    @property
    def by_people(self) -> bool:
        """Whether people have committed something to it."""
        return any(not is_own(revision.message) for revision in self.commits)

    @property
    def changed(self) -> frozenset[str]:
        """Paths that it changes."""
        return frozenset(path for revision in self.commits for path in revision.files)


def branches(remote: Remote, tip: str, *prefixes: str) -> dict[str, Branch]:
    """The branches whose names begin with one of `prefixes`, by name; they are brought here.

    Args:
        remote: The remote.
        tip: The tip of the branch that they go into.
        prefixes: How they begin.

    Raises:
        As `Remote.fetch`.
    """
    found = remote.tips(*prefixes)
    if not found:
        return {}
    fetched = remote.fetch(*found)
    return {
        name: Branch(
            name,
            commit,
            remote.between(tip, commit),
            frozenset(path for revision in remote.between(commit, tip) for path in revision.files),
        )
        for name, commit in fetched.items()
    }


def people_files(remote: Remote, standing: Mapping[str, Branch]) -> tuple[dict[str, bytes], set[str]]:
    """The files that stand on branches to which people have committed, and those that are gone there, by path."""
    files: dict[str, bytes] = {}
    gone: set[str] = set()
    for branch in standing.values():
        if not branch.by_people:
            continue
        with remote.snapshot(branch.commit) as snapshot:
            for path in branch.changed:
                if snapshot.exists(path):
                    files[path] = snapshot.read(path)
                else:
                    gone.add(path)
    return files, gone - files.keys()


def is_current(remote: Remote, branch: Branch, files: Mapping[str, bytes], gone: Sequence[str], message: str) -> bool:
    """Whether a branch brings exactly this change, whatever else has happened to the branch that it goes into.

    Args:
        remote: The remote.
        branch: The branch.
        files: What the change writes: on top of the branch where people have committed to it, else of its base.
        gone: What it deletes.
        message: The message of its commit.
    """
    paths = {*files, *gone}
    if branch.by_people:
        return not paths
    if not branch.commits or branch.changed != paths or branch.behind & paths:
        return False
    if branch.commits[0].message.strip() != message.strip():
        return False
    with remote.snapshot(branch.commit) as snapshot:
        if any(snapshot.exists(path) for path in gone):
            return False
        return all(snapshot.exists(path) and snapshot.read(path) == data for path, data in files.items())
