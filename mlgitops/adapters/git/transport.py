"""Reaches a remote: what it is asked with, for how long, and with whose credential."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from typing import TYPE_CHECKING

from mlgitops.adapters.git.refusals import of_remote, shown
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.adapters.git.bounded import Ended
    from mlgitops.adapters.git.remote_address import RemoteAddress
    from mlgitops.adapters.git.settings import Settings
    from mlgitops.adapters.git.writing import WritingGit
    from mlgitops.core.credential import Credential

SECONDS = {"ls-remote": 60.0, "fetch": 600.0, "push": 300.0}
_FETCH = (
    "--quiet",
    "--no-write-fetch-head",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
    "--no-show-forced-updates",
)
# Of the user's configuration; each may stand for one address only, as `http.<url>.proxy`.
_HTTP = frozenset({"proxy", "proxyauthmethod", "sslcainfo", "sslcapath", "sslcert", "sslkey", "sslbackend", "version"})
_CREDENTIAL = frozenset({"helper", "username", "usehttppath"})
_OWN_LOCK = re.compile(r"cannot lock ref 'refs/mlgitops/|refs/mlgitops/[^']*\.lock': File exists")
_ATTEMPTS = 3
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30"  # asks nobody


class Transport:
    """One address, and how it is reached.

    Args:
        writing: Runs Git.
        settings: The repository's configuration, of which the user's part is used.
        address: The remote's.
        credential: Sent to its host only, and only by HTTP.
    """

    def __init__(
        self, writing: WritingGit, settings: Settings, address: RemoteAddress, credential: Credential | None
    ) -> None:
        self.address = address
        self._writing = writing
        own = credential if credential and _is_for(credential, address) else None
        self.secrets = () if own is None else (own.token, _basic(own))
        self._configuration = _configuration(settings, address, own)
        self._variables = {"GIT_ALLOW_PROTOCOL": address.scheme}
        if address.scheme == "http":
            self._variables["no_proxy"] = "*"  # this machine
        elif address.scheme == "ssh" and not {"GIT_SSH", "GIT_SSH_COMMAND"} & os.environ.keys():
            set_by_user = settings.of_user(lambda key: key == "core.sshcommand")
            self._variables["GIT_SSH_COMMAND"] = set_by_user[-1][1] if set_by_user else _SSH

    def run(self, subcommand: str, *options: str, values: Sequence[str] = ()) -> str:
        """Run a command on this address and return what it printed.

        Raises:
            InputError: There is nothing of the kind there.
            NotPermittedError: This account may not.
            RefusedError: No usable answer; a retry may help.
        """
        ended = self.ended(subcommand, *options, values=values)
        if ended.code:
            raise of_remote(self.address, ended, self.secrets)
        return os.fsdecode(ended.printed)

    def ended(self, subcommand: str, *options: str, values: Sequence[str] = ()) -> Ended:
        """Run a command on this address to its end, whatever that is.

        Raises:
            RefusedError: It took too long.
        """
        return self._writing.run(
            subcommand,
            *options,
            values=[self.address.url, *values],
            configuration=self._configuration,
            variables=self._variables,
            seconds=SECONDS[subcommand],
        )

    def fetch(self, refspecs: Sequence[str]) -> None:
        """Fetch branches into refs.

        Raises:
            As `run`.
        """
        for _ in range(_ATTEMPTS):
            ended = self.ended("fetch", *_FETCH, values=refspecs)
            said = ended.said.decode(errors="replace")
            if not ended.code:
                return
            if not _OWN_LOCK.search(said):
                break  # else another run in this clone was writing the same ref
        _, missing, rest = said.partition("couldn't find remote ref refs/heads/")
        if missing:
            raise InputError(
                f"the remote has no branch `{rest.splitlines()[0]}` ({self.address.shown})",
                hint="Name one that it has, or push it first.",
            )
        if _OWN_LOCK.search(said):
            raise RefusedError(
                f"a ref of this clone cannot be written: {shown(ended.said)}",
                hint="Run again; if a run was killed, remove the `.lock` file that it left below `.git/refs/mlgitops`.",
            )
        raise of_remote(self.address, ended, self.secrets)


def _is_for(credential: Credential, address: RemoteAddress) -> bool:
    return address.scheme in ("http", "https") and credential.host.lower() == address.site


def _basic(credential: Credential) -> str:
    return b64encode(f"{credential.username}:{credential.token}".encode()).decode("ascii")


def _configuration(settings: Settings, address: RemoteAddress, credential: Credential | None) -> list[tuple[str, str]]:
    if address.scheme not in ("http", "https"):
        return []
    found = settings.of_user(_is_wanted)
    if credential is not None:  # nobody else is asked, and no helper stores what is not the user's
        found = [pair for pair in found if not pair[0].startswith("credential.")]
        found.append((f"http.{address.origin}.extraHeader", f"Authorization: Basic {_basic(credential)}"))
    return found


def _is_wanted(key: str) -> bool:
    section, _, rest = key.partition(".")
    return rest.rpartition(".")[2] in {"http": _HTTP, "credential": _CREDENTIAL}.get(section, ())
