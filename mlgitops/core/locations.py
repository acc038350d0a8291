"""Locations: where an environment's own copies of buckets and registries are.

A digest is the identity of a model or an image and an address is local, so addresses are rewritten when a
release is hydrated: once, the longest matching prefix wins, and only at the boundary of a segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BOUNDARIES = "/:@"


def rewrite(address: str, locations: Sequence[Mapping[str, str]]) -> str:
    """`address` with the longest prefix that one of `locations` gives replaced.

    Args:
        address: A URI or an image reference.
        locations: Mappings with `from` and `to`, as in `environment.yaml`.

    `from: ghcr.io/acme` matches `ghcr.io/acme/fraud` and `ghcr.io/acme:1`, not `ghcr.io/acme-labs/fraud`.
    """
    number = deciding(address, locations)
    if number is None:
        return address
    return locations[number]["to"] + address[len(locations[number]["from"]) :]


def deciding(address: str, locations: Sequence[Mapping[str, str]]) -> int | None:
    """Index of the location that rewrites `address`, the one of the longest prefix; None if none does."""
    matching = [number for number, location in enumerate(locations) if _matches(address, location["from"])]
    return max(matching, key=lambda number: len(locations[number]["from"]), default=None)


def _matches(address: str, prefix: str) -> bool:
    if not address.startswith(prefix):
        return False
    return len(address) == len(prefix) or prefix[-1] in _BOUNDARIES or address[len(prefix)] in _BOUNDARIES


def localise(release: Mapping[str, Any], locations: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """A release whose image, model and artifacts are at the environment's own addresses; lineage stays as it is."""
    local = dict(release)
    if not locations:
        return local
    if "image" in local:
        local["image"] = rewrite(local["image"], locations)
    if "model" in local:
        local["model"] = {**local["model"], "uri": rewrite(local["model"]["uri"], locations)}
    if "artifacts" in local:
        local["artifacts"] = [{**item, "uri": rewrite(item["uri"], locations)} for item in local["artifacts"]]
    return local
