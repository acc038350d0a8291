"""Makes repositories, commits in them, merges and pushes to a folder: what a demonstration needs.

Reading (`mlgitops.adapters.git.process`) stays apart: what can write is not at hand there.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.adapters.git.discovery import find_program
from mlgitops.adapters.git.failures import explain
from mlgitops.adapters.git.process import Git, surroundings
from mlgitops.adapters.git.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

BRANCH = "main"
_REMOTE = "origin"

# Nothing else is ever run here; hooks, helpers and the user's configuration are off.
_SUBCOMMANDS = frozenset({"init", "config", "remote", "add", "commit", "fetch", "merge", "push"})


class Author(NamedTuple):
    """In whose name commits are made."""

    name: str
    email: str


class Writer:
    """A new repository and the bare one beside it that it is pushed to.

    Args:
        top: The work tree; made if missing.
        bare: Where the bare repository is made.
        author: Author and committer, whatever the user's configuration says.
    """

    def __init__(self, top: Path, bare: Path, author: Author) -> None:
        self._top = top
        self._bare = bare
        self._author = author
        self._program = find_program("git", top)

    def create(self) -> None:
        """Make both repositories; the bare one becomes the remote `origin`.

        Whoever works in the first from now on signs nothing, and is the author where Git does not know them.

        Raises:
            RefusedError: Git, or the file system, refused.
        """
        # Without a template there are no hooks to run, on either side.
        options = ("--quiet", "--template=", f"--initial-branch={BRANCH}")
        for folder, kind in ((self._top, "--no-bare"), (self._bare, "--bare")):
            folder.mkdir(parents=True, exist_ok=True)
            self._run(surroundings(), "init", kind, *options, values=[str(folder)])
        known = Settings(Git(self._top))
        self._write("config", "--local", values=["commit.gpgSign", "false"])  # a key may have to be unlocked
        for key, value in (("user.name", self._author.name), ("user.email", self._author.email)):
            if not known.effective(key):
                self._write("config", "--local", values=[key, value])
        self._write("remote", "add", values=[_REMOTE, str(self._bare)])

    def commit(self, message: str, at: dt.datetime | None = None) -> str:
        """Commit everything in the work tree, and return the commit's name.

        Args:
            message: What it says.
            at: When it says that it was made; else now.

        Raises:
            RefusedError: Git refused, or there is nothing to commit.
        """
        self._write("add", "--all")
        self._write("commit", "--quiet", "--no-verify", "--no-gpg-sign", f"--message={message}", at=at)
        return self._head()

    def merge(self, branch: str, at: dt.datetime | None = None) -> str:
        """Fetch a branch of the remote and merge it into the one here, by a commit; its name.

        Args:
            branch: The branch.
            at: As of `commit`.

        Raises:
            RefusedError: Git refused: there is no such branch, or a conflict.
        """
        self.fetch()
        options = ("--quiet", "--no-ff", "--no-edit", "--no-verify", "--no-gpg-sign")
        self._write("merge", *options, values=[f"{_REMOTE}/{branch}"], at=at)
        return self._head()

    def fetch(self) -> None:
        """Bring the branches of the remote here.

        Raises:
            RefusedError: Git refused.
        """
        self._write("fetch", "--quiet", values=[_REMOTE])

    def push(self) -> None:
        """Push the branch, and let it follow the remote's.

        Raises:
            RefusedError: Git refused.
        """
        self._write("push", "--quiet", "--no-verify", "--set-upstream", values=[_REMOTE, BRANCH])

    def _head(self) -> str:
        return Git(self._top).run("rev-parse", "HEAD").decode().strip()

    def _write(self, subcommand: str, *options: str, values: Sequence[str] = (), at: dt.datetime | None = None) -> None:
        git = Git(self._top)
        identity = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in (("NAME", self._author.name), ("EMAIL", self._author.email))
        }
        if at is not None:
            identity |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), at.isoformat(timespec="seconds"))
        # The fixed configuration, hooks off among it, comes as for GitPython: in variables.
        environment = surroundings() | git.for_gitpython() | identity | {"GIT_ALLOW_PROTOCOL": "file"}
        self._run(environment, subcommand, *options, values=values)

    def _run(self, environment: dict[str, str], subcommand: str, *options: str, values: Sequence[str] = ()) -> None:
        if subcommand not in _SUBCOMMANDS:
            raise ValueError(f"git {subcommand} is not among the commands that may be run")
        done = subprocess.run(
            [self._program, subcommand, *options, *(("--", *values) if values else ())],
            cwd=self._top,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise explain(subcommand, done.returncode, done.stderr)
