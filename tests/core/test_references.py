from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import references
from mlgitops.core.references import Reference

HEX = "a1" * 32
DIGEST = f"sha256:{HEX}"


@st.composite
def written_references(draw: st.DrawFn) -> str:
    domains = ["", "localhost/", "ghcr.io/", "a.b:5000/", "[::1]:5000/", "Upper/", "docker.io/", "index.docker.io/"]
    words = st.sampled_from(["a", "0", "model", "1b2", "x" * 40])
    path = draw(words)
    for separator in draw(st.lists(st.sampled_from(["/", ".", "_", "__", "-", "---"]), max_size=4)):
        path += separator + draw(words)
    tags = ["", ":latest", ":_", ":1.5.0-GPU", ":" + "t" * 128]
    digests = ["", f"@{DIGEST}", f"@sha512:{'b' * 128}"]
    return draw(st.sampled_from(domains)) + path + draw(st.sampled_from(tags)) + draw(st.sampled_from(digests))


@pytest.mark.parametrize(
    ("text", "literal", "pulled"),
    [
        ("nginx", Reference("", "nginx"), "docker.io/library/nginx:latest"),
        ("acme/server:1.5", Reference("acme", "server", "1.5"), "docker.io/acme/server:1.5"),
        ("localhost/a", Reference("localhost", "a"), "localhost/a:latest"),
        ("index.docker.io/a", Reference("index.docker.io", "a"), "docker.io/library/a:latest"),
        ("a.b:80/c:d", Reference("a.b:80", "c", "d"), "a.b:80/c:d"),
        ("[::1]:80/c", Reference("[::1]:80", "c"), "[::1]:80/c:latest"),
        ("ghcr.io/a/b:1@" + DIGEST, Reference("ghcr.io", "a/b", "1", DIGEST), "ghcr.io/a/b@" + DIGEST),
        ("192.168.0.1:80", Reference("", "192.168.0.1", "80"), "docker.io/library/192.168.0.1:80"),
    ],
)
def test_parts_and_what_a_node_pulls(text: str, literal: Reference, pulled: str) -> None:
    assert references.parse(text) == literal
    assert str(references.parse_pullable(text)) == pulled


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1", "nginx"),
        ("docker.io/acme/x", "acme/x"),
        ("docker.io/library/a/b", "library/a/b"),
        ("ghcr.io/library/x", "ghcr.io/library/x"),
    ],
)
def test_familiar_name(text: str, familiar: str) -> None:
    assert references.parse_normalized(text).familiar == familiar


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("ghcr.io/Acme/x", "must be lowercase"),
        ("a//b", "it is not"),
        ("a:", "it is not"),
        ("a\n", "it is not"),
        ("a:-b", "it is not"),
        ("a:" + "t" * 129, "it is not"),
        ("-a/b", "it is not"),
        ("a@sha256:" + "g" * 64, "it is not"),
        ("a@sha256:" + "a" * 63, "its digest is not"),
        ("a@SHA256:" + HEX, "its digest is not"),
        ("a@md5:" + "a" * 32, "its digest is not"),
        ("ghcr.io/" + "x" * 256, "longer than 255"),
    ],
)
def test_refused(text: str, why: str) -> None:
    with pytest.raises(references.ImageReferenceError, match=why):
        references.parse(text)


def test_an_identifier_is_no_name() -> None:
    assert references.parse(HEX).path == HEX
    with pytest.raises(references.ImageReferenceError, match="an image's id"):
        references.parse_normalized(HEX)


def test_a_hostile_length_is_refused_without_backtracking_forever() -> None:
    with pytest.raises(references.ImageReferenceError):
        references.parse("a-" * 200_000 + "!")


@given(written_references())
def test_a_reference_prints_as_it_was_written(text: str) -> None:
    assert str(references.parse(text)) == text


@given(written_references())
def test_what_a_node_pulls_is_pulled_by_its_own_name(text: str) -> None:
    pulled = references.parse_pullable(text)
    assert references.parse_pullable(str(pulled)) == pulled
    assert (pulled.tag is None) != (pulled.digest is None)
