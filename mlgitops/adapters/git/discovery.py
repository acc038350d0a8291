"""Finds the repository around a folder, and the `git` program, without running anything.

Git's own discovery is an attack surface: a pull request that adds a folder with HEAD, objects and refs
makes a plain `git status` in there obey that folder's configuration. So the top level is found here,
by `.git` alone, and named to Git explicitly.
"""

from __future__ import annotations

import os
from pathlib import Path

from mlgitops.errors import InputError

_GITFILE = b"gitdir: "


def find_top(start: Path) -> Path | None:
    """Top level of the repository around `start`: the nearest folder at or above it with a `.git`.

    Returns:
        The folder with all links resolved, or None outside any repository. A bare repository is
        never found, embedded or not.
    """
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if _has_repository(folder / ".git")), None)


def _has_repository(git: Path) -> bool:
    try:
        return git.is_file() or (git / "HEAD").is_file() or (git / "HEAD").is_symlink()
    except OSError:  # a folder that may not be looked into holds nothing that could be used
        return False


def git_folder(top: Path) -> Path:
    """Git's own folder of the work tree `top`: `.git`, or what a `.git` file names.

    Raises:
        InputError: `top` has no repository, or a `.git` file that names none.
    """
    git = top / ".git"
    if git.is_dir():
        return git
    try:
        content = git.read_bytes()
    except OSError:
        raise InputError(
            f"{top} is not the top of a Git repository",
            hint="Run inside a Git checkout, or make one with `git init`.",
        ) from None
    folder = top / os.fsdecode(content.removeprefix(_GITFILE).rstrip(b"\r\n"))
    if not content.startswith(_GITFILE) or not (folder / "HEAD").is_file():
        raise InputError(
            f"{git} names no Git repository",
            hint="Mend it with `git worktree repair` or `git submodule update --init`.",
        )
    return folder.resolve()


def find_program(name: str, top: Path) -> str:
    """Absolute path of the program `name`, looked for on PATH but never inside the repository.

    Entries of PATH that are relative, or lie in the repository, are passed over: what a pull request
    adds must not be run (GitPython CVE-2023-40590 was such a search).

    Raises:
        InputError: There is no such program.
    """
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        candidate = Path(entry, name)
        if not candidate.is_absolute() or candidate.resolve().is_relative_to(top):
            continue
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):  # noqa: PTH113 - is_file raises where one may not look
            return str(candidate)
    raise InputError(
        f"the program `{name}` is not on PATH",
        hint="Install Git 2.30 or newer; PATH entries that are relative or inside the repository do not count.",
    )
