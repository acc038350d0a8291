"""Files behind an address, over real sockets."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from support.clocks import Sleeper
from support.progress import Watcher
from support.scripted import Received, Script, ScriptedServer, answer

from mlgitops.adapters.http import Client
from mlgitops.adapters.registries import Options, Registries
from mlgitops.errors import InputError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from mlgitops.ports import Progress

Open = Callable[..., Registries]
CONTENT = b"weights" * 100_000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
OTHER = f"sha256:{'0' * 64}"


@pytest.fixture
def registries() -> Iterator[Open]:
    with contextlib.ExitStack() as stack:

        def opened(progress: Progress | None = None, **options: Any) -> Registries:
            time = Sleeper().time()
            return stack.enter_context(
                Registries(Options(**options), lambda: Client(trust_env=False, time=time), progress or Watcher())
            )

        yield opened


def chunked(*portions: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    for portion in portions:
        yield b"%x\r\n%s\r\n" % (len(portion), portion)
    yield b"0\r\n\r\n"


def test_a_file_is_hashed_as_it_streams(registries: Open) -> None:
    watcher = Watcher()
    content = b"weights" * 1_500_000
    with ScriptedServer(lambda _: answer(200, content)) as server:
        url = f"{server.url}/model.onnx?part=1"
        assert registries(watcher).digest(url) == f"{url}@sha256:{hashlib.sha256(content).hexdigest()}"
    assert watcher.begun == [(len(content), "bytes")]
    assert len(content) - 4 * 2**20 < sum(watcher.advanced) <= len(content)
    assert len(watcher.advanced) == watcher.ended + 1 == 2
    assert "authorization" not in server.received[0].headers


def test_a_file_of_unknown_size(registries: Open) -> None:
    watcher = Watcher()
    with ScriptedServer(lambda _: chunked(CONTENT[:1000], CONTENT[1000:])) as server:
        assert registries(watcher).digest(f"{server.url}/x") == f"{server.url}/x@{DIGEST}"
    assert watcher.begun == []


def test_a_pin_is_verified(registries: Open) -> None:
    with ScriptedServer(lambda _: answer(200, CONTENT)) as server:
        files = registries()
        pin = f"{server.url}/x@{DIGEST}"
        assert files.digest(pin) == pin
        assert files.exists(pin)
        assert not files.exists(f"{server.url}/x@{OTHER}")
        with pytest.raises(RefusedError, match=f"is {DIGEST}, not {OTHER}"):
            files.digest(f"{server.url}/x@{OTHER}")
        with pytest.raises(InputError, match="not a pin"):
            files.exists(f"{server.url}/x")


@pytest.mark.parametrize(("status", "error"), [(404, None), (410, None), (403, NotPermittedError), (500, RefusedError)])
def test_existence(registries: Open, status: int, error: type[Exception]) -> None:
    with ScriptedServer(lambda _: answer(status)) as server:
        pin = f"{server.url}/x@{DIGEST}"
        if error is None:
            assert not registries().exists(pin)
            with pytest.raises(InputError, match=str(status)):
                registries().digest(pin)
        else:
            with pytest.raises(error, match=str(status)):
                registries().exists(pin)


def test_a_redirect_within_the_origin_is_followed(registries: Open) -> None:
    def script(request: Received) -> bytes:
        return answer(200, CONTENT) if request.target == "/b/c" else answer(302, location="../b/c")

    with ScriptedServer(script) as server:
        assert registries().digest(f"{server.url}/a/x") == f"{server.url}/a/x@{DIGEST}"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/",
        "https://127.0.0.1:{port}/",
        "http://127.0.0.1:1/",
        "http://169.254.169.254/",
        "//evil.io/",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not(registries: Open, location: str) -> None:
    def script(_: Received) -> bytes:
        return answer(302, location=location.format(port=server.address.partition(":")[2]) + "?sig=canary")

    server = ScriptedServer(script)
    with server, pytest.raises(RefusedError, match="redirect") as caught:
        registries().digest(f"{server.url}/x")
    assert "canary" not in caught.value.message


def test_a_circle_of_redirects_ends(registries: Open) -> None:
    with ScriptedServer(lambda _: answer(302, location="/x")) as server:
        with pytest.raises(RefusedError, match="more than 5 times"):
            registries().digest(f"{server.url}/x")
        assert len(server.received) == 5


HOSTILE: dict[str, tuple[Script, str]] = {
    "too large": (lambda _: answer(200, b"x" * 200_000), "larger than 100,000 bytes"),
    "announced too large": (lambda _: answer(200, content_length=str(10**15)), "larger than 100,000 bytes"),
    "endless": (lambda _: chunked(*[b"x" * 50_000] * 100), "larger than 100,000 bytes"),
    "truncated": (lambda _: [answer(200, b"abc", content_length="900")], "/model.onnx"),
    "truncated chunks": (lambda _: [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"], "/model.onnx"),
    "without a length": (lambda _: [b"HTTP/1.1 200 OK\r\n\r\nabc"], "without a length"),
    "compressed": (lambda _: answer(200, gzip.compress(b"abc"), content_encoding="gzip"), "sent compressed"),
    "a page": (lambda _: answer(200, b"<html>", content_type="Text/HTML; charset=utf-8"), "web page"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_answers_that_are_no_file(registries: Open, case: str) -> None:
    script, message = HOSTILE[case]
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match=message):
        registries(max_bytes=100_000).digest(f"{server.url}/model.onnx")


def test_a_page_that_was_asked_for_is_a_file(registries: Open) -> None:
    with ScriptedServer(lambda _: answer(200, CONTENT, content_type="text/html")) as server:
        assert registries().digest(f"{server.url}/card.html").endswith(DIGEST)


def test_a_slow_file_ends_at_its_time(registries: Open) -> None:
    def drip(_: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n"
        for _ in range(100):
            time.sleep(0.02)
            yield b"x"

    with ScriptedServer(drip) as server, pytest.raises(RefusedError, match="not finished after"):
        registries(seconds=0.2).digest(f"{server.url}/x")


def test_a_download_that_breaks_is_begun_again(registries: Open) -> None:
    answers = iter([[answer(200, CONTENT[:500], content_length=str(len(CONTENT)))], answer(200, CONTENT)])
    with ScriptedServer(lambda _: next(answers)) as server:
        assert registries().digest(f"{server.url}/x").endswith(DIGEST)


def test_secrets_of_an_address_stay_out_of_the_pin(registries: Open) -> None:
    with ScriptedServer(lambda _: answer(200, CONTENT)) as server:
        pin = registries().digest(f"{server.url}/x?X-Amz-Signature=canary&part=1")
        assert pin == f"{server.url}/x?X-Amz-Signature=***&part=1@{DIGEST}"
        assert server.received[0].target.startswith("/x?X-Amz-Signature=canary")


@pytest.mark.parametrize(
    "address",
    ["http://models.acme.com/x", "https://user:canary@models.acme.com/x", "https://169.254.169.254/x", "https://"],
)
def test_addresses_that_are_not_asked(registries: Open, address: str) -> None:
    with pytest.raises((InputError, RefusedError)) as caught:
        registries().digest(address)
    assert "canary" not in caught.value.message
