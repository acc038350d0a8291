"""What hostile or broken servers do, over real sockets, and what the one client makes of it."""

from __future__ import annotations

import gzip
import socket
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from support.clocks import Sleeper
from support.scripted import Received, Script, ScriptedServer, answer

from mlgitops.adapters.http import Answer, Client, Patience, Request, of_status
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "t0ken-canary-0123456789"


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def client(sleeper: Sleeper) -> Iterator[Client]:
    with Client(trust_env=False, time=sleeper.time()) as client:
        yield client


def get(client: Client, server: ScriptedServer, path: str = "/x", **options: Any) -> Answer:
    return client.request(Request("GET", server.url + path, **options), max_bytes=1000)


def test_a_plain_answer(client: Client) -> None:
    with ScriptedServer(lambda _: answer(200, b"hello", x_y="1")) as server:
        got = get(client, server, "/a?b=c", headers={"Accept": "text/plain"})
    assert (got.status, got.body, got.headers["x-y"]) == (200, b"hello", "1")
    (seen,) = server.received
    assert (seen.target, seen.headers["accept"], seen.headers["accept-encoding"]) == (
        "/a?b=c",
        "text/plain",
        "identity",
    )
    assert seen.headers["user-agent"].startswith("mlgitops/")


def test_one_connection_serves_many_requests(client: Client) -> None:
    with ScriptedServer(lambda _: answer(200)) as server:
        for _ in range(3):
            get(client, server)
        assert len(server._connections) == 1


def test_credentials_do_not_follow_a_redirect(client: Client) -> None:
    with (
        ScriptedServer(lambda _: answer(200, b"stolen"), host="127.0.0.2") as elsewhere,
        ScriptedServer(lambda _: answer(302, location=f"{elsewhere.url}/take?token={TOKEN}")) as server,
    ):
        got = get(client, server, headers={"Authorization": f"Bearer {TOKEN}", "PRIVATE-TOKEN": TOKEN})
    assert got.status == 302
    assert elsewhere.received == []
    error = of_status(got)
    assert isinstance(error, RefusedError)
    assert "redirects to http://127.0.0.2" in error.message
    assert TOKEN not in error.message


@pytest.mark.parametrize(
    ("portions", "where"),
    [([b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n"], "body"), ([b"HTTP/1.1 200 OK\r\n"], "headers")],
    ids=["body", "headers"],
)
def test_a_slow_drip_ends_at_the_deadline(client: Client, portions: list[bytes], where: str) -> None:
    def drip(_: Received) -> Iterator[bytes]:
        yield from portions
        while not server.closing.wait(0.02):
            yield b"x" if where == "body" else b"x: y\r\n"

    server = ScriptedServer(drip)
    with server, pytest.raises(RefusedError, match=r"not finished after 0\.2 seconds"):
        get(client, server, deadline=0.2)


def test_a_body_without_an_end_is_not_taken_for_whole_at_the_deadline(client: Client) -> None:
    def silent(_: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\nhalf"
        server.closing.wait(10)

    server = ScriptedServer(silent)
    with server, pytest.raises(RefusedError, match="not finished"):
        get(client, server, deadline=0.2)


def test_a_server_that_never_answers(client: Client) -> None:
    def mute(_: Received) -> Iterator[bytes]:
        server.closing.wait(10)
        yield b""

    server = ScriptedServer(mute)
    with server, pytest.raises(RefusedError, match="not finished"):
        get(client, server, deadline=0.2)


@pytest.mark.parametrize(
    "script",
    [
        lambda _: answer(200, b"x" * 1001),
        lambda _: answer(200, b"", content_length="5000000000"),
        lambda _: [
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            *[b"400\r\n" + b"x" * 1024 + b"\r\n"] * 500,
        ],
        lambda _: [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 1024] * 500],
        lambda _: answer(200, gzip.compress(b"\0" * 900_000)[:990], content_encoding="gzip"),
        lambda _: answer(200, gzip.compress(gzip.compress(b"\0" * 50_000_000)), content_encoding="gzip"),
    ],
    ids=["length", "announced", "chunked", "until close", "gzip bomb", "gzip in gzip"],
)
def test_too_much(client: Client, script: Script) -> None:
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match="larger than 1,000 bytes"):
        get(client, server)


def test_gzip_is_read_within_the_same_bound(client: Client) -> None:
    with ScriptedServer(lambda _: answer(200, gzip.compress(b"a" * 1000), content_encoding="gzip")) as server:
        assert get(client, server).body == b"a" * 1000


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (gzip.compress(b"abc")[:-3], "gzip", "ends in the middle"),
        (b"not gzip at all", "gzip", "not valid gzip"),
        (zlib.compress(b"abc"), "deflate", "was not asked for"),
        (b"abc", "br", "was not asked for"),
        (b"abc", "gzip, gzip", "was not asked for"),
    ],
    ids=["cut off", "not gzip", "deflate", "brotli", "twice"],
)
def test_bodies_compressed_wrongly(client: Client, body: bytes, encoding: str, message: str) -> None:
    script = partial(answer, 200, body, content_encoding=encoding)
    with ScriptedServer(lambda _: script()) as server, pytest.raises(RefusedError, match=message):
        get(client, server)


