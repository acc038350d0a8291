"""The history before a commit, by first parents: `git rev-list` finds the commits, `git diff-tree` what they changed.

Both are plumbing: no configuration of `git log` or `git diff`, no mail map, note, signature or rename shows in them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mlgitops.adapters.git.blobs import Blobs
from mlgitops.adapters.git.merging import brought
from mlgitops.adapters.git.revisions import require_whole, resolve
from mlgitops.adapters.git.trees import fields, files
from mlgitops.core.entries import TooLargeError
from mlgitops.core.revisions import Branch, Revision
from mlgitops.errors import InputError, MlgitopsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.trees import Sides

_BATCH = 1024  # commits that are asked about at once: who stops early has not waited for all
_FORMAT = "--format=%H%x00%an%x00%ae%x00%ct%x00%B%x00"  # no field of a commit can hold the NUL that ends it
_DIFF = ("--stdin", "--root", "-r", "-z", "--no-renames", "--encoding=UTF-8", _FORMAT)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class CommitHistory:
    """The history of an environment repository; see `mlgitops.ports.git.History`.

    Args:
        git: The repository.
        prefix: The folder of it in which the environment repository stands; empty for its top.
    """

    def __init__(self, git: Git, prefix: str = "") -> None:
        self._git = git
        self._prefix = prefix

    def revisions(self, commit: str, folders: Sequence[str]) -> Iterator[Revision]:
        """The commits that changed something at or below `folders`, newest first; the first commit among them.

        Args:
            commit: Where to begin; whatever names a commit.
            folders: Files and folders of the environment repository, now or once; none for all of it.

        Raises:
            InputError: There is no such commit, or the clone is shallow: history cannot be told.
            RefusedError: Git failed.
        """
        require_whole(self._git, "what was declared before")
        paths = [f"{self._prefix}/{folder}" if self._prefix else folder for folder in folders]
        paths = paths or [self._prefix][: len(self._prefix)]
        printed = self._git.run("rev-list", "--first-parent", "--parents", values=[resolve(self._git, commit)])
        lines = [b" ".join(line.split()[:2]) for line in printed.splitlines()]  # of a merge, its first parent alone
        batches = (lines[start : start + _BATCH] for start in range(0, len(lines), _BATCH))
        return (found for batch in batches for found in self._told(batch, paths))

    def between(self, base: str, commit: str) -> list[Revision]:
        """The commits that `commit` has and `base` has not, newest first, merges and their second parents included.

        Args:
            base: Full name of a commit that is here.
            commit: Likewise.

        Raises:
            RefusedError: Git failed.
        """
        printed = self._git.run("rev-list", "--parents", values=[commit, f"^{base}"])
        lines = [b" ".join(line.split()[:2]) for line in printed.splitlines()]
        paths = [self._prefix][: len(self._prefix)]
        return list(self._told(lines, paths, "--always")) if lines else []

    def read(self, objects: Sequence[str]) -> list[bytes]:
        """The files of these object names, in their order; one process reads them all, each of them once.

        Of one that is too large to be a document, nothing: whoever pushes it, or once did, stops no other question.

        Raises:
            InputError: One is missing in this clone.
            RefusedError: Git failed.
        """
        blobs = Blobs(self._git)
        try:
            known = {name: _content(blobs, name) for name in dict.fromkeys(objects)}
        finally:
            blobs.close()
        return [known[name] for name in objects]

    def at(self, commit: str, moment: dt.datetime) -> str:
        """Full name of the commit that `commit` was at a moment: the newest of its first parents committed by then.

        Raises:
            InputError: There is no such commit, it began later, or the clone is shallow.
            RefusedError: Git failed.
        """
        require_whole(self._git, f"what was declared at {moment:%Y-%m-%d %H:%M} UTC")
        printed = self._git.run("rev-list", "--first-parent", "--timestamp", values=[resolve(self._git, commit)])
        lines = [line.split() for line in printed.decode().splitlines()]
        found = next((name for seconds, name in lines if _time(seconds) <= moment), None)
        if found is None:
            raise InputError(
                f"nothing was committed at {moment:%Y-%m-%d %H:%M} UTC yet",
                hint=f"History begins at {_time(lines[-1][0]):%Y-%m-%d %H:%M} UTC.",
            )
        return found

    def branches(self, commit: str, prefix: str) -> list[Branch]:
        """The branches of remotes, as last fetched, whose names begin with `prefix`, as `brought` tells of them.

        Raises:
            InputError: There is no such commit.
        """
        printed = self._git.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", values=["refs/remotes"])
        found = []
        for line in printed.decode("utf-8", "replace").splitlines():
            tip, _, ref = line.partition(" ")
            remote, mark, rest = ref.partition(f"/{prefix}")
            if mark:
                found += self.brought(commit, remote, {prefix + rest: tip})
        return found

    def brought(self, commit: str, remote: str, tips: Mapping[str, str]) -> list[Branch]:
        """Branches of a remote by name and tip, with what each changed since it left `commit`.

        One that changed nothing, has nothing in common with it, or whose commits this clone lacks, is left out.

        Raises:
            InputError: There is no such commit.
        """
        here = resolve(self._git, commit)
        found = []
        for name, tip in tips.items():
            files = self._brought(here, tip)
            after, before = ({path: sides[at] for path, sides in files.items()} for at in (1, 0))
            found += [Branch(remote, name, tip, after, before)] if files else []
        return found

    def _brought(self, commit: str, tip: str) -> Mapping[str, Sides]:
        try:
            return brought(self._git, self._prefix, commit, tip)
        except MlgitopsError:
            return {}

    def _told(self, lines: Sequence[bytes], paths: Sequence[str], *options: str) -> Iterator[Revision]:
        asked = b"".join(line + b"\n" for line in lines)
        printed = self._git.run("diff-tree", *_DIFF, *options, values=["--", *paths], given=asked)
        told = iter(fields(printed))
        start = len(self._prefix) + 1 if self._prefix else 0
        head = next(told, "")
        while head:
            commit = head
            author, email, at, message = (_text(next(told)) for _ in range(4))
            found, head = files(told)
            below = {path[start:]: sides.after for path, sides in found.items()}
            yield Revision(commit, author, email, _time(at), message, below)


def _content(blobs: Blobs, name: str) -> bytes:
    try:
        return blobs.read(name, "")
    except TooLargeError:
        return b""


def _text(field: str) -> str:
    """What Git printed, with bytes that are no UTF-8 replaced: a commit may claim any encoding."""
    return field.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _time(seconds: str) -> dt.datetime:
    """A commit's time; one that is broken, or that no calendar has, is the first that Git knows."""
    try:
        return _EPOCH + dt.timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return _EPOCH
