from __future__ import annotations

import pytest

from mlgitops.adapters.http.addresses import fault_of_host, fault_of_peer, is_loopback_name


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"]
)
def test_loopback_names(host: str) -> None:
    assert is_loopback_name(host)
    assert fault_of_host(host) is None


@pytest.mark.parametrize("host", ["localhost.acme.com", "notlocalhost", "127.0.0.1.nip.io", "128.0.0.1", "::2", ""])
def test_other_names(host: str) -> None:
    assert not is_loopback_name(host)


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("169.254.169.254", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("::ffff:a9fe:a9fe", "link-local"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("0.0.0.0", "one machine"),
        ("::", "one machine"),
        ("224.0.0.1", "one machine"),
        ("255.255.255.255", "one machine"),
        ("fd00:ec2::254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("192.0.0.192", "metadata"),
        ("168.63.129.16", "machine service"),
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("not-an-address", "not an IP"),
    ],
)
def test_refused_peers(address: str, part: str) -> None:
    assert part in (fault_of_peer(address, loopback=False) or "")


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.1", "172.16.0.9", "93.184.216.34", "2606:2800:220:1::1"])
def test_accepted_peers(address: str) -> None:
    assert fault_of_peer(address, loopback=False) is None


def test_a_loopback_name_must_lead_to_loopback() -> None:
    assert fault_of_peer("127.0.0.1", loopback=True) is None
    assert fault_of_peer("10.0.0.5", loopback=True) == "not a loopback address"
