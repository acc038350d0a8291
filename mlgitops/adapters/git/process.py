"""The one way `git` is run: named repository, fixed environment, known subcommands, explained failures."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from mlgitops.adapters.git.discovery import find_program, git_folder
from mlgitops.adapters.git.failures import explain
from mlgitops.adapters.git.ownership import require_trusted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Nothing else is ever run: each of these is plumbing that runs no hook, filter, pager or helper.
_SUBCOMMANDS = frozenset(
    {"cat-file", "diff-tree", "for-each-ref", "ls-files", "ls-tree", "merge-base", "rev-list", "rev-parse"}
)

_CONFIGURATION = {
    "core.fsmonitor": "false",  # else a program of the repository's choice
    "core.hooksPath": os.devnull,
    "safe.bareRepository": "explicit",  # an embedded repository is never entered
    "transfer.credentialsInUrl": "die",
}

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # no server is asked, not even for what a partial clone left out
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",  # a path is a path, never a pattern
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",  # an object is what its name says
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

_INHERITED = ("HOME", "PATH", "SYSTEMROOT", "TMPDIR")


def surroundings() -> dict[str, str]:
    """Return the variables that every `git` gets, whatever the repository."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _ENVIRONMENT


class Git:
    """Runs `git` on the repository whose work tree is `top`.

    Args:
        top: The top level, as `find_top` gives it.

    Raises:
        InputError: There is no repository, no `git`, or the repository belongs to someone else.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self.folder = git_folder(top)
        self.program = find_program("git", top)
        require_trusted(self.program, top, self.folder)

    def command(self, subcommand: str, options: Sequence[str], values: Sequence[str] | None) -> list[str]:
        """Return the argument list of one call.

        Args:
            subcommand: One of those allowed.
            options: Written in the source code, never by a user.
            values: What users and repositories say; no option can hide among them. None: no values.
        """
        if subcommand not in _SUBCOMMANDS:
            raise ValueError(f"git {subcommand} is not among the commands that may be run")
        arguments = [self.program, f"--git-dir={self.folder}", f"--work-tree={self.top}"]
        for key, value in _CONFIGURATION.items():
            arguments += ("-c", f"{key}={value}")
        arguments += (subcommand, *options)
        if values is not None:
            arguments += ("--end-of-options", *values)
        return arguments

    @property
    def environment(self) -> dict[str, str]:
        """Every variable that a child process gets."""
        found = surroundings()
        # `git commit -a` and `git commit FILE` show their hooks a temporary index: what will be committed.
        index = self.top / os.environ.get("GIT_INDEX_FILE", "")
        if index.resolve().is_relative_to(self.folder.resolve()):
            found["GIT_INDEX_FILE"] = str(index)
        return found

    def for_gitpython(self) -> dict[str, str]:
        """Return what `command` says by arguments, for calls that take none: the repository and the configuration."""
        found = {"GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.top)}
        found["GIT_CONFIG_COUNT"] = str(len(_CONFIGURATION))
        for number, (key, value) in enumerate(_CONFIGURATION.items()):
            found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return found

    def private_folder(self) -> Path:
        """Return where to keep what must never be committed: `git rev-parse --git-path mlgitops`, not run."""
        return self.folder / "mlgitops"

    def run(
        self, subcommand: str, *options: str, values: Sequence[str] | None = None, given: bytes | None = None
    ) -> bytes:
        """Run one command to its end and return what it printed.

        Args:
            subcommand: As of `command`.
            options: As of `command`.
            values: As of `command`.
            given: What it reads; None for nothing.

        Raises:
            InputError: Git says that it was asked wrongly.
            RefusedError: Git failed for another reason.
        """
        done = subprocess.run(
            self.command(subcommand, options, values),
            cwd=self.top,
            env=self.environment,
            stdin=subprocess.DEVNULL if given is None else None,
            input=given,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise explain(subcommand, done.returncode, done.stderr)
        return done.stdout

    def start(self, subcommand: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a command that is spoken to through pipes; whoever starts it ends it."""
        return subprocess.Popen(
            self.command(subcommand, options, None),
            cwd=self.top,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 16,
        )
