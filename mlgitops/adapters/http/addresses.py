"""Which addresses may be talked to: never link-local or metadata ones, loopback only under its own names.

A name in a repository, or in a server's answer, must not lead this program into the network it runs in: the
credentials of a cloud machine are one unauthenticated request away at 169.254.169.254.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
# Metadata services outside of link-local space.
_METADATA: dict[IPv4Network | IPv6Network, str] = {
    IPv6Network("fd00:ec2::/32"): "Amazon's metadata service",
    IPv4Network("100.100.100.200/32"): "Alibaba's metadata service",
    IPv4Network("192.0.0.192/32"): "Oracle's metadata service",
    IPv4Network("168.63.129.16/32"): "Azure's machine service",
}


def is_loopback_name(host: str) -> bool:
    """Whether the name itself promises this machine: `localhost` and below (RFC 6761), 127.0.0.0/8, ::1."""
    host = host.lower().strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _parse(host)
    return address is not None and address.is_loopback


def fault_of_host(host: str) -> str | None:
    """Why the host of a URL must not be contacted, as far as its spelling tells; None where it may be."""
    address = _parse(host.lower().strip("[]"))
    return None if address is None or is_loopback_name(host) else fault_of_peer(str(address), loopback=False)


def fault_of_peer(address: str, *, loopback: bool) -> str | None:
    """Why nothing may be sent to this peer, or None.

    Args:
        address: The IP address a connection has reached.
        loopback: Whether the connection was asked for by a loopback name; then it must have reached loopback.
    """
    peer = _parse(address.partition("%")[0])  # an IPv6 zone may follow
    if peer is None:
        return "not an IP address"
    if loopback != peer.is_loopback:
        return "not a loopback address" if loopback else "a loopback address"
    if peer.is_link_local:
        return "a link-local address"
    if peer.is_unspecified or peer.is_multicast or peer == IPv4Address("255.255.255.255"):
        return "not the address of one machine"
    return next((name for network, name in _METADATA.items() if peer in network), None)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """The address, seen through the forms in which IPv6 carries IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
