"""A clone and the bare repository that it came from."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from support.repo import Repo, new_repo

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.remote import GitRemote, open_remote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.tree import Content

    from mlgitops.core.credential import Credential


class Remote(NamedTuple):
    """What a test of remotes has.

    Attributes:
        repo: A clone with a work tree; `origin` is `bare`.
        bare: The bare repository, as a folder of its own.
        tip: The commit of its branch `main`.
    """

    repo: Repo
    bare: Repo
    tip: str

    def open(self, prefix: str = "", credential: Credential | None = None, name: str = "origin") -> GitRemote:
        """The remote, opened anew."""
        return open_remote(Git(self.repo.top), prefix, name, credential)

    def branches(self) -> dict[str, str]:
        """Commit by branch of the bare repository, as plain Git lists them."""
        lines = self.bare.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").splitlines()
        return dict(line.split(" ") for line in lines)

    def another(self, folder: Path) -> Remote:
        """A second clone of the same bare repository."""
        subprocess.run(["git", "clone", "--quiet", str(self.bare.top), str(folder)], check=True, capture_output=True)
        return Remote(Repo(folder), self.bare, self.tip)


def new_remote(folder: Path, files: Mapping[str, Content]) -> Remote:
    """Make `folder`/work and `folder`/remote.git with one commit of `files` on `main`."""
    folder = folder.resolve()
    repo = new_repo(folder / "work", files)
    bare = folder / "remote.git"
    shutil.copytree(repo.top / ".git", bare)
    for name in ("index", "COMMIT_EDITMSG", "logs"):
        place = bare / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    Repo(bare).git("config", "core.bare", "true")
    repo.git("remote", "add", "origin", str(bare))
    repo.git("fetch", "--quiet", "--no-write-fetch-head", "origin")
    return Remote(repo, Repo(bare), repo.git("rev-parse", "HEAD"))


def hook(bare: Repo, name: str, script: str) -> None:
    """Give the bare repository a hook, a shell script."""
    place = bare.top / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
