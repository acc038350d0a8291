"""Real Git repositories for tests, the same down to their commit names on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from support.tree import write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.tree import Content

_EPOCH = 1_760_000_000  # seconds; the first commit's time, each further one is a minute later


class Repo:
    """A repository with the work tree `top`, in which so many commits were made."""

    def __init__(self, top: Path, commits: int = 0) -> None:
        self.top = top
        self._commits = commits

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run the real `git` in the work tree and return what it printed, without the last line break."""
        date = f"@{_EPOCH + 60 * self._commits} +0100"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.top,
            env=os.environ | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="surrogateescape").removesuffix("\n")

    def commit(self, files: Mapping[str, Content] | None = None, message: str = "Change") -> str:
        """Write `files`, commit everything in the work tree and return the commit's name."""
        write_tree(self.top, files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self._commits += 1
        return self.git("rev-parse", "HEAD")


def new_repo(top: Path, files: Mapping[str, Content] | None = None) -> Repo:
    """Make a repository on branch `main`; with `files`, they are its first commit."""
    shutil.copytree(_prepared(repr(files), files), top, symlinks=True, dirs_exist_ok=True)
    return Repo(top, int(files is not None))


_made: dict[str, Path] = {}


def _prepared(key: str, files: Mapping[str, Content] | None) -> Path:
    """A repository like that, made once: copying takes a fifth of the time."""
    if key not in _made:
        _made[key] = Path.home() / "prepared" / str(len(_made))
        _made[key].mkdir(parents=True)
        repo = Repo(_made[key])
        repo.git("init", "--quiet", "--template=", "--initial-branch=main")
        if files is not None:
            repo.commit(files, "First")
    return _made[key]
