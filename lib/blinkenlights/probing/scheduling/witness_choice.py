"""Whom workers of a location ask to learn whether they reach anything."""

from collections.abc import Iterable

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probing.witnesses import network_of

MOST = 12
"""A worker asks a few of them at a time, and not always the same."""


def witnesses(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Return the reference endpoints; without any, endpoints of several hosts and networks."""
    by_host: dict[str, Endpoint] = {}
    references = []
    for each in endpoints:
        if each.is_reference:
            references.append(each)
        elif each.request.host:
            by_host.setdefault(each.request.host, each)
    if references:
        return references[:MOST]
    networks: dict[str, list[Endpoint]] = {}
    for host, each in by_host.items():
        networks.setdefault(network_of(host), []).append(each)
    chosen: list[Endpoint] = []
    while networks and len(chosen) < MOST:
        # One of each network before a second one of any.
        for network in list(networks):
            chosen.append(networks[network].pop(0))
            if not networks[network]:
                del networks[network]
    return chosen[:MOST]
