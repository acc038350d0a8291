"""Registries that lie, send elsewhere, loop or stall, over real sockets; and those that ask for tokens honestly."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from support.clocks import Sleeper
from support.images import DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, Manifest, image, index
from support.progress import Watcher
from support.scripted import Received, ScriptedServer, answer

from mlgitops.adapters.http import Client
from mlgitops.adapters.registries import Options, Registries
from mlgitops.errors import InputError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

Open = Callable[..., Registries]
Ask = Callable[..., str]
Login = Callable[..., dict[str, str]]
PASSWORD = "p4ssword-canary"
TOKEN = "t0ken-canary-0123456789"
IMAGE = image()
OTHER = f"sha256:{'0' * 64}"


def manifest(of: Manifest = IMAGE, **headers: str) -> bytes:
    return answer(200, of.body, **{"content_type": of.media_type, "docker_content_digest": of.digest} | headers)


def challenge(realm: str, status: int = 401, service: str | None = "scripted") -> bytes:
    return answer(status, www_authenticate=f'Bearer realm="{realm}",service="{service}",scope="repository:evil:*"')


@pytest.fixture
def login(tmp_path: Path) -> Login:
    """Writes Docker's configuration with credentials for a registry; returns the environment that names it."""

    def write(address: str, **more: str) -> dict[str, str]:
        entry = {"auth": base64.b64encode(f"user:{PASSWORD}".encode()).decode()} | more
        (tmp_path / "config.json").write_text(json.dumps({"auths": {address: entry}}))
        return {"DOCKER_CONFIG": str(tmp_path)}

    return write


@pytest.fixture
def registries() -> Iterator[Open]:
    with contextlib.ExitStack() as stack:

        def opened(**options: Any) -> Registries:
            return stack.enter_context(
                Registries(Options(**options), lambda: Client(trust_env=False, time=Sleeper().time()), Watcher())
            )

        yield opened


@pytest.fixture
def digest(registries: Open) -> Ask:
    return lambda server, reference="acme/model:1.0", **options: registries(**options).digest(
        f"{server.address}/{reference}"
    )


