"""Addresses and networks, by the lenient reading that Kubernetes keeps for its old fields."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mlgitops.core.schema_words import quoted

if TYPE_CHECKING:
    from mlgitops.core.kubernetes.semantics.report import At, Report

_STRICT = (1, 36)  # since when leading zeros, and an address within its network, are faults
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=1024)
def parsed(text: str) -> Address | None:
    """An address; zeros before a decimal number do not count, zones are none."""
    try:
        return ipaddress.ip_address(_plain(text)) if "%" not in text and "/" not in text else None
    except ValueError:
        return None


def network(text: str) -> Network | None:
    """A network in CIDR notation, whose address may lie anywhere in it."""
    head, slash, length = text.partition("/")
    if not slash or not (length.isascii() and length.isdigit()) or "%" in text:
        return None
    try:
        return ipaddress.ip_network(f"{_plain(head)}/{length}", strict=False)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return _LEADING_ZEROS.sub("", text) if ":" not in text else text


def _is_canonical(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def address(report: Report, at: At, text: str) -> None:
    """Judge an address."""
    found = parsed(text)
    if found is None or (report.version >= _STRICT and _plain(text) != text):
        report.add(at, f"is no address: {quoted(text)}", "Write an IPv4 or IPv6 address.")


def cidr(report: Report, at: At, text: str) -> Network | None:
    """Judge a network."""
    found = network(text)
    if found is None or (report.version >= _STRICT and not _is_canonical(text)):
        report.add(at, f"is no network: {quoted(text)}", "Write it like 10.0.0.0/8.")
    return found
