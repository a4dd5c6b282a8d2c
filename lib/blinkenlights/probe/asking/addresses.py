"""Addresses: whether one is public, and how one is written."""

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_CARRY_IPV4 = (
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
    (IPv6Network("::/96"), 0),
)
"""Networks of IPv6 with an address of IPv4 inside, and how many bits stand behind it."""


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Return whether an address belongs to the internet at large.

    Not so are private, local, link-local, shared, reserved and multicast ones, and those of IPv6
    that carry one of these. What is no address is not public.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        inner = _carried(parsed)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    for network, bits in _CARRY_IPV4:
        if address in network and int(address) > 1:
            return IPv4Address(int(address) >> bits & 0xFFFFFFFF)
    return None


@lru_cache(maxsize=4096)
def is_address(host: str) -> bool:
    """Return whether a host is an address and no name."""
    # Names have no colon, and their last part does not end in a digit.
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def old_form(host: str) -> str:
    """Return the address that C libraries take a host for: `127.1`, `0x7f.1`; empty for a name."""
    if not host[:1].isdigit():
        return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return ""


def with_port(host: str, port: int) -> str:
    """Return `192.0.2.7:443`, `[2001:db8::1]:443` or `www.example.net:443`."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