TRUNCATED = [answer(200, IMAGE.body[:-5], content_type=OCI_MANIFEST, content_length=str(len(IMAGE.body)))]
AMBIGUOUS = json.dumps({"schemaVersion": 2, "manifests": [], "layers": []}).encode()
HOSTILE: dict[str, tuple[bytes | list[bytes], type[Exception], str]] = {
    # what the registry answers: (answer, error, part of the message)
    "redirect": (answer(307, location=f"https://elsewhere.example/x?sig={TOKEN}"), RefusedError, "redirects to https"),
    "redirect to itself": (answer(302, location="/v2/acme/model/manifests/1.0"), RefusedError, "redirects"),
    "redirect nowhere": (answer(302), RefusedError, "redirects to nowhere"),
    "announces another digest": (manifest(docker_content_digest=OTHER), RefusedError, f"announced as {OTHER}"),
    "truncated": (TRUNCATED, RefusedError, "/v2/acme/model"),
    "html": (answer(200, b"<html>", content_type="text/html; charset=utf-8"), RefusedError, "text/html, not with"),
    "no media type": (answer(200, IMAGE.body), RefusedError, "no media type"),
    "schema 1": (
        answer(200, b"{}", content_type="application/vnd.docker.distribution.manifest.v1+prettyjws"),
        RefusedError,
        "schema 1",
    ),
    "not json": (answer(200, b"{", content_type=OCI_MANIFEST), RefusedError, "no JSON object"),
    "nested json": (answer(200, b"[" * 500_000, content_type=OCI_MANIFEST), RefusedError, "no JSON object"),
    "a list": (answer(200, b"[]", content_type=OCI_MANIFEST), RefusedError, "no JSON object"),
    "index and manifest at once": (answer(200, AMBIGUOUS, content_type=OCI_INDEX), RefusedError, "media type says"),
    "manifest and index at once": (answer(200, AMBIGUOUS, content_type=OCI_MANIFEST), RefusedError, "media type says"),
    "another media type inside": (manifest(content_type=DOCKER_MANIFEST), RefusedError, "media type says"),
    "5 MB": (answer(200, b" " * 5_000_000, content_type=OCI_MANIFEST), RefusedError, "larger than 4,194,304"),
    "gzip bomb": (
        answer(200, gzip.compress(b" " * 100_000_000), content_type=OCI_MANIFEST, content_encoding="gzip"),
        RefusedError,
        "larger than 4,194,304",
    ),
    "forbidden": (answer(403, b"denied"), NotPermittedError, "403 Forbidden"),
    "unauthorized, no challenge": (answer(401), NotPermittedError, "401 Unauthorized"),
    "unauthorized, nonsense": (answer(401, www_authenticate='Bearer realm="'), RefusedError, "not an https address"),
    "too many requests": (answer(429, retry_after="86400"), RefusedError, r"asks to wait \(86400\)"),
    "always busy": (answer(503), RefusedError, "503 Service Unavailable"),
    "teapot": (answer(418), InputError, "418"),
    "unknown status": (answer(299), InputError, "299"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_answers_that_are_no_digest(case: str, login: Login, digest: Ask) -> None:
    said, error, message = HOSTILE[case]
    with ScriptedServer(lambda _: said) as server, pytest.raises(error, match=message) as caught:
        digest(server, environment=login(server.address))
    shown = f"{caught.value.message} {caught.value.hint}"
    assert server.address in shown or case.startswith("unauthorized, nonsense")
    assert not any(secret in shown for secret in (TOKEN, PASSWORD))
    assert all("authorization" not in request.headers for request in server.received)


REALMS = {
    "userinfo": ("https://user:x@auth.example/token", "holds credentials"),
    "plain http elsewhere": ("http://auth.example/token", "not an https address"),
    "metadata": ("http://169.254.169.254/latest/meta-data", "not an https address"),
    "metadata by https": ("https://169.254.169.254/latest", "link-local"),
    "metadata in IPv6": ("https://[::ffff:169.254.169.254]/latest", "link-local"),
    "unspecified": ("https://0.0.0.0/", "not the address of one machine"),
    "file": ("file:///etc/passwd", "not an https address"),
    "relative": ("/token", "not an https address"),
    "control characters": ("https://auth.example/\x01token", "not an address"),
    "no host": ("https:///token", "not an https address"),
    "port": ("https://auth.example:x/token", "not an address"),
}


@pytest.mark.parametrize("case", REALMS)
def test_realms_that_are_not_asked(case: str, login: Login, digest: Ask) -> None:
    realm, message = REALMS[case]
    with ScriptedServer(lambda _: challenge(realm)) as server, pytest.raises(RefusedError, match=message) as caught:
        digest(server, environment=login(server.address))
    assert "nothing was sent there" in caught.value.message
    assert PASSWORD not in str(caught.value)
    assert len(server.received) == 1


def token_registry(token_answer: bytes | None = None) -> ScriptedServer:
    """A registry that wants a token from itself; `Bearer TOKEN` opens it."""

    def script(request: Received) -> bytes:
        if request.target.startswith("/token"):
            return token_answer or answer(200, json.dumps({"token": TOKEN}).encode())
        if request.headers.get("authorization") == f"Bearer {TOKEN}":
            return manifest()
        return challenge(f"{server.url}/token?service=evil&scope=all&tenant=a%20b", service="a&b=c d")

    server = ScriptedServer(script)
    return server


def test_an_anonymous_token(digest: Ask) -> None:
    with token_registry() as server:
        assert digest(server) == f"{server.address}/acme/model:1.0@{IMAGE.digest}"
        first, token, second = server.received
    assert "authorization" not in first.headers
    assert "authorization" not in token.headers
    parameters = urllib.parse.parse_qsl(urllib.parse.urlsplit(token.target).query)
    assert parameters == [("tenant", "a b"), ("service", "a&b=c d"), ("scope", "repository:acme/model:pull")]
    assert second.headers["accept"].count("application/vnd.") == 4


def test_a_token_with_credentials(login: Login, digest: Ask) -> None:
    with token_registry() as server:
        digest(server, environment=login(server.address))
        _, token, second = server.received
    assert token.headers["authorization"] == "Basic " + base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    assert second.headers["authorization"] == f"Bearer {TOKEN}"


def test_an_identity_token_is_exchanged_by_post(login: Login, digest: Ask) -> None:
    with token_registry(answer(200, json.dumps({"access_token": TOKEN}).encode())) as server:
        digest(server, environment=login(server.address, identitytoken="refresh-canary"))
        _, token, _ = server.received
    form = dict(urllib.parse.parse_qsl(token.body.decode()))
    assert (token.method, "authorization" in token.headers) == ("POST", False)
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "refresh-canary")
    assert (form["service"], form["scope"]) == ("a&b=c d", "repository:acme/model:pull")


def test_a_token_serves_a_repository_until_it_is_refused(registries: Open) -> None:
    with token_registry() as server:
        opened = registries()
        for _ in range(3):
            opened.digest(f"{server.address}/acme/model:1.0")
        assert [request.target.startswith("/token") for request in server.received].count(True) == 1
        opened.digest(f"{server.address}/acme/other:1.0")
        assert [request.target.startswith("/token") for request in server.received].count(True) == 2


@pytest.mark.parametrize(
    ("token_answer", "error", "message"),
    [
        (answer(200, b"{}"), RefusedError, "without a token"),
        (answer(200, b"[]"), RefusedError, "without a token"),
        (answer(200, b"<html>"), RefusedError, "without a token"),
        (answer(200, b'{"token": 5}'), RefusedError, "without a token"),
        (answer(200, b'{"token": "a\\r\\nX-Evil: 1"}'), RefusedError, "without a token"),
        (answer(200, b'{"token": "%s"}' % (b"x" * 70_000)), RefusedError, "larger than"),
        (answer(302, location="http://169.254.169.254/"), RefusedError, "redirects are not followed"),
        (answer(401), NotPermittedError, "401"),
        (answer(403), NotPermittedError, "403"),
        (answer(404), InputError, "404"),
        (answer(500), RefusedError, "500"),
    ],
)
def test_token_services_that_give_none(
    login: Login, token_answer: bytes, error: type[Exception], message: str, digest: Ask
) -> None:
    with token_registry(token_answer) as server, pytest.raises(error, match=message) as caught:
        digest(server, environment=login(server.address))
    assert PASSWORD not in f"{caught.value.message} {caught.value.hint}"
    assert len(server.received) == 2


def test_a_refusal_is_not_repeated(login: Login, digest: Ask) -> None:
    def script(request: Received) -> bytes:
        if request.target.startswith("/token"):
            return answer(200, json.dumps({"token": TOKEN}).encode())
        return challenge(f"{server.url}/token")

    server = ScriptedServer(script)
    with server, pytest.raises(NotPermittedError, match="401") as caught:
        digest(server, environment=login(server.address))
    assert len(server.received) == 3
    assert f"log in to {server.address} again" in caught.value.hint


def test_credentials_are_withheld_from_a_stranger_and_given_when_told(login: Login, digest: Ask) -> None:
    def granting(_: Received) -> bytes:
        return answer(200, json.dumps({"token": TOKEN}).encode())

    with ScriptedServer(granting, host="127.0.0.2") as stranger:

        def script(_: Received) -> bytes:
            return challenge(f"{stranger.url}/token")

        with ScriptedServer(script) as server:
            with pytest.raises(NotPermittedError) as caught:
                digest(server, environment=login(server.address))
            assert all("authorization" not in request.headers for request in stranger.received)
            assert f"--auth-host {server.address}=127.0.0.2" in caught.value.hint
            stranger.received.clear()
            allowed = {server.address: frozenset({"127.0.0.2"})}
            with pytest.raises(NotPermittedError):
                digest(server, environment=login(server.address), auth_hosts=allowed)
            assert stranger.received[0].headers["authorization"].startswith("Basic ")


def test_credentials_stay_with_their_registry(login: Login, digest: Ask) -> None:
    with ScriptedServer(lambda _: answer(401, www_authenticate="Basic realm=x")) as server:
        with pytest.raises(NotPermittedError, match="401"):
            digest(server, environment=login("registry.acme.com"))
        assert len(server.received) == 1


def test_basic_credentials(login: Login, digest: Ask) -> None:
    expected = "Basic " + base64.b64encode(f"user:{PASSWORD}".encode()).decode()

    def script(request: Received) -> bytes:
        if request.headers.get("authorization") == expected:
            return manifest()
        return answer(401, www_authenticate='Basic realm="scripted"')

    with ScriptedServer(script) as server:
        assert digest(server, environment=login(server.address)).endswith(IMAGE.digest)


@pytest.mark.parametrize(
    ("config", "hint"),
    [({}, "Log in"), ({"credsStore": "desktop"}, r"helpers \(desktop\)"), ({"credHelpers": {"x": "y"}}, "Log in")],
)
def test_what_to_do_without_credentials(tmp_path: Path, config: dict[str, Any], hint: str, digest: Ask) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    with (
        ScriptedServer(lambda _: answer(401, www_authenticate="Basic")) as server,
        pytest.raises(NotPermittedError) as caught,
    ):
        digest(server, environment={"DOCKER_CONFIG": str(tmp_path)})
    assert re.search(hint, caught.value.hint)


def test_a_digest_that_was_asked_for_is_compared(digest: Ask) -> None:
    with ScriptedServer(lambda _: manifest(docker_content_digest="")) as server:
        assert digest(server, f"acme/model@{IMAGE.digest}") == f"{server.address}/acme/model@{IMAGE.digest}"
        with pytest.raises(RefusedError, match=f"received is {IMAGE.digest}"):
            digest(server, f"acme/model:1.0@{OTHER}")
        assert server.received[-1].target == f"/v2/acme/model/manifests/{OTHER}"


def test_existence_by_head_alone_where_the_registry_is_sure(registries: Open) -> None:
    with ScriptedServer(lambda _: answer(200, content_type=OCI_MANIFEST, docker_content_digest=IMAGE.digest)) as server:
        assert registries().exists(f"{server.address}/acme/model@{IMAGE.digest}")
        assert [request.method for request in server.received] == ["HEAD"]


@pytest.mark.parametrize("head", [answer(405), answer(200, content_type=OCI_MANIFEST)], ids=["refused", "unsure"])
def test_existence_by_get_where_head_does_not_tell(head: bytes, registries: Open) -> None:
    with ScriptedServer(lambda request: head if request.method == "HEAD" else manifest()) as server:
        assert registries().exists(f"{server.address}/acme/model@{IMAGE.digest}")
        assert not server.received[-1].headers.get("authorization")
        with pytest.raises(RefusedError, match="received is"):
            registries().exists(f"{server.address}/acme/model@{OTHER}")


def test_existence_is_not_claimed_on_a_wrong_answer(registries: Open) -> None:
    with ScriptedServer(lambda _: manifest()) as server, pytest.raises(RefusedError, match="announced as"):
        registries().exists(f"{server.address}/acme/model@{OTHER}")
    with ScriptedServer(lambda _: answer(500)) as server, pytest.raises(RefusedError, match="500"):
        registries().exists(f"{server.address}/acme/model@{OTHER}")


def test_an_index_without_the_platform_says_what_it_has(digest: Ask) -> None:
    found = index({"linux/arm64/v8": IMAGE, "linux/s390x": image("z"), "unknown/unknown": image("attestation")})

    def script(request: Received) -> bytes:
        return answer(200, content_type=OCI_MANIFEST) if request.method == "HEAD" else manifest(found)

    with ScriptedServer(script) as server:
        with pytest.raises(InputError, match="has no image for linux/amd64") as caught:
            digest(server)
        assert "linux/arm64/v8, linux/s390x; name one with --platform" in caught.value.hint
        for platform in ("linux/arm64", "linux/arm64/v8", "linux/s390x"):
            assert digest(server, platform=platform).endswith(found.digest)
        with pytest.raises(InputError, match="no image for linux/arm64/v9"):
            digest(server, platform="linux/arm64/v9")


def test_an_endless_index_is_not_walked(digest: Ask) -> None:
    endless = index({f"linux/amd64/v{number}": image(str(number)) for number in range(101)})
    with ScriptedServer(lambda _: manifest(endless)) as server, pytest.raises(RefusedError, match="more than 100"):
        digest(server)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("127.0.0.1:1/acme/model", "names no version"),
        ("oci://127.0.0.1:1/acme/model", "names no version"),
        ("127.0.0.1:1/Acme/model:1.0", "must be lowercase"),
        ("oci://", "not an image reference"),
        ("oci://127.0.0.1:1/../../etc:1.0", "not an image reference"),
        ("oci://user:pass@host/x:1", "not an image reference"),
        ("127.0.0.1:1/acme/model:1.0@sha256:abc", "not an image reference"),
    ],
)
def test_references_that_are_none(reference: str, message: str, registries: Open) -> None:
    with pytest.raises(InputError, match=message):
        registries().digest(reference)


