from __future__ import annotations

import time

import httpx
import pytest

from mlgitops.adapters.registries.oci.challenge import challenges, fault_of_realm, may_have_credentials, token_address


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
            [("bearer", {"realm": "https://auth.docker.io/token", "service": "registry.docker.io"})],
        ),
        ("Basic realm=plain", [("basic", {"realm": "plain"})]),
        ('BASIC Realm = "a, b=\\"c\\"" , x=y', [("basic", {"realm": 'a, b="c"', "x": "y"})]),
        (
            'Basic realm="a", Bearer realm="b",service=c',
            [("basic", {"realm": "a"}), ("bearer", {"realm": "b", "service": "c"})],
        ),
        ('Negotiate, Bearer realm="b"', [("negotiate", {}), ("bearer", {"realm": "b"})]),
        ('Bearer realm="a",realm="b"', [("bearer", {"realm": "a"})]),
        ("Basic", [("basic", {})]),
        ("", []),
        ('"', []),
        ('Bearer realm="open', [("bearer", {}), ("realm", {})][:1]),
    ],
)
def test_challenges_are_read(header: str | None, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert [tuple(challenge) for challenge in challenges(header)][: len(expected)] == expected


@pytest.mark.parametrize("header", ["Bearer " * 20_000, 'Bearer a="' * 20_000, "," * 100_000, 'a="\\' * 50_000])
def test_hostile_challenges_take_no_time(header: str | None) -> None:
    started = time.process_time()
    challenges(header)
    assert time.process_time() - started < 1


REMOTE, LOCAL = httpx.URL("https://registry.acme.com"), httpx.URL("http://localhost:5000")


@pytest.mark.parametrize(
    ("realm", "registry", "fault"),
    [
        ("https://registry.acme.com/token", REMOTE, None),
        ("https://auth.elsewhere.io/token?x=y", REMOTE, None),
        ("https://10.1.2.3/token", REMOTE, None),
        ("http://registry.acme.com/token", REMOTE, "is not an https address"),
        ("https://localhost/token", REMOTE, "leads to this machine"),
        ("http://127.0.0.1/token", REMOTE, "leads to this machine"),
        ("https://[::1]/token", REMOTE, "leads to this machine"),
        ("https://169.254.169.254/", REMOTE, "is a link-local address"),
        ("https://u@registry.acme.com/token", REMOTE, "holds credentials"),
        ("", REMOTE, "is not an https address"),
        ("http://localhost:5001/token", LOCAL, None),
        ("http://127.0.0.1:5001/token", LOCAL, None),
        ("https://auth.acme.com/token", LOCAL, None),
        ("http://auth.acme.com/token", LOCAL, "is not an https address"),
        ("http://169.254.169.254/", LOCAL, "is not an https address"),
    ],
)
def test_realms(realm: str, registry: httpx.URL, fault: str | None) -> None:
    assert fault_of_realm(realm, registry) == fault


@pytest.mark.parametrize(
    ("realm", "registry", "further", "may"),
    [
        ("https://registry.acme.com:5001/token", "https://registry.acme.com", (), True),
        ("https://auth.docker.io/token", "https://registry-1.docker.io", (), True),
        ("https://gitlab.com/jwt/auth", "https://registry.gitlab.com", (), True),
        ("https://auth.docker.io/token", "https://registry.acme.com", (), False),
        ("https://gitlab.acme.com/jwt/auth", "https://registry.acme.com", (), False),
        ("https://gitlab.acme.com/jwt/auth", "https://registry.acme.com", ("gitlab.acme.com",), True),
        ("https://com/token", "https://registry.acme.com", (), False),
        ("https://cme.com/token", "https://registry.acme.com", (), False),
        ("https://registry.acme.com.evil.io/", "https://registry.acme.com", (), False),
        ("https://evil.registry.acme.com/", "https://registry.acme.com", (), False),
        ("https://0.0.1/", "https://10.0.0.1", (), False),
        ("https://REGISTRY.acme.com/token", "https://registry.acme.com", (), True),
    ],
)
def test_who_may_have_credentials(realm: str, registry: str, further: tuple[str, ...], may: bool) -> None:
    assert may_have_credentials(httpx.URL(realm), httpx.URL(registry), frozenset(further)) is may


@pytest.mark.parametrize(
    ("realm", "service", "address"),
    [
        ("https://a/t", "s", "https://a/t?service=s&scope=repository%3Ax%2Fy%3Apull"),
        ("https://a/t", None, "https://a/t?scope=repository%3Ax%2Fy%3Apull"),
        (
            "https://a/t?k=1&scope=z&service=q#f",
            "s & t",
            "https://a/t?k=1&service=s+%26+t&scope=repository%3Ax%2Fy%3Apull",
        ),
    ],
)
def test_token_addresses(realm: str, service: str | None, address: str) -> None:
    assert str(token_address(realm, service, "repository:x/y:pull")) == address
