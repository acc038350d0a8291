"""The one HTTP client: no redirects, a total deadline, a byte cap, polite repetition, nothing secret in errors."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar

import httpx

from mlgitops import __version__
from mlgitops.adapters.http import failures
from mlgitops.adapters.http.addresses import fault_of_host, is_loopback_name
from mlgitops.adapters.http.patience import IDEMPOTENT, Patience, Time, asked_wait
from mlgitops.adapters.http.pools import Pools
from mlgitops.adapters.http.reply import Answer, Reply
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

# httpx logs whole URLs at INFO, userinfo and query tokens included.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

MAX_BODY = 8 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class Request:
    """One request.

    Args:
        method: Upper case.
        url: `https`, or `http` to this machine; without userinfo.
        headers: Sent as they are.
        content: The body.
        secrets: Credentials in it, kept out of every message.
        repeatable: Whether it may be sent again; None: as its method says.
        deadline: Seconds in total; None: as the client's patience says.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    secrets: tuple[str, ...] = ()
    repeatable: bool | None = None
    deadline: float | None = None


class Client:
    """Sends requests one after the other; not to be shared between threads.

    Args:
        trust_env: Whether proxies and certificate files named by environment variables are used; never for loopback.
        patience: Bounds of each request.
        time: The clocks.
        notify: Hears of each wait before a repetition, as one line of text.
    """

    def __init__(
        self,
        *,
        trust_env: bool,
        patience: Patience | None = None,
        time: Time | None = None,
        notify: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._patience = patience or Patience()
        self._time = time or Time()
        self._notify = notify
        self._pools = Pools(trust_env=trust_env)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pools.close()

    @property
    def patience(self) -> Patience:
        """Bounds of each request."""
        return self._patience

    @property
    def time(self) -> Time:
        """The clocks, for those who wait between requests."""
        return self._time

    def wait(self, seconds: float, url: str, why: str) -> None:
        """Sleep before `url` is asked again, and say so."""
        self._notify(f"{failures.shown(url)} {why}: asking again in {seconds:.1f} s")
        self._time.sleep(seconds)

    def request(self, request: Request, *, max_bytes: int = MAX_BODY) -> Answer:
        """Send `request` and read the whole answer, whatever its status.

        Raises:
            InputError: The address is not one that may be asked.
            RefusedError: No connection, no trust, too late or too large.
        """
        return self.exchange(
            request,
            lambda reply: Answer(request.method, request.url, reply.status, reply.headers, reply.body(max_bytes)),
        )

    def exchange(self, request: Request, consume: Callable[[Reply], _Outcome]) -> _Outcome:
        """Send `request` and let `consume` read the answer; when that breaks and may be repeated, from the start.

        Raises:
            InputError: The address is not one that may be asked.
            RefusedError: No connection, no trust, too late; and what `consume` raises.
        """
        seconds = request.deadline or self._patience.deadline
        started = self._time.elapsed()
        repeatable = request.method in IDEMPOTENT if request.repeatable is None else request.repeatable
        attempt = 0
        while True:
            attempt += 1
            left = seconds - (self._time.elapsed() - started)
            wait: float | None = None
            try:
                with self._reply(request, left, seconds) as reply:
                    if repeatable and reply.status in self._patience.statuses:
                        asked = asked_wait(reply.headers.get("retry-after"), self._time.now())
                        wait = self._patience.wait(attempt, asked, left, self._time.jitter())
                    if wait is None:
                        return consume(reply)
                    why = f"answers {reply.status}"
            except httpx.TransportError as error:
                left = seconds - (self._time.elapsed() - started)
                if left <= 0:
                    raise failures.of_deadline(request.url, seconds) from error
                if repeatable and not failures.is_trust_failure(error):
                    wait = self._patience.wait(attempt, None, left, self._time.jitter())
                if wait is None:
                    raise failures.of_transport(error, request.url, request.secrets) from error
                why = "broke off"
            self.wait(wait, request.url, why)

    @contextlib.contextmanager
    def _reply(self, request: Request, left: float, seconds: float) -> Iterator[Reply]:
        """One attempt, shut after `left` of the `seconds` it has in total."""
        url = _checked(request.url)
        http, watch = self._pools.of(url)
        timeout = httpx.Timeout(max(min(_READ_SECONDS, left), 0.001), connect=max(min(_CONNECT_SECONDS, left), 0.001))
        headers = {"Accept-Encoding": "identity", "User-Agent": f"mlgitops/{__version__}"} | dict(request.headers)
        try:
            with (
                watch.limit(url.raw_host.decode("ascii"), left),
                http.stream(
                    request.method,
                    request.url,
                    headers=headers,
                    content=request.content,
                    timeout=timeout,
                    extensions={"trace": watch.trace},
                ) as response,
            ):
                yield Reply(response, failures.shown(request.url))
                if watch.expired:  # a body that ends with its connection looks whole when the connection is shut
                    raise failures.of_deadline(request.url, seconds)
        except (httpx.TransportError, TimeoutError) as error:
            if watch.expired or isinstance(error, TimeoutError):
                raise failures.of_deadline(request.url, seconds) from error
            if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
                raise InputError(f"{failures.shown(request.url)}: this cannot be asked by HTTP") from error
            raise


def _checked(url: str) -> httpx.URL:
    """An address that may be asked.

    Raises:
        InputError: It is none, or one that this program does not ask.
        RefusedError: Its host is out of bounds.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise InputError(f"{failures.shown(url)} is not an address") from error
    host = parsed.host
    if parsed.userinfo:
        raise InputError(
            f"{failures.shown(url)}: credentials in an address end up in logs and history",
            hint="Leave them out of the address.",
        )
    if not host or parsed.scheme not in {"https", "http"}:
        raise InputError(f"{failures.shown(url)} is not an http address")
    if parsed.port is not None and not 0 < parsed.port < 2**16:
        raise InputError(f"{failures.shown(url)} is not an address: there is no such port")
    if parsed.scheme == "http" and not is_loopback_name(host):
        raise InputError(f"{failures.shown(url)}: plain http is used on this machine only", hint="Use https.")
    fault = fault_of_host(host)
    if fault is not None:
        raise RefusedError(f"{host} is {fault}: nothing was sent to it")
    return parsed
