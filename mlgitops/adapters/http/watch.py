"""Watches the connection below one request: who the peer is, and that the whole exchange ends in time.

httpx bounds each read, not their sum: a server that sends one byte a second is never late. So a timer shuts the
socket at the deadline, which ends whatever read is under way, headers included. What httpcore tells through its
`trace` extension (documented) gives the socket, and the peer's address before a byte of the request has left: a
name that was harmless when it was looked up and is not when it is connected to (DNS rebinding) does not help.
"""

from __future__ import annotations

import contextlib
import socket
from threading import Timer
from typing import TYPE_CHECKING, Any, Protocol

from mlgitops.adapters.http.addresses import fault_of_peer
from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Stream(Protocol):
    """What is used of httpcore's network stream."""

    def get_extra_info(self, info: str) -> Any:
        """`socket` or `server_addr` of the connection."""

    def close(self) -> None:
        """Close the connection."""


class Watch:
    """The connection that serves one pool's requests, of which one at a time is under way.

    Args:
        loopback: Whether the pool's connections are asked for by loopback names.
    """

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._target = ""
        self._connecting_to = ""
        self._stream: Stream | None = None
        self.expired = False

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Hear of one step of httpcore; raise RefusedError where the peer is not acceptable."""
        if event.endswith("connect_tcp.started"):
            self._connecting_to = info["host"]
        elif event.endswith("connect_tcp.complete"):
            self._stream = info["return_value"]
            if self.expired:  # several addresses were tried, each within its own time
                info["return_value"].close()
                raise TimeoutError
            if self._connecting_to == self._target:  # else the peer is the proxy of the user's choice
                self._check_peer(info["return_value"])
        elif event.endswith("start_tls.complete"):  # wrapping a socket in TLS detaches the first one
            self._stream = info["return_value"]

    def _check_peer(self, stream: Stream) -> None:
        address = stream.get_extra_info("server_addr")[0]
        fault = fault_of_peer(address, loopback=self._loopback)
        if fault is not None:
            stream.close()
            raise RefusedError(
                f"{self._target} leads to {address}, {fault}: nothing was sent to it",
                hint="A server on this machine is reached as localhost or 127.0.0.1."
                if fault == "a loopback address"
                else "Check the host name and what it resolves to.",
            )

    @contextlib.contextmanager
    def limit(self, host: str, seconds: float) -> Iterator[None]:
        """Shut the connection when `seconds` have passed; `expired` then says so."""
        self._target = host
        self.expired = False
        timer = Timer(max(seconds, 0.0), self._shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _shut(self) -> None:
        self.expired = True
        if self._stream is not None:
            # The base class's method: SSLSocket's own would drop the TLS state under the reading thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)
