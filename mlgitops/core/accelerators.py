"""Accelerators: what each product is, what of it a workload gets, and what a model needs of it.

Memory is what `nvidia.com/gpu.memory` says of the product (MiB of a whole card, measured, not the number it is sold
by); compute capabilities are those of NVIDIA's table of CUDA GPUs. What a pool declares itself goes before the table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.pools import Pool

MIB, GIB = 2**20, 2**30


class Card(NamedTuple):
    """A product.

    Attributes:
        memory: MiB; 0 where it is sold with several amounts and the name does not tell.
        capability: CUDA compute capability.
        family: Architecture, as `nvidia.com/gpu.family` has it.
    """

    memory: int
    capability: tuple[int, int]
    family: str


CARDS = {
    "t4": Card(15360, (7, 5), "turing"),
    "l4": Card(23034, (8, 9), "ada-lovelace"),
    "a10": Card(23028, (8, 6), "ampere"),
    "a10g": Card(23028, (8, 6), "ampere"),
    "l40s": Card(46068, (8, 9), "ada-lovelace"),
    "a100": Card(0, (8, 0), "ampere"),
    "a100-40gb": Card(40960, (8, 0), "ampere"),
    "a100-80gb": Card(81920, (8, 0), "ampere"),
    "h100": Card(0, (9, 0), "hopper"),
    "h100-80gb": Card(81559, (9, 0), "hopper"),
    "h200": Card(143771, (9, 0), "hopper"),
    "b200": Card(183359, (10, 0), "blackwell"),
    "gb200": Card(0, (10, 0), "blackwell"),
    "b300": Card(275040, (10, 3), "blackwell"),
    "v100": Card(0, (7, 0), "volta"),
}
"""By chip, and memory where there are several."""

_WORDS = re.compile("[a-z0-9.]+")
_MIG = re.compile(r"mig-([1-7])g\.([0-9]{1,3})gb")
_SOLD = re.compile("[0-9]{2,3}gb")


def card(product: str) -> Card | None:
    """The product that a name means (`NVIDIA-H100-80GB-HBM3`, `nvidia-tesla-t4`, `l4`); None if it is not known."""
    words = _WORDS.findall(product.lower())
    chip = next((word for word in words if word in CARDS), None)
    if chip is None:
        return None
    sold = next((word for word in words if _SOLD.fullmatch(word)), "")
    if chip == "a100" and "tesla" in words:  # GKE's name of the smaller one
        sold = "40gb"
    return CARDS.get(f"{chip}-{sold}", CARDS[chip])


class Device(NamedTuple):
    """One accelerator as a workload gets it; what is not known is None.

    Attributes:
        memory: Bytes that it may count on.
        whole: Bytes of the card, or slice of a card, that it is on: more than `memory` where several share it.
        capability: Compute capability.
        driver: Version of the driver.
        name: What to call it.
    """

    memory: int | None
    whole: int | None
    capability: tuple[int, int] | None
    driver: str | None
    name: str


def device(pool: Pool, resource: str) -> Device:
    """What one unit of `resource` is on the nodes of a pool."""
    product = pool.accelerator.get("product", "") or pool.labels.get("nvidia.com/gpu.product", "")
    product = product or pool.labels.get("cloud.google.com/gke-accelerator", "")
    known = card(product)
    whole = _slice(pool, resource) or _declared(pool)
    if whole is None and known and known.memory:
        whole = _profile(product) or known.memory * MIB
    sharing = pool.labels.get("nvidia.com/gpu.replicas", "1")
    sharers = max(int(sharing), 1) if sharing.isascii() and sharing.isdigit() else 1
    capability = pool.accelerator.get("computeCapability") or _capability_label(pool.labels)
    return Device(
        whole and whole // sharers,
        whole,
        capability_of(capability) if capability else known and known.capability,
        pool.accelerator.get("driver") or _driver_label(pool.labels),
        product or resource,
    )


def _slice(pool: Pool, resource: str) -> int | None:
    """Bytes of the MIG slice that a resource is (`nvidia.com/mig-3g.20gb`), as labelled or else as it is called."""
    if not resource.startswith("nvidia.com/mig-"):
        return None
    label = pool.labels.get(f"{resource}.memory", "")
    return int(label) * MIB if label.isascii() and label.isdigit() else _profile(resource)


def _profile(name: str) -> int | None:
    found = _MIG.search(name.lower())
    return int(found[2]) * GIB if found else None


def _declared(pool: Pool) -> int | None:
    if "memory" in pool.accelerator:
        return quantities.value(pool.accelerator["memory"])
    label = pool.labels.get("nvidia.com/gpu.memory", "")
    return int(label) * MIB if label.isascii() and label.isdigit() else None


def _capability_label(labels: Mapping[str, str]) -> str:
    major, minor = (labels.get(f"nvidia.com/gpu.compute.{part}", "") for part in ("major", "minor"))
    return f"{major}.{minor}" if major.isdigit() and minor.isdigit() else ""


def _driver_label(labels: Mapping[str, str]) -> str | None:
    full = labels.get("nvidia.com/cuda.driver-version.full")
    if full:
        return full
    for name, parts in (("driver-version", ("major", "minor", "revision")), ("driver", ("major", "minor", "rev"))):
        found = [labels.get(f"nvidia.com/cuda.{name}.{part}", "") for part in parts]
        if found[0]:
            return ".".join(filter(None, found))
    return None


def capability_of(text: str) -> tuple[int, int]:
    """`7.5` as numbers."""
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


def version_of(text: str) -> tuple[int, ...]:
    """A driver's version as numbers, to compare; what is no number ends it."""
    numbers = []
    for part in text.split("."):
        if not (part.isascii() and part.isdigit()):
            break
        numbers.append(int(part))
    return tuple(numbers)
