"""Asks one forge: JSON over HTTP, page by page, within its limits on rates and a deadline of our own."""

from __future__ import annotations

import contextlib
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from mlgitops.adapters.forges.shared import faults
from mlgitops.adapters.forges.shared.faults import AbsentError, LostError
from mlgitops.adapters.forges.shared.limits import limit
from mlgitops.adapters.http import Answer, Client, Patience, Request, shown
from mlgitops.errors import NotPermittedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlgitops.adapters.forges.shared.tokens import Token

PATIENCE = Patience(statuses=frozenset({502, 503, 504}))
"""For the client that asks forges: limits on rates (429, 403) are judged here, for every method."""

_Found = TypeVar("_Found")
_SECONDS = 120.0  # of one call of the port, all its requests and waits included
_ATTEMPTS = 4  # of one request that a limit turns away, or whose answer got lost
_PAGES = 100
_SETTLING = (0.5, 1.0, 2.0, 4.0)  # seconds: Gitea answers 404 until its queue has seen a first push
_LINK = re.compile(r'<([^<>]*)>\s*;[^,]*?\brel="?next"?', re.IGNORECASE)
_UNAUTHORIZED, _SERVER = 401, 500


@dataclass(frozen=True)
class Access:
    """How the API of a forge is asked.

    Args:
        api: Its address, without a slash at the end. Nothing is ever sent elsewhere.
        token: The account; None to ask as nobody.
        authorization: The header that carries the token, and what stands before the token in it.
        headers: Sent with every request.
        variables: Names of the environment variables in which a token is looked for, for hints.
        pause: Seconds between two requests that write, at least.
        unsaid: Seconds to wait where the forge limits the rate and does not say how long; doubled each time.
    """

    api: str
    token: Token | None
    authorization: tuple[str, str]
    variables: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    unsaid: float = 2.0


