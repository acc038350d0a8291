"""A remote of a repository, for promotions: its branches here, commits without a checkout, and back by exact leases."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlgitops.adapters.git import commits, merging, push
from mlgitops.adapters.git.history import CommitHistory
from mlgitops.adapters.git.remote_address import RemoteAddress, configured
from mlgitops.adapters.git.settings import Settings
from mlgitops.adapters.git.snapshots import CommitSnapshot, TreeSnapshot
from mlgitops.adapters.git.transport import Transport
from mlgitops.adapters.git.writing import WritingGit
from mlgitops.core.git_refs import is_valid_branch
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from mlgitops.adapters.git.process import Git
    from mlgitops.core.credential import Credential
    from mlgitops.core.revisions import Revision
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports.git import Merge, Update

_HEADS = "refs/heads/"
_TOLD = "--format=%(refname) %(objectname)"
_LONGEST = 180  # bytes of a ref's last part; file systems take 255, and Git adds `.lock`
_NAME = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def open_remote(git: Git, prefix: str, name: str, credential: Credential | None = None) -> GitRemote:
    """The remote `name` of a repository.

    Args:
        git: The repository.
        prefix: Folder of it that is the environment repository's top; empty for its own top.
        name: Of the remote, as its configuration has it.
        credential: A token, used only if the remote is at its host and is asked by HTTP.

    Raises:
        InputError: There is no such remote, its address is not one that is used, or the repository is broken.
        RefusedError: There is no room for temporary files.
    """
    return GitRemote(git, prefix, name, Settings(git), credential)


class GitRemote:
    """See `mlgitops.ports.git.Remote`.

    Attributes:
        address: Where it is read from.
    """

    def __init__(self, git: Git, prefix: str, name: str, settings: Settings, credential: Credential | None) -> None:
        self._git = git
        self._prefix = prefix
        self._name = name
        self._settings = settings
        self.address: RemoteAddress = configured(git, settings, name)
        pushed = configured(git, settings, name, for_push=True)
        self._writing = WritingGit(git, settings)
        self._from = Transport(self._writing, settings, self.address, credential)
        self._to = Transport(self._writing, settings, pushed, credential)
        self._default = ""

    def default_branch(self) -> str:
        """Name of the branch that the remote's HEAD points to; asked once.

        Raises:
            As `mlgitops.ports.git.Remote.default_branch`.
        """
        if not self._default:
            printed = self._from.run("ls-remote", "--symref", values=["HEAD"])
            for line in printed.split("\n"):
                target, _, ref = line.removeprefix("ref: ").partition("\t")
                if ref == "HEAD" and line.startswith(f"ref: {_HEADS}"):
                    self._default = target.removeprefix(_HEADS)
        if not is_valid_branch(self._default):
            raise InputError(
                f"the remote `{self._name}` has no default branch",
                hint="Name the branch with `--base`, or push a first commit to the remote.",
            )
        return self._default

    def tips(self, *prefixes: str) -> dict[str, str]:
        """The commit of each branch whose name is, or begins with, one of `prefixes`; see `Remote.tips`."""
        found = _branches(self._from)
        return {branch: found[branch] for branch in sorted(found) if branch.startswith(prefixes)}

    def fetch(self, *branches: str) -> dict[str, str]:
        """Bring branches here, below `refs/mlgitops/`; see `Remote.fetch`."""
        places = {branch: self._private(branch) for branch in branches}
        if not places:
            return {}
        self._from.fetch([f"+{_HEADS}{branch}:{ref}" for branch, ref in places.items()])
        printed = self._git.run("for-each-ref", _TOLD, values=list(places.values())).decode()
        found = dict(line.split(" ") for line in printed.splitlines())
        return {branch: found[ref] for branch, ref in places.items()}

    def snapshot(self, commit: str, paths: Iterable[str] = ()) -> AbstractContextManager[Snapshot]:
        """The files of a commit that is here; see `Remote.snapshot`."""
        return CommitSnapshot(self._git, commit, self._prefix, paths)

    def between(self, base: str, commit: str) -> Sequence[Revision]:
        """The commits that `commit` has and `base` has not; see `Remote.between`."""
        return CommitHistory(self._git, self._prefix).between(base, commit)

    def brought(self, base: str, commit: str) -> Sequence[str]:
        """The paths that `commit` has changed since it left `base`; see `Remote.brought`."""
        return list(merging.brought(self._git, self._prefix, base, commit))

    def merge(self, base: str, commit: str) -> Merge:
        """What merging `commit` into `base` gives; see `Remote.merge`."""
        return merging.merge(self._git, self._writing, self._prefix, base, commit)

    def files(self, merge: Merge) -> AbstractContextManager[Snapshot]:
        """The files that a merge gives; see `Remote.files`."""
        return TreeSnapshot(self._git, merge.tree, self._prefix)

    def merged(self, base: str, commit: str) -> str:
        """The commit that `commit` merges into one of `base`, or nothing; see `Remote.merged`."""
        return merging.merged(self._git, self._writing, self._prefix, base, commit)

    def commit(self, parent: str, files: Mapping[str, bytes], remove: Iterable[str], message: str) -> str:
        """Make a commit on `parent`; see `Remote.commit`."""
        start = f"{self._prefix}/" if self._prefix else ""
        return commits.commit(
            self._git,
            self._writing,
            self._settings,
            parent,
            {start + path: data for path, data in files.items()},
            [start + path for path in remove],
            message,
        )

    def push(self, updates: Sequence[Update]) -> None:
        """Change branches, all or none; see `Remote.push`."""
        for update in updates:
            _require_update(update)
        left = list(updates)
        if any(not update.commit for update in left):  # Git takes a deletion of what is not there for a lost race
            there = _branches(self._to)
            left = [update for update in left if update.commit or update.branch in there]
        if not left:
            return
        ended = self._to.ended("push", *push.options(left), values=push.refspecs(left))
        if ended.code:
            raise push.refused(self._to.address, ended, left, self._to.secrets)

    def _private(self, branch: str) -> str:
        """The ref that holds `branch` here: one part, so that `a` and `a/b` never stand in each other's way."""
        if not is_valid_branch(branch):
            raise InputError(f"no branch can be called {branch!a}", hint="Name a branch of the remote.")
        parts = [quote(os.fsencode(part), safe="") for part in (self._name, branch)]
        short = [part if len(part) < _LONGEST else hashlib.sha256(part.encode()).hexdigest() for part in parts]
        return "/".join(("refs/mlgitops", *short))


def _branches(transport: Transport) -> dict[str, str]:
    """Commit by branch; what cannot be shown on a terminal is no branch of ours, and left out."""
    lines = (line.partition("\t") for line in transport.run("ls-remote", "--heads").split("\n"))
    found = {ref.removeprefix(_HEADS): commit for commit, _, ref in lines if ref.startswith(_HEADS)}
    return {
        branch: commit
        for branch, commit in found.items()
        if branch.isprintable() and is_valid_branch(branch) and _NAME.fullmatch(commit)
    }


def _require_update(update: Update) -> None:
    if not is_valid_branch(update.branch):
        raise InputError(f"no branch can be called {update.branch!a}", hint="Name a branch.")
    if not all(_NAME.fullmatch(name) for name in (update.commit, update.expected) if name):
        raise ValueError("an update names commits in full")