@pytest.mark.parametrize(
    "script",
    [
        lambda _: [answer(200, b"abc", content_length="900")],
        lambda _: [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"],
        lambda _: [b"\x00\x01garbage\r\n\r\n"],
        lambda _: [b""],
    ],
    ids=["truncated", "truncated chunk", "not http", "closed"],
)
def test_a_broken_exchange_is_repeated_and_then_reported(client: Client, sleeper: Sleeper, script: Script) -> None:
    with ScriptedServer(script) as server, pytest.raises(RefusedError) as caught:
        get(client, server)
    assert len(server.received) == 4
    assert sleeper.slept == [0.25, 0.5, 1.0]
    assert server.address in caught.value.message
    assert caught.value.hint


def test_nobody_listens(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(RefusedError, match="refused"):
        client.request(Request("GET", f"http://127.0.0.1:{port}/"))


def test_what_a_caller_judges_itself_is_not_repeated(sleeper: Sleeper) -> None:
    patience = Patience(statuses=frozenset({503}))
    with (
        ScriptedServer(lambda received: answer(429 if received.target == "/a" else 503)) as server,
        Client(trust_env=False, patience=patience, time=sleeper.time()) as client,
    ):
        assert get(client, server, "/a").status == 429
        assert len(server.received) == 1
        assert get(client, server, "/b").status == 503
        assert len(server.received) == 1 + patience.attempts


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_overloaded_server_is_asked_again(client: Client, sleeper: Sleeper, status: int) -> None:
    script = iter([answer(status), answer(status), answer(200, b"at last")])
    with ScriptedServer(lambda _: next(script)) as server:
        assert get(client, server).body == b"at last"
    assert sleeper.slept == [0.25, 0.5]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 500, 501])
def test_other_answers_stand(client: Client, status: int) -> None:
    with ScriptedServer(lambda _: answer(status)) as server:
        assert get(client, server).status == status
        assert len(server.received) == 1


@pytest.mark.parametrize(
    ("method", "repeatable", "times"), [("POST", None, 1), ("PATCH", None, 1), ("POST", True, 4), ("GET", False, 1)]
)
def test_only_what_may_be_repeated_is(client: Client, method: str, repeatable: bool | None, times: int) -> None:
    with ScriptedServer(lambda _: answer(503)) as server:
        got = client.request(Request(method, server.url, content=b"{}", repeatable=repeatable))
        assert (got.status, len(server.received)) == (503, times)


@pytest.mark.parametrize(
    ("retry_after", "slept"),
    [
        ("7", [7.25, 7.25, 7.25]),
        ("Fri, 15 Jan 2027 08:00:20 GMT", [20.25, 0.25, 0.25]),
        ("999999999999", []),
        ("Fri, 15 Jan 2100 08:00:20 GMT", []),
        ("whenever", [0.25, 0.5, 1.0]),
    ],
)
def test_retry_after_is_obeyed_within_bounds(
    client: Client, sleeper: Sleeper, retry_after: str, slept: list[float]
) -> None:
    with ScriptedServer(lambda _: answer(429, retry_after=retry_after)) as server:
        got = get(client, server)
    assert got.status == 429
    assert sleeper.slept == slept
    assert isinstance(of_status(got), RefusedError)


