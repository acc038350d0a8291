"""Earlier: a rollback goes back, never forward to what was rolled back."""

from __future__ import annotations

import pytest
from support.gate_cases import stretches

from mlgitops.core.promotion.earlier import before, called, named

A, B, C = ({"version": version, "image": f"ghcr.io/acme/fraud:{version}"} for version in ("1.0.0", "1.1.0", "1.2.0"))
DAYS = [f"2026-11-{day:02} 10:00" for day in range(1, 9)]


def past(*releases: dict[str, str]) -> list:
    return stretches(*zip(releases, DAYS, strict=False))


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        ([A, B], A),
        ([A, B, C], B),
        ([A, B, A], None),
        ([A, B, C, B], A),
        ([A, B, A, C], A),
        ([A], None),
    ],
)
def test_the_release_before_the_present_one_first_was(releases: list, expected: dict | None) -> None:
    told = past(*releases)
    found = before(told, told[0].digest)
    assert (found and found.release) == expected


def test_of_an_empty_slot_the_last_release_comes_back() -> None:
    found = before(past(A, B), "")
    assert found
    assert found.release == B


def test_a_release_is_called_by_version_and_digest() -> None:
    told = past(A, B, A)
    digest = told[0].digest
    assert called(told, "1.0.0") == called(told, digest) == called(told, digest[7:20]) == [told[0]]
    assert called(told, digest[7:15]) == []
    assert called(told, "1.0") == []


def test_two_releases_of_one_version_are_told_apart_by_their_digests() -> None:
    other = {**A, "image": "ghcr.io/acme/fraud:other"}
    told = past(A, other)
    assert called(told, "1.0.0") == told
    assert named(told) == f"{told[0].digest[7:19]}, {told[1].digest[7:19]}"
