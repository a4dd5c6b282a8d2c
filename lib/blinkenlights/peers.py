"""Whose share of a server a connection counts for."""

import socket
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_CREDENTIALS = struct.Struct("3i")
"""Process, user and group, as SO_PEERCRED gives them."""
_OWN_BITS = 64
"""Of an IPv6 address: whoever has one has all addresses that begin with these bits."""


def share_of_address(address: str) -> str:
    """Return the address, or the network of an IPv6 address, that counts as one.

    An IPv4 address is itself, also where it comes mapped into IPv6. What is no address is itself.
    """
    try:
        known: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    # The name of an interface after % says where it is, not who.
    return str(ip_network((int(known), _OWN_BITS), strict=False))


def shares_of_connection(connection: socket.socket) -> tuple[str, ...]:
    """Return whose shares a connection counts for, the narrowest first; empty when nobody knows.

    At a Unix socket these are the process that connected and its user, at others its address.
    """
    try:
        if connection.family == socket.AF_UNIX:
            given = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            process, user, _ = _CREDENTIALS.unpack(given)
            return f"process {process} of user {user}", f"user {user}"
        return (share_of_address(str(connection.getpeername()[0])),)
    except OSError:
        return ()
