"""Whose repository it is.

Git refuses one of another user ("dubious ownership", CVE-2022-24765), yet asks only where it has to
search for it; since it is named to Git here, the question is asked here, by Git's own rules.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mlgitops.errors import InputError


def require_trusted(program: str, top: Path, folder: Path) -> None:
    """Refuse a repository that belongs to someone else and is not listed as safe.

    Args:
        program: The absolute path of `git`.
        top: The work tree.
        folder: Git's own folder of it.

    Raises:
        InputError: It does, with the one line that trusts it.
    """
    if all(_is_ours(place) for place in (top, folder, top / ".git")):
        return
    if _is_listed(_safe_directories(program), top):
        return
    raise InputError(
        f"the repository at {top} belongs to another user",
        hint=f"If you trust it: `git config --global --add safe.directory {top}`.",
    )


def _is_ours(place: Path) -> bool:
    owner = place.lstat().st_uid
    user = os.geteuid()
    if owner == user:
        return True
    # `sudo mlgitops` works on the checkout of whoever called it, as `sudo git` does
    return user == 0 and str(owner) == os.environ.get("SUDO_UID")


def _safe_directories(program: str) -> list[str]:
    """Values of `safe.directory` in the user's, the machine's and the call's own configuration."""
    done = subprocess.run(
        [program, "config", "--show-scope", "--null", "--type=path", "--get-all", "safe.directory"],
        cwd="/",
        env={**os.environ, "GIT_CEILING_DIRECTORIES": "/", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,  # exit 1: not set at all
    )
    fields = [os.fsdecode(field) for field in done.stdout.split(b"\0")[:-1]]
    pairs = zip(fields[::2], fields[1::2], strict=True)
    return [value for scope, value in pairs if scope in ("system", "global", "command")]


def _is_listed(directories: list[str], top: Path) -> bool:
    listed = False
    for value in directories:
        if not value:
            listed = False  # an empty value empties the list
        elif value == "*" or Path(value).resolve() == top:
            listed = True
        elif value.endswith("/*"):
            listed |= top.is_relative_to(Path(value[:-2]).resolve())
    return listed
