"""A Git server on loopback: `git http-backend` behind a small HTTP server, with accounts where a test wants them."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path


class Asked(NamedTuple):
    """A request: its method, its path with the query, and the credential that came with it."""

    method: str
    target: str
    authorization: str | None


@dataclass
class GitServer:
    """Serves the bare repositories below `root`.

    Args:
        root: The folder.
        accounts: Password by user name; without any, everybody may read and write.
        answer: Answers instead of Git, where it returns a status and headers.
        tls: Serves HTTPS with it.

    Attributes:
        asked: Every request, in order.
    """

    root: Path
    accounts: dict[str, str] = field(default_factory=dict)
    answer: Callable[[Asked], tuple[int, dict[str, str]] | None] = lambda _: None
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def host(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        """The address of the repository at `path` below the root."""
        return f"http://{self.host}/{path}"

    def authorizations(self) -> set[str | None]:
        """Every credential that was sent here."""
        return {request.authorization for request in self.asked}


class _Handler(BaseHTTPRequestHandler):
    server_of: GitServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _serve(self) -> None:
        body = self._body()
        owner = self.server_of
        asked = Asked(self.command, self.path, self.headers.get("Authorization"))
        owner.asked.append(asked)
        user = self._user(asked.authorization)
        instead = owner.answer(asked)
        if instead is not None:
            self._send(instead[0], instead[1], b"")
        elif owner.accounts and user is None:
            self._send(401, {"WWW-Authenticate": 'Basic realm="test"'}, b"")
        else:
            self._send(*self._backend(body, user or "anybody"))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _user(self, authorization: str | None) -> str | None:
        kind, _, value = (authorization or "").partition(" ")
        if kind.lower() != "basic":
            return None
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user if self.server_of.accounts.get(user) == password else None

    def _backend(self, body: bytes, user: str) -> tuple[int, dict[str, str], bytes]:
        path, _, query = self.path.partition("?")
        environment = os.environ | {
            "GIT_PROJECT_ROOT": str(self.server_of.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_USER": user,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"],
            env=environment,
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        return int(headers.pop("Status", "200").split()[0]), headers, answer

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        with contextlib.suppress(OSError):  # the client may have gone
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