@pytest.mark.parametrize("platform", ["linux", "", "linux/", "a/b/c/d"])
def test_platforms_that_are_none(platform: str, registries: Open) -> None:
    with pytest.raises(InputError, match="not a platform"):
        registries(platform=platform).digest("127.0.0.1:1/acme/model:1.0")


@pytest.mark.parametrize(
    ("child", "exists"),
    [(answer(404), False), (answer(200, content_type=OCI_MANIFEST), True)],
    ids=["gone", "there"],
)
def test_an_index_exists_with_its_image_only(registries: Open, child: bytes, exists: bool) -> None:
    found = index({"linux/amd64": IMAGE})

    def script(request: Received) -> bytes:
        if request.target.endswith(IMAGE.digest):
            return child
        if request.method == "HEAD":
            return answer(200, content_type=OCI_INDEX, docker_content_digest=found.digest)
        return manifest(found)

    with ScriptedServer(script) as server:
        assert registries().exists(f"{server.address}/acme/model@{found.digest}") is exists
        assert [request.method for request in server.received] == ["HEAD", "GET", "HEAD"]


@pytest.mark.parametrize("said", [{"docker_content_digest": OTHER}, None], ids=["another", "forbidden"])
def test_an_image_of_an_index_that_cannot_be_seen(digest: Ask, said: dict[str, str] | None) -> None:
    found = index({"linux/amd64": IMAGE})

    def script(request: Received) -> bytes:
        if request.method == "GET":
            return manifest(found)
        return answer(403) if said is None else answer(200, content_type=OCI_MANIFEST, **said)

    with ScriptedServer(script) as server, pytest.raises((RefusedError, NotPermittedError), match=r"announced|403"):
        digest(server)
