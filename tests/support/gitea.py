"""A real Gitea server on loopback, with accounts and repositories made for a test."""

from __future__ import annotations

import contextlib
import itertools
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from support import servers
from support.repo import Repo, new_repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS = """\
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
RUN_MODE = prod
WORK_PATH = {home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {assets}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = {home}/gitea.db
[repository]
ROOT = {home}/repositories
[security]
INSTALL_LOCK = true
SECRET_KEY = {token}
INTERNAL_TOKEN = {token}
[service]
DISABLE_REGISTRATION = true
[cron]
ENABLED = false
[log]
MODE = console
LEVEL = Warn
[indexer]
ISSUE_INDEXER_TYPE = db
"""


@dataclass
class Gitea:
    """A running server.

    Attributes:
        url: Plain HTTP, without a path.
        tokens: The token of each account; `bot` administrates, `ada` and `mallory` do not.
    """

    url: str
    tokens: dict[str, str]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def call(self, method: str, path: str, body: Any = None, account: str = "bot") -> Any:
        """The JSON of an API call that must succeed."""
        answer = httpx.request(
            method,
            f"{self.url}/api/v1{path}",
            json=body,
            headers={"Authorization": f"token {self.tokens[account]}"},
            trust_env=False,
            timeout=30,
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def repository(self, top: Path, *, writers: tuple[str, ...] = ("ada",)) -> Repo:
        """A new private repository of `bot` with one commit on `main`, and a clone of it whose remote is `origin`."""
        name = f"fleet-{next(self._numbers)}"
        self.call("POST", "/user/repos", {"name": name, "default_branch": "main", "private": True})
        for writer in writers:
            self.call("PUT", f"/repos/bot/{name}/collaborators/{writer}", {"permission": "write"})
        repo = new_repo(top, {"README.md": "A fleet of models.\n"})
        repo.git("remote", "add", "origin", f"{self.url}/bot/{name}.git")
        self.push(repo, "main")
        return repo

    def push(self, repo: Repo, branch: str) -> None:
        """Push a branch as `bot`."""
        url = repo.git("remote", "get-url", "origin").replace("://", f"://bot:{self.tokens['bot']}@")
        repo.git("push", "--quiet", "--force", url, f"{branch}:{branch}")

    def settle(self, path: str) -> None:
        """Wait until the server has seen the first push to a repository: its queue lags behind Git."""
        deadline = time.monotonic() + servers.UP_WITHIN
        while self.call("GET", f"/repos/{path}")["empty"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@contextlib.contextmanager
def running() -> Iterator[Gitea]:
    """An empty server with its accounts."""
    program = servers.require("gitea")
    with servers.folder() as home:
        port = servers.free_port()
        settings = home / "app.ini"
        settings.write_text(
            _SETTINGS.format(home=home, port=port, assets=program.parent, token="0123456789abcdef" * 4),
            encoding="utf-8",
        )
        base = [str(program), "--config", str(settings), "--work-path", str(home)]
        _run([*base, "migrate"])
        tokens = {}
        for account in ("bot", "ada", "mallory"):
            printed = _run(
                [*base, "admin", "user", "create", "--username", account, "--password", f"{account}-password-1"]
                + ["--email", f"{account}@example.org", "--must-change-password=false"]
                + ["--access-token", "--access-token-scopes", "all"]
                + (["--admin"] if account == "bot" else [])
            )
            tokens[account] = re.findall(r"\b[0-9a-f]{40}\b", printed)[-1]
        url = f"http://127.0.0.1:{port}"
        with servers.running([*base, "web"], home / "log", lambda: servers.answers(f"{url}/api/v1/version")):
            yield Gitea(url, tokens)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} exited {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
