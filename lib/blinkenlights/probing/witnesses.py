"""Whether it is the endpoint that cannot be reached, or everything.

A prober that is cut off sees every endpoint fail. So before it is told that a probe reached nobody,
others are asked: the reference endpoints where there are some, else endpoints on other hosts. We
are blind when all of them fail as well. Without references it takes three hosts in two networks:
the only endpoint that there is is never excused. Hosts whose address is not known count by their
domain: three names of one domain fail together when its name server does, and names of three
domains do not.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network

from blinkenlights.clock import Clock
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.observation import Observation
from blinkenlights.probe.result import Probed

WITNESS_SECONDS = 5.0
"""How long a witness may take."""
MOST_WITNESSES = 6
HOSTS = 3
NETWORKS = 2
LABELS = 2
"""Of a name, that tell its domain. `co.uk` is one as well: rather too few domains than too many."""
_NOBODY = ("dns", "unreachable", "timeout", "proxy")


def reached_somebody(observation: Observation) -> bool:
    """Return whether a probe proves that we reach anything: be it that it was refused."""
    return observation.trouble not in _NOBODY or bool(observation.address)


class Witnesses:
    """Who is asked when a probe reached nobody.

    Args:
        asker: Makes probes.
        clock: The time.
    """

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self._asker = asker
        self._clock = clock
        self._by_host: dict[str, Endpoint] = {}
        self._hosts: dict[str, str] = {}
        """Name of an endpoint -> its host."""
        self._references: list[Endpoint] = []
        self._networks: dict[str, str] = {}
        """Host -> the network of the address at which it was met last."""
        self._reached_at = 0.0
        """When a probe began that reached somebody."""
        self._asking: asyncio.Task[str] | None = None

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Take who is probed from now on."""
        self._by_host = {each.request.host: each for each in endpoints.values()}
        self._hosts = {name: each.request.host for name, each in endpoints.items()}
        self._references = [each for each in endpoints.values() if each.is_reference]
        self._networks = {
            host: network for host, network in self._networks.items() if host in self._by_host
        }

    def learn(self, met: Mapping[str, str]) -> None:
        """Take where endpoints were met before we were started: name -> address.

        Else whoever is started while its network is away knows of no address, and could not tell
        that from one domain whose name server is dead.
        """
        for name, address in met.items():
            host = self._hosts.get(name)
            if host is not None and address:
                self._networks.setdefault(host, network_of(address))

    def note(self, probed: Probed) -> bool:
        """Take what a probe saw; returns whether it reached somebody."""
        observation = probed.observation
        if not reached_somebody(observation):
            return False
        self._reached_at = max(self._reached_at, probed.started)
        if observation.address:
            self._networks[probed.job.endpoint.request.host] = network_of(observation.address)
        return True

    async def why_blind(self, probed: Probed) -> str:
        """Return why a probe that reached nobody says nothing of its endpoint; else empty.

        All that fail at once share one round of questions.
        """
        if self._reached_at >= probed.started:
            return ""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_others(probed.job.endpoint))
        return await asyncio.shield(self._asking)

    async def still_blind(self) -> str:
        """Return why nothing can be reached now; empty when something can."""
        some = next(iter(self._references or self._by_host.values()), None)
        others = None if some is None else self._chosen(some)
        # That one did not fail just now, so its word counts as well.
        return "" if some is None or others is None else await self._ask([some, *others])

    async def _ask_others(self, failed: Endpoint) -> str:
        others = self._chosen(failed)
        return "" if others is None else await self._ask(others)

    async def _ask(self, others: Sequence[Endpoint]) -> str:
        """Return why none of these can be reached; empty as soon as one is reached."""
        began = self._clock()
        probes = [asyncio.create_task(self._probe(each)) for each in others]
        try:
            for probe in asyncio.as_completed(probes):
                if reached_somebody(await probe) or self._reached_at >= began:
                    self._reached_at = max(self._reached_at, began)
                    return ""
        finally:
            # Whoever asks has a probe that waits for the answer, and the dead take longest.
            for each in probes:
                each.cancel()
        found = [each.result() for each in probes]
        names = [f"{each.name} ({seen.trouble})" for each, seen in zip(others, found, strict=True)]
        are_references = all(each.is_reference for each in others)
        what = "the reference endpoints fail" if are_references else "nobody can be reached"
        return f"{what}: {', '.join(names[:3])}" + (
            f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004
        )

    def _chosen(self, failed: Endpoint) -> Sequence[Endpoint] | None:
        """Return who is asked; None where nobody's word would prove anything."""
        references = [each for each in self._references if each.name != failed.name]
        if references:
            return references[:MOST_WITNESSES]
        host = failed.request.host
        networks = {self._network(host)}
        others = [each for each in self._by_host.values() if each.request.host != host]
        # Those on other networks first: they prove more.
        others.sort(key=lambda each: self._network(each.request.host) in networks)
        chosen: list[Endpoint] = []
        for each in others:
            if len(chosen) < MOST_WITNESSES:
                chosen.append(each)
                networks.add(self._network(each.request.host))
        if failed.is_reference:
            # It and one other endpoint prove as much as when the other one failed first.
            return chosen or None
        if len(chosen) + 1 < HOSTS or len(networks) < NETWORKS:
            return None
        return chosen

    async def _probe(self, endpoint: Endpoint) -> Observation:
        request = endpoint.request
        quick = request._replace(timeout=min(request.timeout, WITNESS_SECONDS))
        return await self._asker.ask(quick, self._clock)

    def _network(self, host: str) -> str:
        return self._networks.get(host) or network_of(host)


@lru_cache(10_000)
def network_of(address: str) -> str:
    """Return the network of `192.0.2.7:443` or `[2001:db8::1]:443`; of a name, its domain.

    Hosts of one /24, or of one /48 of IPv6, may be behind one router of their own.
    """
    bare = address.rpartition(":")[0].strip("[]") if address.count(":") != 0 else address
    for text in (bare, address):
        try:
            found = ip_address(text)
        except ValueError:
            continue
        size = 24 if found.version == 4 else 48  # noqa: PLR2004
        return str(ip_network(f"{found}/{size}", strict=False))
    return ".".join(address.lower().rstrip(".").split(".")[-LABELS:])
