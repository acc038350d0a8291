"""A repository on a forge, and what people do there: the same for a fake and for a real server."""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from support.clocks import Sleeper
from support.forges import description
from support.forges.fake import TOKEN
from support.forges.gitea import FakeGitea
from support.forges.github import FakeGitHub
from support.forges.gitlab import FakeGitLab

from mlgitops.adapters import forges
from mlgitops.adapters.http import Client, Patience, Time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.forges.fake import FakeForge
    from support.gitea import Gitea
    from support.repo import Repo

    from mlgitops.ports.forge import Forge

VARIABLES = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN", "forgejo": "FORGEJO_TOKEN"}
FAKES: dict[str, type[FakeForge]] = {
    "github": FakeGitHub,
    "gitlab": FakeGitLab,
    "gitea": FakeGitea,
    "forgejo": FakeGitea,
}


class Where(NamedTuple):
    """A remote's address."""

    scheme: str
    host: str
    port: int
    path: str


class RealSleeper(Sleeper):
    """Sleeps, and remembers it."""

    def time(self) -> Time:
        """Clocks for an HTTP client."""
        return Time(sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        time.sleep(seconds)


@dataclass
class World:
    """What is common: the adapter, asked with clocks that do not wait.

    Attributes:
        kind: Of the forge.
        url: Its address.
        path: Of the repository on it.
        token: Of the account that promotes.
        account: Its name.
        said: What was said of waits.
    """

    kind: str
    url: str
    path: str
    token: str = TOKEN
    account: str = "promoter"
    said: list[str] = field(default_factory=list)
    sleeper: Sleeper = field(default_factory=Sleeper)
    patience: Patience = forges.PATIENCE
    clients: list[Client] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """The remote."""
        parts = urlsplit(self.url)
        return Where("http", parts.hostname or "", parts.port or 0, self.path)

    def forge(self, **more: Any) -> Forge:
        """The adapter, as a new run has it."""
        client = Client(trust_env=False, patience=self.patience, time=self.sleeper.time(), notify=self.said.append)
        self.clients.append(client)
        environment = {VARIABLES[self.kind]: self.token} if self.token else {}
        found = forges.recognise(self.where, {"kind": self.kind, **more}, environment, client)
        assert found is not None
        return found

    def close(self) -> None:
        """Close all connections."""
        for client in self.clients:
            client.close()


@dataclass
class FakeWorld(World):
    """A fake."""

    fake: FakeForge = field(default_factory=FakeGitea)

    def push(self, branch: str, content: str = "1") -> str:
        """A commit on a branch, one file more than on `main`."""
        commit = hashlib.sha1(f"{branch} {content}".encode()).hexdigest()
        self.fake.branches = {**self.fake.branches, branch: commit}
        return commit

    def review(self, number: int, account: str, verdict: str, commit: str) -> None:
        """Someone approves, or demands changes: `APPROVED`, `CHANGES_REQUESTED`."""
        if isinstance(self.fake, FakeGitea) and verdict == "CHANGES_REQUESTED":
            verdict = "REQUEST_CHANGES"
        at = self.fake.moment() if isinstance(self.fake, FakeGitLab) else ""
        self.fake.pulls[number].reviews.append({"user": account, "state": verdict, "commit": commit, "at": at})
        if isinstance(self.fake, FakeGitHub) and account in self.fake.pulls[number].reviewers:
            self.fake.pulls[number].reviewers.remove(account)

    def edit(self, number: int, **fields: str) -> None:
        """Someone changes title, body or state by hand."""
        for name, value in fields.items():
            setattr(self.fake.pulls[number], name, value)

    def comments(self, number: int) -> list[str]:
        """The comments that stand there."""
        return self.fake.pulls[number].comments

    def title(self, number: int) -> str:
        """The title as people see it."""
        return self.fake.pulls[number].title

    def labels(self) -> list[str]:
        """Labels that the repository has been given, doubled ones twice."""
        return self.fake.labels

    def open_from_fork(self, branch: str) -> None:
        """Someone proposes a branch of that name from a fork."""
        self.fake.open_pull(branch, "main", "From a fork", "", fork=True, author="mallory")

    def statuses(self, commit: str) -> dict[str, str]:
        """State of each context."""
        named = [(one.get("context") or one["name"], one) for one in self.fake.statuses if one["sha"] == commit]
        return {name: one["state"].replace("failed", "failure") for name, one in named}

    def merges_at(self, number: int) -> str:
        """The commit at which it merges by itself."""
        return self.fake.pulls[number].merges


@dataclass
class GiteaWorld(World):
    """A repository on a real server, which takes its time: waits are real."""

    sleeper: Sleeper = field(default_factory=RealSleeper)
    gitea: Gitea | None = None
    repo: Repo | None = None

    def _call(self, method: str, path: str, body: Any = None, account: str = "bot") -> Any:
        assert self.gitea is not None
        return self.gitea.call(method, f"/repos/{self.path}{path}", body, account)

    def push(self, branch: str, content: str = "1") -> str:
        """See `FakeWorld`."""
        assert self.gitea is not None
        assert self.repo is not None
        self.repo.git("checkout", "--quiet", "-B", branch, "main")
        commit = self.repo.commit({f"{content}.yaml": "x: 1\n", "b/c d.yaml": "y: 2\n", "e.yaml": "z: 3\n"})
        self.gitea.push(self.repo, branch)
        return commit

    def review(self, number: int, account: str, verdict: str, commit: str) -> None:
        """See `FakeWorld`."""
        event = {"CHANGES_REQUESTED": "REQUEST_CHANGES"}.get(verdict, verdict)
        body = {"event": event, "body": "Seen.", "commit_id": commit}
        self._call("POST", f"/pulls/{number}/reviews", body, account)

    def edit(self, number: int, **fields: str) -> None:
        """See `FakeWorld`."""
        self._call("PATCH", f"/pulls/{number}", fields)

    def comments(self, number: int) -> list[str]:
        """See `FakeWorld`."""
        return [one["body"] for one in self._call("GET", f"/issues/{number}/comments")]

    def title(self, number: int) -> str:
        """See `FakeWorld`."""
        return self._call("GET", f"/pulls/{number}")["title"]

    def labels(self) -> list[str]:
        """See `FakeWorld`."""
        return [one["name"] for one in self._call("GET", "/labels")]

    def open_from_fork(self, branch: str) -> None:
        """See `FakeWorld`."""
        assert self.gitea is not None
        name = self.path.partition("/")[2]
        self._call("PUT", "/collaborators/mallory", {"permission": "read"})
        self.gitea.settle(self.path)  # a fork of what is taken for empty stays so
        self._call("POST", "/forks", {}, "mallory")
        file = {"branch": branch, "content": "eA==", "message": "x"}
        self.gitea.call("POST", f"/repos/mallory/{name}/contents/evil.yaml", file, "mallory")
        proposal = {"head": f"mallory:{branch}", "base": "main", "title": "From a fork"}
        self._call("POST", "/pulls", proposal, "mallory")

    def statuses(self, commit: str) -> dict[str, str]:
        """See `FakeWorld`."""
        told = self._call("GET", f"/commits/{commit}/status")["statuses"] or []
        return {one["context"]: one["status"] for one in told}


@contextlib.contextmanager
def served(kind: str) -> Iterator[FakeWorld]:
    """A fake that listens; nothing may have been asked or answered that is not described."""
    if not description.FOLDER.is_dir():
        pytest.skip(
            "no ../shared/forges beside the repository: the forges' descriptions judge what the fakes are asked"
        )
    made = FakeWorld(kind, "", "acme/fleet", fake=FAKES[kind]())
    with made.fake.server:
        made.url = made.fake.server.url
        yield made
        made.close()
    assert made.fake.violations == []
