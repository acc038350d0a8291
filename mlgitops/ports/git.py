"""What promotions ask of Git: the remote's branches, the history behind them, and commits that touch no checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from mlgitops.core.revisions import Revision
    from mlgitops.core.snapshot import Snapshot


class History(Protocol):
    """What was committed before a commit, by its first parents."""

    def revisions(self, commit: str, folders: Sequence[str]) -> Iterator[Revision]:
        """The commits that changed something at or below `folders`, newest first; the first commit among them.

        Raises:
            InputError: There is no such commit, or the clone is shallow: history cannot be told.
        """

    def read(self, objects: Sequence[str]) -> list[bytes]:
        """The files of these object names, in their order; one process reads them all. Nothing of what is too large.

        Raises:
            RefusedError: Git failed.
        """


class Update(NamedTuple):
    """What a push does to one branch.

    Attributes:
        branch: Its name, without `refs/heads/`.
        commit: The commit that it shall have; empty to delete it.
        expected: The commit that it has, empty where it must not exist: anything else loses the race.
    """

    branch: str
    commit: str
    expected: str


class Merge(NamedTuple):
    """What merging one commit into another gives.

    Attributes:
        tree: What the merged files are called, in full; they mean nothing where there are conflicts.
        paths: Every path that the merge changes, and every one that the merged commit has changed since it left, in
            byte order, relative to the environment repository's top.
        conflicts: Paths that people have to merge, from the top of the Git repository.
    """

    tree: str
    paths: tuple[str, ...]
    conflicts: tuple[str, ...] = ()


class Remote(Protocol):
    """A remote of a repository. Nothing here touches the work tree, the index, or a ref that people use."""

    def default_branch(self) -> str:
        """Name of the branch that the remote's HEAD points to.

        Raises:
            InputError: It has none.
            NotPermittedError: This account may not read it.
            RefusedError: No usable answer; a retry may help.
        """

    def tips(self, *prefixes: str) -> dict[str, str]:
        """The commit of each branch of the remote whose name is, or begins with, one of `prefixes`; sorted by name.

        Raises:
            As `default_branch`.
        """

    def fetch(self, *branches: str) -> dict[str, str]:
        """Bring branches here, with their history as deep as the clone is; the commit of each.

        Raises:
            InputError: The remote has no such branch, or (`is_valid_branch`) nothing can be called so.
            NotPermittedError: This account may not read it.
            RefusedError: No usable answer; a retry may help.
        """

    def snapshot(self, commit: str, paths: Iterable[str] = ()) -> AbstractContextManager[Snapshot]:
        """The files of a commit that is here, relative to the environment repository's top.

        Args:
            commit: The commit.
            paths: Those that are asked about, and no others; none for all.
        """

    def between(self, base: str, commit: str) -> Sequence[Revision]:
        """The commits that `commit` has and `base` has not, newest first; merges and their second parents included.

        `files` of each is what it changed against its first parent.
        """

    def brought(self, base: str, commit: str) -> Sequence[str]:
        """The paths that `commit` has changed since the last commit that it has in common with `base`.

        They are relative to the environment repository's top, in byte order. Both are full names of commits.

        Raises:
            InputError: The two have no commit in common here.
        """

    def merge(self, base: str, commit: str) -> Merge:
        """What merging `commit` into `base` gives, as Git merges; no program that anybody configured has a part in it.

        Args:
            base: Full name of a commit that is here.
            commit: Likewise.

        Raises:
            InputError: The two have no commit in common here, or this Git is too old to tell.
            RefusedError: Git failed.
        """

    def files(self, merge: Merge) -> AbstractContextManager[Snapshot]:
        """The files that a merge gives, relative to the environment repository's top."""

    def merged(self, base: str, commit: str) -> str:
        """The commit that `commit` merges into one of `base`, as forges do for the jobs of pull requests.

        It is empty where `commit` is no merge, or is anything else than what merging gives.

        Raises:
            As `merge`.
        """

    def commit(self, parent: str, files: Mapping[str, bytes], remove: Iterable[str], message: str) -> str:
        """Make a commit on `parent` without touching a checkout; its full name. It is signed where Git is set up to.

        Args:
            parent: Full name of the commit before it.
            files: What is written, by path relative to the environment repository's top.
            remove: What is deleted, likewise; what is not there is left alone.
            message: Subject, body and trailers.

        Raises:
            InputError: Git does not know who commits, or cannot sign.
            RefusedError: Git failed.
        """

    def push(self, updates: Sequence[Update]) -> None:
        """Change branches, all or none, each only if it is what is expected. A branch that is so already is done.

        Raises:
            RaceError: A branch is not what was expected.
            NotPermittedError: The remote does not let this account do it: credentials, protection, a hook.
            RefusedError: No usable answer; a retry may help.
        """
