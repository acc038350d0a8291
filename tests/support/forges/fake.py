"""A forge in memory behind a scripted server: routes, accounts, pages, and faults that are laid in its way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from support.scripted import ScriptedServer, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from support.scripted import Received

TOKEN = "t0ken-canary-0123456789"
ACCOUNT = "promoter"


@dataclass
class Pull:
    """A pull request, with all that any forge knows of one."""

    number: int
    branch: str
    base: str
    title: str
    body: str
    draft: bool = False
    state: str = "open"  # or closed, merged
    author: str = ACCOUNT
    fork: bool = False
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    merges: str = ""  # the commit at which it merges by itself


@dataclass(frozen=True)
class Call:
    """A request that a route answers."""

    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Any


@dataclass
class Fault:
    """Something that goes wrong once, with the first request that matches.

    Attributes:
        matches: `METHOD path`, as a regular expression that is searched.
        sends: What is sent instead: bytes, or portions; None for nothing, and the connection is shut.
        after: Whether the request is carried out all the same.
        times: How often.
        skips: How many requests that match are left alone first.
    """

    matches: str
    sends: bytes | Callable[[], Iterable[bytes]] | None
    after: bool = False
    times: int = 1
    skips: int = 0


class FakeForge:
    """What all fakes share. A subclass names its `routes` and its `judge`.

    Attributes:
        branches: The tip of each branch.
        log: `METHOD path` of every request.
        faults: What goes wrong next.
        violations: What was asked, or answered, and is not described.
    """

    prefix = ""
    authorization = ("authorization", "")
    page_size = "per_page"

    def __init__(self, owner: str = "acme", name: str = "fleet") -> None:
        self.owner, self.name = owner, name
        self.branches: Mapping[str, str] = {"main": "a" * 40}
        self.pulls: dict[int, Pull] = {}
        self.statuses: list[dict[str, Any]] = []
        self.labels: list[str] = []
        self.accounts = {ACCOUNT: 1, "ada": 2, "grace": 3}
        self.log: list[str] = []
        self.faults: list[Fault] = []
        self.violations: list[str] = []
        self.most = 2  # items of a page, so that there are several
        self.server = ScriptedServer(self)

    @property
    def writes(self) -> list[str]:
        """The requests that change something."""
        return [line for line in self.log if not line.startswith("GET ")]

    def routes(self) -> Mapping[str, Callable[[Call], bytes]]:
        """What answers each `METHOD pattern`; names in braces are parts without a slash."""
        raise NotImplementedError

    def judge(self, received: Received) -> list[str]:
        """What a request has that the forge does not describe."""
        raise NotImplementedError

    def judge_answer(self, received: Received, status: int, value: Any) -> list[str]:
        """What an answer has that the forge does not describe."""
        raise NotImplementedError

    def __call__(self, received: Received) -> bytes | Iterable[bytes]:
        path, _, query = received.target.partition("?")
        self.log.append(f"{received.method} {path}")
        self.violations += [f"{received.method} {received.target}: {fault}" for fault in self.judge(received)]
        fault = next((one for one in self.faults if re.search(one.matches, self.log[-1])), None)
        if fault is not None and fault.skips:
            fault.skips -= 1
        elif fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.faults.remove(fault)
            if fault.after:
                self._answer(received, path, query)
            if fault.sends is None:
                return iter(())
            return fault.sends if isinstance(fault.sends, bytes) else fault.sends()
        return self._answer(received, path, query)

    def _answer(self, received: Received, path: str, query: str) -> bytes:
        name, before = self.authorization
        sent = received.headers.get(name, "")
        if sent != before + TOKEN:
            return self.reply(401 if sent else 404, {"message": f"Bad credentials {sent}"})
        for key, handler in self.routes().items():
            method, pattern = key.split(" ")
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.prefix + pattern), path)
            if found and method == received.method:
                parts = {part: unquote(value) for part, value in found.groupdict().items()}
                body = json.loads(received.body) if received.body else None
                call = Call(method, path, parts, dict(parse_qsl(query, keep_blank_values=True)), body)
                self._received = received
                return handler(call)
        return self.reply(404, {"message": "Not Found"})

    def reply(self, status: int, value: Any = None, **headers: str) -> bytes:
        """JSON."""
        if hasattr(self, "_received") and status < 400:
            seen = self._received
            self.violations += [f"{seen.method} {seen.target}: {one}" for one in self.judge_answer(seen, status, value)]
        if status == 204:
            return answer(status, **headers)
        return answer(status, json.dumps(value).encode(), content_type="application/json; charset=utf-8", **headers)

    def page(self, call: Call, items: list[Any], wrap: Callable[[list[Any]], Any] = lambda items: items) -> bytes:
        """One page of a list, with a `Link` to the next; the host of it is one that must not be asked."""
        size = min(self.most, int(call.query.get(self.page_size, "30")))
        number = int(call.query.get("page", "1"))
        part = items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(items):
            query = "&".join(f"{key}={value}" for key, value in {**call.query, "page": str(number + 1)}.items())
            headers["link"] = (
                f'<http://elsewhere.invalid/x?{query}>; rel="next", <http://elsewhere.invalid/x>; rel="last"'
            )
        return self.reply(200, wrap(part), **headers)

    def pull(self, number: str | int) -> Pull | None:
        """A pull request of this repository."""
        return self.pulls.get(int(number))

    def open_pull(self, branch: str, base: str, title: str, body: str, **more: Any) -> Pull:
        """Make a pull request."""
        number = len(self.pulls) + 1
        self.pulls[number] = Pull(number, branch, base, title, body, **more)
        return self.pulls[number]

    def find_open(self, branch: str, base: str) -> Pull | None:
        """The open pull request from one branch into another."""
        for pull in self.pulls.values():
            if (pull.branch, pull.base, pull.state, pull.fork) == (branch, base, "open", False):
                return pull
        return None

    def tip(self, pull: Pull) -> str:
        """The commit that a pull request brings."""
        return self.branches.get(pull.branch, "0" * 40)

    def in_state(self, state: str) -> list[Pull]:
        """Pull requests, oldest first."""
        return [pull for pull in self.pulls.values() if state in {"all", pull.state}]
