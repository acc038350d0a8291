"""An HTTP server on loopback that answers what a test says, byte for byte: what no well-behaved server would do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Received:
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Script = Callable[[Received], bytes | Iterable[bytes]]


@dataclass
class ScriptedServer:
    """Answers each request with what `script` returns: bytes, or portions that are sent one by one."""

    script: Script
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    address: str = ""  # host:port, once it listens
    closing: threading.Event = field(default_factory=threading.Event)  # what a script that stalls waits for

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.address = f"{self.host}:{self._listener.getsockname()[1]}"
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(timeout=5)  # from here on nobody is accepted
        for connection in self._connections:
            with contextlib.suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)
        for connection in self._connections:
            connection.close()

    @property
    def url(self) -> str:
        """Plain HTTP, without a path."""
        return f"http://{self.address}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            with connection.makefile("rb") as stream:
                while (request := _read(stream)) is not None:
                    self.received.append(request)
                    answer = self.script(request)
                    for portion in [answer] if isinstance(answer, bytes) else answer:
                        connection.sendall(portion)
                    if not isinstance(answer, bytes) or b"connection: close" in answer.lower():
                        connection.shutdown(socket.SHUT_RDWR)
                        return
        except OSError:
            return  # the client has gone


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A complete answer; `content_type` names the header Content-Type."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("content-length", str(len(body)))
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _read(stream) -> Received | None:
    first = stream.readline()
    if not first:
        return None
    method, target, _ = first.decode().split(" ")
    headers: dict[str, str] = {}
    while line := stream.readline().strip().decode():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Received(method, target, headers, stream.read(int(headers.get("content-length", 0))))
