"""TLS with a certificate authority of our own."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

import pytest
from support.scripted import Received, ScriptedServer, answer

from mlgitops.adapters.http import Client, Request
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, chain = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[str]:
    with ScriptedServer(lambda _: answer(200, b"trusted"), tls=context(certificate)) as server:
        yield f"https://localhost:{server.address.partition(':')[2]}/"


def test_an_unknown_authority_is_not_trusted_and_not_asked_twice(server: ScriptedServer) -> None:
    waits = []
    with Client(trust_env=False, notify=waits.append) as client, pytest.raises(RefusedError) as caught:
        client.request(Request("GET", server))
    assert "certificate is not trusted" in caught.value.message
    assert "SSL_CERT_FILE" in caught.value.hint
    assert waits == []


def test_an_authority_of_the_environment_is(
    server: ScriptedServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with Client(trust_env=True) as client:
        assert client.request(Request("GET", server)).body == b"trusted"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_named(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "authority.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with Client(trust_env=True) as client, pytest.raises(InputError, match="certificates that the environment names"):
        client.request(Request("GET", server))


def test_the_deadline_holds_under_tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(_: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n"
        for _ in range(100):
            time.sleep(0.02)
            yield b"x"

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with (
        ScriptedServer(drip, tls=context(certificate)) as server,
        Client(trust_env=True) as client,
        pytest.raises(RefusedError, match="not finished"),
    ):
        client.request(Request("GET", f"https://localhost:{server.address.partition(':')[2]}/", deadline=0.3))
