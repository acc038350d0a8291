"""What Git's configuration says, and who said it: the repository, or the user and the machine.

A repository's own file may have come with it, so it names no program that is run here. The user's and the machine's
are theirs: what they name is what plain `git` would use.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlgitops.adapters.git.bounded import run
from mlgitops.adapters.git.failures import explain
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlgitops.adapters.git.process import Git

SECONDS = 20.0  # an included file may be a pipe that nobody writes to
_OF_USER = frozenset({"system", "global", "command"})
_SAYS_WHERE = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_PARAMETERS")
_SAYS_WHAT = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")


class Settings:
    """Configuration read once, in Git's order: what comes later wins.

    Args:
        git: The repository.

    Raises:
        InputError: A file of it is broken.
        RefusedError: Git failed.
    """

    def __init__(self, git: Git) -> None:
        self._entries = list(_read(git))

    def of_repository(self, key: str) -> list[str]:
        """Values of `key` (section and name in lower case) in the repository's own file."""
        return [value for scope, name, value in self._entries if name == key and scope not in _OF_USER]

    def of_user(self, wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
        """Keys and values that user and machine set, of the keys that are `wanted`."""
        return [(name, value) for scope, name, value in self._entries if scope in _OF_USER and wanted(name)]

    def effective(self, key: str) -> str | None:
        """The value of `key` that Git would use, whoever set it; None where nobody did."""
        values = [value for _, name, value in self._entries if name == key]
        return values[-1] if values else None


def _read(git: Git) -> list[tuple[str, str, str]]:
    command = [git.program, f"--git-dir={git.folder}", "config", "--list", "--show-scope", "--null"]
    kept = (*_SAYS_WHERE, *_SAYS_WHAT)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {name: value for name, value in os.environ.items() if name.startswith(kept)}
    try:
        ended = run("git config", command, folder=git.top, environment=environment | {"LC_ALL": "C"}, seconds=SECONDS)
    except RefusedError as error:
        raise InputError(
            f"Git's configuration cannot be read: {error.message}",
            hint="See what it includes: `git config --list --show-origin`.",
        ) from error
    if ended.code:
        raise explain("config", ended.code, ended.said)
    fields = os.fsdecode(ended.printed).split("\0")[:-1]
    pairs = zip(fields[::2], fields[1::2], strict=True)
    return [(scope, *_told(entry)) for scope, entry in pairs]


def _told(entry: str) -> tuple[str, str]:
    name, line_end, value = entry.partition("\n")
    return name, value if line_end else "true"  # a name alone says yes