def test_all_attempts_share_one_deadline(sleeper: Sleeper) -> None:
    patience = Patience(deadline=20, longest=30)
    with (
        Client(trust_env=False, time=sleeper.time(), patience=patience) as client,
        ScriptedServer(lambda _: answer(429, retry_after="9")) as server,
    ):
        assert get(client, server).status == 429
    assert sum(sleeper.slept) < 20


def test_waits_are_announced(sleeper: Sleeper) -> None:
    lines = []
    script = iter([answer(503, retry_after="3"), answer(200)])
    with (
        Client(trust_env=False, time=sleeper.time(), notify=lines.append) as client,
        ScriptedServer(lambda _: next(script)) as server,
    ):
        get(client, server, f"/x?token={TOKEN}")
        assert lines == [f"{server.url}/x answers 503: asking again in 3.2 s"]


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("http://registry.acme.com/v2/", InputError, "plain http is used on this machine only"),
        (f"https://user:{TOKEN}@registry.acme.com/", InputError, "credentials in an address"),
        (f"http://{TOKEN}@127.0.0.1/", InputError, "credentials in an address"),
        ("ftp://registry.acme.com/", InputError, "not an http address"),
        ("file:///etc/passwd", InputError, "not an http address"),
        ("https:///x", InputError, "not an http address"),
        ("https://[::1/x", InputError, "not an address"),
        ("https://registry.acme.com:99999/", InputError, "not an address"),
        ("https://169.254.169.254/latest/meta-data/", RefusedError, "link-local"),
        ("https://[fe80::1]/", RefusedError, "link-local"),
        ("https://[::ffff:169.254.169.254]/", RefusedError, "link-local"),
        ("https://0.0.0.0/", RefusedError, "not the address of one machine"),
        ("https://100.100.100.200/", RefusedError, "metadata"),
    ],
)
def test_addresses_that_are_never_asked(client: Client, url: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        client.request(Request("GET", url))
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f.1", "127.1"])
def test_a_name_that_resolves_to_this_machine_gets_nothing(client: Client, spelling: str) -> None:
    with ScriptedServer(lambda _: answer(200)) as server:
        port = server.address.partition(":")[2]
        with pytest.raises(RefusedError, match="a loopback address: nothing was sent"):
            client.request(Request("GET", f"https://{spelling}:{port}/"))
        assert server.received == []


def test_cookies_are_not_kept(client: Client) -> None:
    with ScriptedServer(lambda _: answer(200, set_cookie="a=b; Path=/")) as server:
        get(client, server)
        get(client, server)
        assert all("cookie" not in request.headers for request in server.received)


def test_a_secret_in_a_servers_words_is_masked(client: Client) -> None:
    with ScriptedServer(lambda _: answer(429, retry_after=f"after {TOKEN}")) as server:
        error = of_status(get(client, server, repeatable=False), secrets=[TOKEN])
    assert TOKEN not in error.message
    assert "***" in error.message


def test_a_proxy_of_the_environment_is_used_when_it_is_trusted_and_never_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ScriptedServer(lambda _: answer(418)) as proxy, ScriptedServer(lambda _: answer(200)) as server:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with Client(trust_env=True, patience=Patience(attempts=1)) as client:
            assert get(client, server).status == 200
            assert proxy.received == []
            with pytest.raises(RefusedError, match="418"):
                client.request(Request("GET", "https://registry.example/v2/"))
        (seen,) = proxy.received
        assert (seen.method, seen.target) == ("CONNECT", "registry.example:443")
        with Client(trust_env=False, patience=Patience(attempts=1)) as client:
            assert get(client, server).status == 200


def test_a_proxy_that_is_no_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    with Client(trust_env=True) as client, pytest.raises(InputError, match="proxy"):
        client.request(Request("GET", "https://registry.example/v2/"))
