"""Connects a socket: resolves the name, tries its addresses, and notes how long each took.

The addresses are tried one after another, as the system orders them. Each but the last gets its
share of the time that is left, so that a black hole at the first does not hide a good second one.
"""

import asyncio
import socket
from time import perf_counter

from blinkenlights.probe.asking.addresses import is_address, is_public, with_port
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.progress import Progress
from blinkenlights.probe.asking.resolving import Address, Resolver
from blinkenlights.probe.asking.sentences import not_connected
from blinkenlights.probe.endpoint import Family

FAMILIES: dict[Family, socket.AddressFamily] = {
    "any": socket.AF_UNSPEC,
    "ipv4": socket.AF_INET,
    "ipv6": socket.AF_INET6,
}


async def dial(progress: Progress, resolver: Resolver, host: str, port: int) -> socket.socket:
    """Return a socket that is connected and does not block; raises Failure.

    What a probe may not connect to, it does not connect to: the addresses are those that are
    dialled, so that a name cannot answer otherwise the second time.
    """
    progress.start_connection(host)
    began = perf_counter()
    wanted = FAMILIES[progress.request.family]
    if is_address(host):
        addresses = [_literal(host, port, wanted)]
        progress.dns = 0.0
    else:
        addresses = await resolver.addresses(host, port, wanted)
        progress.dns = perf_counter() - began
    if not progress.may_become_private:
        _refuse_private(host, addresses)
    connected = await _first(progress, addresses)
    now = perf_counter()
    progress.connect = now - began - progress.dns
    progress.ready_at = now
    progress.is_public = is_public(progress.address.rpartition(":")[0].strip("[]"))
    return connected


def _literal(host: str, port: int, wanted: socket.AddressFamily) -> Address:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if wanted not in (socket.AF_UNSPEC, family):
        name = "IPv6" if wanted == socket.AF_INET6 else "IPv4"
        raise Failure("settings", f"{host} is no address of {name}, which is asked for")
    if family == socket.AF_INET:
        return family, (host, port)
    plain, _, zone = host.partition("%")
    if not zone:
        return family, (plain, port)
    try:
        return family, (plain, port, 0, socket.if_nametoindex(zone))
    except OSError as error:
        raise Failure(
            "settings", f"there is no network interface {zone}, as {host} has it"
        ) from error


def _refuse_private(host: str, addresses: list[Address]) -> None:
    for _, address in addresses:
        if not is_public(address[0]):
            of = "" if address[0] == host else f" of {host}"
            raise Failure(
                "redirect", f"a redirect leads to {address[0]}{of}, which is no public address"
            )


async def _first(progress: Progress, addresses: list[Address]) -> socket.socket:
    """Return a socket to the first address that takes the connection."""
    for number, (family, address) in enumerate(addresses, 1):
        progress.address = with_port(address[0], address[1])
        left = len(addresses) - number
        try:
            if not left:
                return await _connect(family, address)
            async with asyncio.timeout(_share(progress, left + 1)):
                return await _connect(family, address)
        except OSError as error:  # TimeoutError is one
            if not left:
                raise not_connected(error, progress.address, number) from error
    raise AssertionError("there is always an address")


def _share(progress: Progress, among: int) -> float:
    left = progress.request.timeout - (perf_counter() - progress.began)
    return max(0.0, left / among)


async def _connect(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection
