"""The commands that write objects or reach the network. Reading (`process.py`) stays apart: it cannot do either.

They run in a folder of our own kind (`apart.py`), so no hook, helper or address of the repository's configuration is in
force. Of the user's, what is needed is let in by name.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mlgitops.adapters.git.apart import Apart
from mlgitops.adapters.git.bounded import run
from mlgitops.adapters.git.process import surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.adapters.git.bounded import Ended
    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.settings import Settings

# Nothing else is ever run here.
_SUBCOMMANDS = frozenset({"commit-tree", "fast-import", "fetch", "ls-remote", "merge-tree", "push"})

# What the user may have set for Git's own programs; the rest of GIT_* would lead them elsewhere.
_KEPT = re.compile(
    r"GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)|GIT_SSH(?:_COMMAND|_VARIANT)?|GIT_SSL_CA(?:INFO|PATH)"
)


class WritingGit:
    """Runs them.

    Args:
        git: The repository.
        settings: Its configuration.

    Raises:
        InputError: The repository is broken.
        RefusedError: There is no room for temporary files.
    """

    def __init__(self, git: Git, settings: Settings) -> None:
        self._git = git
        self._apart = Apart(git, settings)

    def run(
        self,
        subcommand: str,
        *options: str,
        values: Sequence[str] = (),
        configuration: Sequence[tuple[str, str]] = (),
        variables: Mapping[str, str] | None = None,
        given: bytes = b"",
        seconds: float = 60,
    ) -> Ended:
        """Run one command to its end, whatever that is.

        Args:
            subcommand: One of those allowed.
            options: Written in the source code, never by a user.
            values: What users and repositories say; no option can hide among them.
            configuration: Settings for this call, by variables: others on this machine cannot see them.
            variables: Further ones.
            given: What it reads.
            seconds: How long it may take in total.

        Raises:
            RefusedError: It took longer, or printed far too much.
        """
        if subcommand not in _SUBCOMMANDS:
            raise ValueError(f"git {subcommand} is not among the commands that may be run")
        command = [self._git.program, f"--git-dir={self._apart.folder}", "-c", "safe.bareRepository=explicit"]
        command += (subcommand, *options, *(("--end-of-options", *values) if values else ()))
        return run(
            f"git {subcommand}",
            command,
            folder=self._apart.folder,
            environment=self._environment() | _numbered(configuration) | dict(variables or {}),
            seconds=seconds,
            given=given,
        )

    def _environment(self) -> dict[str, str]:
        # Programs that the user has configured (ssh, gpg, a credential helper) get what plain Git would hand them.
        found = {name: os.environ[name] for name in os.environ if not name.startswith("GIT_") or _KEPT.fullmatch(name)}
        found |= surroundings() | {"GIT_CONFIG_GLOBAL": os.fspath(self._apart.trusted)}
        return found | {"GIT_ASKPASS": "", "PATH": self._path()}  # empty: nobody is asked, not by SSH_ASKPASS either

    def _path(self) -> str:
        """PATH without what is relative or inside the repository: nothing that a pull request adds is found."""
        entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
        top = os.fspath(self._git.top)
        real = {entry: os.path.realpath(entry) for entry in entries if os.path.isabs(entry)}  # noqa: PTH117
        return os.pathsep.join(entry for entry, place in real.items() if not f"{place}/".startswith(f"{top}/"))


def _numbered(configuration: Sequence[tuple[str, str]]) -> dict[str, str]:
    found = {"GIT_CONFIG_COUNT": str(len(configuration))} if configuration else {}
    for number, (key, value) in enumerate(configuration):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found
