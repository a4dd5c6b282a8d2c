"""Transfers that have begun and are not over: which are stranded, too old, or in doubt.

A transfer is stranded when the node that it runs on is silent, so nodes are judged by their
heartbeats, exactly as check_heartbeat judges them. That is why this imports another kind.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.keys import Facts
from blinkenlights.kinds.heartbeat.lateness import Limits, overdue
from blinkenlights.kinds.heartbeat.read import Census, Seen
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.read import Flight
from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Warn
from blinkenlights.plugin.verdict import grade
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader


class Question(NamedTuple):
    """Which transfers are asked about, and how old they may be."""

    nodes: Sequence[str]
    """Names or globs; empty for all."""
    warning: Range | None
    """Seconds."""
    critical: Range | None


class Stranded(NamedTuple):
    """A node whose heartbeat is silent."""

    node: str
    silence: float
    """Seconds."""
    limit: str


class Slow(NamedTuple):
    """A transfer outside a limit of its age."""

    flight: Flight
    age: float
    """Seconds."""
    limit: str
    """In words, with a comma before."""


class Trouble(NamedTuple):
    """What was found of the transfers that were asked about."""

    flights: list[Flight]
    """All of them, begun first first."""
    nodes: int
    oldest: Flight | None
    lost: list[Flight]
    """On nodes that are silent."""
    stranded: Mapping[str, Stranded]
    """Those nodes, by name."""
    slow: Mapping[ServiceState, list[Slow]]
    """Critical and Warn."""
    ahead: list[Flight]
    """Begun further ahead of our clock than can be: nobody knows when."""
    unsure: Mapping[str, str]
    """Nodes that may be silent -> why nobody knows."""
    missing: list[str]
    """Nodes asked for that nobody knows."""

    @property
    def total(self) -> int:
        """How many are in flight."""
        return len(self.flights)

    @property
    def by_node(self) -> list[Flight]:
        """All of them, node by node, and on each the oldest first."""
        return sorted(self.flights, key=lambda flight: flight.node)


def survey(
    store: StoreReader, asked: Question, census: Census, horizon: Horizon, beats: Horizon
) -> Trouble:
    """Return the transfers in flight as they were at the horizon; raises a StoreError.

    `beats` is the horizon of heartbeats, by which nodes are judged.
    """
    flights = transfers.in_flight(store)
    if asked.nodes:
        wanted = matcher(asked.nodes)
        flights = [flight for flight in flights if wanted(flight.node)]
    nodes = sorted({flight.node for flight in flights})
    latest = horizon.now + CLOCK_TOLERANCE
    ahead = [flight for flight in flights if flight.began > latest]
    missing = _missing(store, asked.nodes, nodes, census)
    if horizon.blind:
        oldest = flights[0] if flights else None
        return Trouble(flights, len(nodes), oldest, [], {}, {}, [], {}, missing)
    known = _not_retired(store, heartbeats.facts_of(store, nodes))
    stranded, unsure = _judged(known, beats)
    slow: dict[ServiceState, list[Slow]] = {Critical: [], Warn: []}
    for flight in flights:
        age = max(0.0, horizon.stored_up_to - flight.began)
        state, limit = grade(age, asked.warning, asked.critical, span)
        if state in slow and flight.began <= latest:
            slow[state].append(Slow(flight, age, limit))
    lost = [flight for flight in flights if flight.node in stranded]
    return Trouble(
        flights,
        len(nodes),
        flights[0] if flights else None,
        lost,
        stranded,
        slow,
        ahead,
        unsure,
        missing,
    )


def survey_of(
    store: StoreReader, horizon: Horizon, beats: Horizon, flights: Mapping[str, list[Flight]]
) -> Trouble:
    """Return what nodes are in, of which it is known what is in flight on them."""
    nodes = list(flights)
    stranded: Mapping[str, Stranded] = {}
    unsure: Mapping[str, str] = {}
    if nodes and not horizon.blind:
        known = _not_retired(store, heartbeats.facts_of(store, nodes))
        stranded, unsure = _judged(known, beats)
    together = [flight for mine in flights.values() for flight in mine]
    return Trouble(together, len(nodes), None, [], stranded, {}, [], unsure, [])


def _judged(
    known: Mapping[str, Facts], beats: Horizon
) -> tuple[dict[str, Stranded], dict[str, str]]:
    """Return the nodes that are silent, and why nobody knows of the others that may be."""
    if beats.blind:
        return {}, dict.fromkeys(known, beats.blind)
    latest = beats.now + CLOCK_TOLERANCE
    limits = Limits()
    seen = [
        Seen(node, facts.seen, facts.interval)
        for node, facts in known.items()
        if facts.seen <= latest
    ]
    late = overdue(seen, limits, beats, lambda names: {name: known[name].source for name in names})
    stranded = {
        one.component: Stranded(one.component, one.silence, limits.words(Critical, one.interval))
        for one in late
        if one.state is Critical
    }
    unsure = {one.component: _why(beats, one.source, one.seen) for one in late if one.state is Ok}
    for node, facts in known.items():
        source = beats.sources.get(facts.source)
        if facts.seen > latest:
            ahead = span(facts.seen - beats.now)
            unsure[node] = f"last seen {ahead} ahead of our clock, limit {span(CLOCK_TOLERANCE)}"
        elif source and beats.now - source.watermark > WATERMARK_LIMIT and node not in stranded:
            unsure[node] = _why(beats, facts.source, facts.seen)
    return stranded, unsure


def _not_retired(store: StoreReader, facts: Mapping[str, Facts]) -> dict[str, Facts]:
    _, retired = heartbeats.matching(store, [], list(facts), []) if facts else ([], set())
    return {node: known for node, known in facts.items() if node not in retired}


def _missing(
    store: StoreReader, names: Sequence[str], busy: Sequence[str], census: Census
) -> list[str]:
    """Return the nodes asked for that nobody knows: not `busy`, without heartbeats, not expected.

    Globs among them only when nothing at all matches.
    """
    exact = [name for name in names if not is_glob(name) and name not in busy]
    searched = exact if busy else names
    if not searched:
        return []
    members, retired = heartbeats.matching(store, census.intervals, searched, [])
    expected = set(filter(matcher(searched), census.awaited))
    known = {seen.component for seen in members} | retired | expected
    return [name for name in exact if name not in known] if busy or known else list(names)


def _why(beats: Horizon, source: str, seen: float) -> str:
    known = beats.sources.get(source)
    if known is not None and not known.connected:
        return beats.absence(known)
    return beats.deafness(source, seen)
