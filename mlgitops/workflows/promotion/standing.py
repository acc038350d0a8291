"""Standing: what former runs and people have left on the remote for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.promotion.branches import is_about, state_of
from mlgitops.core.promotion.messages import claims_to_be_own, is_own, overridden_for
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mlgitops.core.project import Unit
    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.revisions import Revision
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports.git import Remote
    from mlgitops.workflows.promotion.planned import Group, Planned


class Branch(NamedTuple):
    """A branch that brings a change.

    Attributes:
        name: Its name.
        commit: Its tip.
        commits: What it has and the base has not, newest first; none where the base has, or had since, all of it.
        changed: Paths that it changes.
        behind: Paths that the base has changed since it was left.
        by_people: Whether people have committed something to it, or amended what was.
        related: Whether it has a commit in common with the base; else nothing of it can be merged.
    """

    name: str
    commit: str
    commits: Sequence[Revision]
    changed: frozenset[str]
    behind: frozenset[str]
    by_people: bool = False
    related: bool = True


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
    return {name: _branch(remote, tip, name, commit) for name, commit in remote.fetch(*found).items()}


def _branch(remote: Remote, tip: str, name: str, commit: str) -> Branch:
    commits = remote.between(tip, commit)
    changed = frozenset(path for revision in commits for path in revision.files)
    by_people = not all(_is_own(remote, revision) for revision in commits)
    if by_people:  # who may have merged the base into it
        try:
            changed = frozenset(remote.brought(tip, commit))
        except InputError:
            return Branch(name, commit, commits, changed, frozenset(), by_people, related=False)
    since = remote.between(commit, tip)
    behind = frozenset(path for revision in since for path in revision.files)
    if changed <= behind and _is_done(remote, tip, commit, changed, commits, since):
        commits, changed, by_people = (), frozenset(), False
    return Branch(name, commit, commits, changed, behind, by_people)


def _is_own(remote: Remote, revision: Revision) -> bool:
    if not claims_to_be_own(revision.message):
        return False
    files: dict[str, bytes | None] = {}
    with remote.snapshot(revision.commit, revision.files) as snapshot:
        for path in revision.files:
            found = _file(snapshot, path)
            if isinstance(found, str):
                return False
            files[path] = found
    return is_own(revision.message, files)


def _is_done(
    remote: Remote,
    tip: str,
    commit: str,
    paths: Collection[str],
    commits: Sequence[Revision],
    since: Sequence[Revision],
) -> bool:
    """Whether all that a branch brings is in its base, or was since it left: it was squashed, or picked one by one.

    Args:
        remote: The remote.
        tip: The tip of the base.
        commit: The tip of the branch.
        paths: What it brings.
        commits: What it has and the base has not, newest first.
        since: What the base has and it has not.
    """
    newest: dict[str, str] = {}
    for revision in commits:
        newest = {**revision.files, **newest}
    alike = [one.commit for one in since if any(newest.get(path) == name for path, name in one.files.items())]
    with remote.snapshot(commit, paths) as brought:
        for place in dict.fromkeys((tip, *alike)):
            with remote.snapshot(place, paths) as base:
                if all(_file(base, path) == _file(brought, path) for path in paths):
                    return True
    return False


def _file(snapshot: Snapshot, path: str) -> bytes | str | None:
    """What is in a file, or why it is not read: a link, a submodule, or too large; None for none."""
    try:
        return snapshot.read(path) if snapshot.exists(path) else None
    except InputError as error:
        return error.message


def people_files(
    remote: Remote, standing: Mapping[str, Branch], counts: Callable[[Unit], bool]
) -> tuple[dict[str, bytes], set[str]]:
    """The files that people have committed to branches and those that they have deleted there, by path.

    Of a branch counts what it is about, the states and manifests of its services in its target: nothing else that
    somebody pushes there has a say in what is planned. What is no file that can be read counts as if it were not there.

    Args:
        remote: The remote.
        standing: The branches.
        counts: Whether what is about a state counts.
    """
    files: dict[str, bytes] = {}
    gone: set[str] = set()
    for branch in standing.values():
        if not branch.by_people or not branch.related:
            continue
        about = [path for path in branch.changed if is_about(branch.name, path)]
        paths = sorted(path for path in about if (unit := state_of(path)) and counts(unit))
        with remote.snapshot(branch.commit, paths) as snapshot:
            for path in paths:
                found = _file(snapshot, path)
                if isinstance(found, bytes):
                    files[path] = found
                elif found is None:
                    gone.add(path)
    return files, gone - files.keys()


def besides(branch: Branch | None, planned: Iterable[Planned]) -> tuple[str, ...]:
    """What people have changed on a branch that is no part of what is planned for it, sorted."""
    if branch is None or not branch.by_people:
        return ()
    return tuple(sorted(branch.changed.difference(*([*one.files, *one.removed] for one in planned))))


def overrides(branch: Branch | None, move: Move) -> dict[str, str]:
    """The gates that a branch passes over for the very release of a change, each with the newest reason."""
    found: dict[str, str] = {}
    for revision in branch.commits if branch else ():
        found = overridden_for(revision.message, move) | found
    return found


def is_current(remote: Remote, branch: Branch, group: Group, message: str) -> bool:
    """Whether a branch brings exactly this change, whatever else has happened to the branch that it goes into.

    Where people have committed something it is enough that the change is in it, and what it passes over.

    Args:
        remote: The remote.
        branch: The branch.
        group: The change.
        message: The message of its commit.
    """
    if not branch.by_people:  # so the newest commit is what its message says
        paths = {*group.files, *group.removed}
        said = branch.commits[0].message if branch.commits else ""
        return said.strip() == message.strip() and branch.changed == paths and not branch.behind & paths
    moves = [planned.move for planned in group.planned]
    if not all(overridden_for(message, move).items() <= overrides(branch, move).items() for move in moves):
        return False
    with remote.snapshot(branch.commit, [*group.files, *group.removed]) as snapshot:
        if any(snapshot.exists(path) for path in group.removed):
            return False
        return all(_file(snapshot, path) == data for path, data in group.files.items())
