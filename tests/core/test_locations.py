from __future__ import annotations

import pytest

from mlgitops.core.locations import localise, rewrite

LOCATIONS = [
    {"from": "ghcr.io/acme", "to": "eu.gcr.io/acme"},
    {"from": "ghcr.io/acme/fraud", "to": "mirror.acme.dev/fraud"},
    {"from": "s3://models/", "to": "s3://models-prod/"},
]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ghcr.io/acme/chat:1", "eu.gcr.io/acme/chat:1"),
        ("ghcr.io/acme/fraud@sha256:ab", "mirror.acme.dev/fraud@sha256:ab"),
        ("ghcr.io/acme/fraud:1", "mirror.acme.dev/fraud:1"),
        ("ghcr.io/acme/fraud-labs:1", "eu.gcr.io/acme/fraud-labs:1"),
        ("ghcr.io/acme-labs/fraud:1", "ghcr.io/acme-labs/fraud:1"),
        ("ghcr.io/acme", "eu.gcr.io/acme"),
        ("s3://models/fraud/", "s3://models-prod/fraud/"),
        ("s3://models-labs/fraud/", "s3://models-labs/fraud/"),
        ("docker.io/ghcr.io/acme/x", "docker.io/ghcr.io/acme/x"),
    ],
)
def test_the_longest_prefix_wins_at_a_boundary(address: str, expected: str) -> None:
    assert rewrite(address, LOCATIONS) == expected
    assert rewrite(address, LOCATIONS[::-1]) == expected


def test_an_address_is_rewritten_once() -> None:
    chain = [{"from": "s3://a/", "to": "s3://b/"}, {"from": "s3://b/", "to": "s3://c/"}]
    assert rewrite("s3://a/x", chain) == "s3://b/x"


def test_lineage_stays_as_it_is() -> None:
    release = {
        "image": "ghcr.io/acme/x:1",
        "model": {"uri": "s3://models/x/", "digest": "d"},
        "artifacts": [{"name": "tokenizer", "uri": "s3://models/t/"}],
        "lineage": {"data": [{"uri": "s3://models/data/"}]},
    }
    local = localise(release, LOCATIONS)
    assert local["image"] == "eu.gcr.io/acme/x:1"
    assert local["model"] == {"uri": "s3://models-prod/x/", "digest": "d"}
    assert local["artifacts"] == [{"name": "tokenizer", "uri": "s3://models-prod/t/"}]
    assert local["lineage"] == release["lineage"]
    assert release["image"] == "ghcr.io/acme/x:1"