class Rest:
    """One forge's API.

    Args:
        access: How it is asked.
        client: Sends the requests; its patience is `PATIENCE`.
    """

    def __init__(self, access: Access, client: Client) -> None:
        self.access = access
        self._client = client
        self._ends = math.inf
        self._written = -math.inf
        self._refused = False

    @contextlib.contextmanager
    def operation(self) -> Iterator[None]:
        """Bound all requests within by one deadline; operations within operations keep the outer one."""
        outer = self._ends
        self._ends = min(outer, self._client.time.elapsed() + _SECONDS)
        try:
            yield
        finally:
            self._ends = outer

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """The JSON that GET answers.

        Raises:
            AbsentError: There is no such thing, or it is not shown to this account.
            NotPermittedError: No or no good credential.
            RefusedError: No usable answer.
        """
        return self.json(self.send("GET", self._target(path, query)))

    def pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        """The JSON of each page. Of `Link` only the query is used: the way to the API is known here.

        Raises:
            As `get`; RefusedError also where the pages have no end.
        """
        target = self._target(path, query)
        seen = {target}
        for _ in range(_PAGES):
            answer = self.send("GET", target)
            yield self.json(answer)
            link = _LINK.search(answer.headers.get("link", ""))
            if link is None:
                return
            target = f"{path}?{urlsplit(link[1]).query}"
            if target in seen:
                break
            seen.add(target)
        raise RefusedError(f"{shown(self.access.api + path)}: the pages of this list have no end")

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        accept: tuple[int, ...] = (200,),
        repeatable: bool | None = None,
        reads: bool = False,
        api: str = "",
    ) -> Answer:
        """Send one request; wait and repeat it where a limit turned it away before anything was done.

        Args:
            method: Upper case.
            target: Path below the API's address, with a query.
            body: Sent as JSON.
            accept: Statuses that the caller makes something of; others are errors.
            repeatable: Whether it may be sent again after an answer got lost; None: all but POST may.
            reads: Whether nothing is changed, whatever the method.
            api: Another address of the same forge than the usual one.

        Raises:
            LostError: Nobody knows whether it was done; only of requests that may not be repeated.
            As `get`.
        """
        if not reads and method != "GET":
            self._require_token()
            self._pace()
        if repeatable is None:
            repeatable = reads or method != "POST"
        answer = self._allowed(method, (api or self.access.api) + target, body, repeatable=repeatable)
        if answer.status in accept:
            return answer
        raise self.fault(answer, repeatable=repeatable)

    def json(self, answer: Answer) -> Any:
        """What an answer holds.

        Raises:
            RefusedError: It is no JSON, cut off, or says that it is something else.
        """
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise faults.of_content(answer, kind)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise faults.of_json(answer) from error

    def fault(self, answer: Answer, *, repeatable: bool = True) -> Exception:
        """The error for an answer that nothing is made of."""
        if answer.status == _UNAUTHORIZED:
            self._refused = self.access.token is not None
        if answer.status >= _SERVER and not repeatable:
            return LostError(f"{shown(answer.url)} answers {answer.status}", hint="Run again later.")
        return faults.of_answer(answer, self.secrets, self._hint, anonymous=self.access.token is None)

    def once(self, send: Callable[[], _Found], search: Callable[[], _Found | None]) -> _Found:
        """Do something that must not be done twice: when its answer got lost, look for it before it is done again.

        Raises:
            What `send` and `search` raise.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return send()
            except LostError:
                if attempt == _ATTEMPTS - 1:
                    raise
            self._client.wait(2.0**attempt * self._client.time.jitter(), self.access.api, "left an answer open")
            found = search()
            if found is not None:
                return found
        raise AssertionError  # the last attempt returns or raises

    def ensured(self, send: Callable[[], object], is_done: Callable[[], bool]) -> None:
        """As `once`, for what answers nothing that is needed.

        Raises:
            What `send` and `is_done` raise.
        """

        def done() -> bool:
            send()
            return True

        self.once(done, lambda: is_done() or None)

    def settled(self, ask: Callable[[], _Found]) -> _Found:
        """Ask for something that was pushed just now; for a few seconds, that it is absent is not believed.

        Raises:
            What `ask` raises.
        """
        for seconds in _SETTLING:
            try:
                return ask()
            except AbsentError:
                self._client.wait(seconds, self.access.api, "does not know of the push yet")
        return ask()

    def _allowed(self, method: str, url: str, body: Any, *, repeatable: bool) -> Answer:
        """The answer once no limit on rates stands in the way."""
        attempt = 0
        while True:
            answer = self._exchange(method, url, body, repeatable=repeatable)
            limited = limit(answer, faults.said(answer, self.secrets), self._client.time.now())
            if limited is None:
                return answer
            self._wait(answer, limited.seconds, attempt)
            attempt += 1

    def _exchange(self, method: str, url: str, body: Any, *, repeatable: bool) -> Answer:
        left = self._ends - self._client.time.elapsed()
        if self._refused:
            raise NotPermittedError(
                f"{shown(self.access.api)} has refused the token: nothing more is asked with it",
                hint="Set a token that is valid.",
            )
        if left <= 0:
            raise RefusedError(
                f"{shown(self.access.api)}: not done after {_SECONDS:g} seconds", hint="Run again later."
            )
        headers = {"Accept": "application/json", **self.access.headers}
        if self.access.token is not None:
            name, before = self.access.authorization
            headers[name] = before + self.access.token.value
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        request = Request(
            method,
            url,
            headers=headers,
            content=content,
            secrets=self.secrets,
            repeatable=repeatable,
            deadline=min(left, self._client.patience.deadline),
        )
        try:
            return self._client.request(request)
        except RefusedError as error:
            raise error if repeatable else LostError(error.message, hint=error.hint) from error

    def _wait(self, answer: Answer, seconds: float | None, attempt: int) -> None:
        """Wait as a limit asks.

        Raises:
            RefusedError: It asks for more than there is time for.
        """
        clock = self._client.time
        if seconds is None:
            seconds = self.access.unsaid * 2**attempt
        seconds += clock.jitter() * self._client.patience.base
        if attempt == _ATTEMPTS - 1 or seconds >= self._ends - clock.elapsed():
            raise faults.of_limit(answer, seconds)
        self._client.wait(seconds, answer.url, f"limits the rate of requests ({answer.status})")

    def _pace(self) -> None:
        """Keep the pause that the forge asks for between two writes."""
        clock = self._client.time
        early = self._written + self.access.pause - clock.elapsed()
        if early > 0:
            clock.sleep(early)
        self._written = clock.elapsed()

    def _require_token(self) -> None:
        if self.access.token is None:
            raise NotPermittedError(f"{shown(self.access.api)} is only changed by an account", hint=self._hint)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return (self.access.token.value,) if self.access.token else ()

    @property
    def _hint(self) -> str | None:
        """What to do about a token that is missing, or that may do little; None where it is as it should be."""
        wanted = " or ".join(self.access.variables)
        if self.access.token is None:
            return f"Set {wanted} to a token for this forge."
        if self.access.token.variable.job:
            return f"{self.access.token.variable.name} may not do everything: set {wanted} to a token for this forge."
        return None

    @staticmethod
    def _target(path: str, query: Mapping[str, str] | None) -> str:
        return f"{path}?{urlencode(query, quote_via=quote)}" if query else path
