"""check_inflight: transfers that have begun and are not over, and what is stranded with a node."""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import nagiosplugin
from nagiosplugin import Critical, Metric, Range, Unknown, Warn

from blinkenlights.clock import Clock
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.lateness import Limits, overdue
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.verdict import NoneOf, grade, judge
from blinkenlights.plugin.words import clean, count, listing, shorten, span
from blinkenlights.store import heartbeats, transfers
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.transfers import Flight

EXAMPLES = """\
  check_inflight
  check_inflight -w 10m -c 1h
  check_inflight --node 'ddsr*' -c 30m -v
"""
NAMED = 3
NAME_BYTES = 60
Pair = tuple[Range | None, Range | None]


class Stranded(NamedTuple):
    """A node whose heartbeat is silent."""

    node: str
    silence: float
    """Seconds."""
    limit: str


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "inflight",
        "Checks that transfers that have begun come to an end. When the heartbeat of their node is "
        "silent, they are critical and named.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which transfers (default: all)")
    which.add_argument(
        "--node",
        metavar="GLOB",
        action="append",
        default=[],
        help="node or glob; repeatable (default: all)",
    )
    limits = parser.add_argument_group("thresholds")
    for short, level in (("-w", "warning"), ("-c", "critical")):
        limits.add_argument(
            short,
            f"--{level}",
            metavar="AGE",
            help=f"{level} when begun longer ago: 10m, 1h (default: none)",
        )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    limits = (
        ranges.optional(parser, "-w/--warning", given.warning, ranges.age_range),
        ranges.optional(parser, "-c/--critical", given.critical, ranges.age_range),
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS)
        now = clock()
        horizon = read_horizon(replies, now, "transfer")
        flights = transfers.in_flight(store)
        if given.node:
            wanted = heartbeats.matcher(given.node)
            flights = [flight for flight in flights if wanted(flight.node)]
        beats = read_horizon(replies, now, "heartbeat")
        stranded, doubt = _stranded(store, flights, beats)
    return _Report(flights, stranded, limits, horizon, doubt).answer()


def _stranded(
    store: StoreReader, flights: Sequence[Flight], horizon: Horizon
) -> tuple[dict[str, Stranded], str]:
    """Return the nodes with something in flight whose heartbeat is silent, or why none is known."""
    nodes = sorted({flight.node for flight in flights})
    facts = heartbeats.facts_of(store, nodes)
    if horizon.blind:
        return {}, f"of no node is known whether it lives: {horizon.blind}" if facts else ""
    seen = [heartbeats.Seen(node, known.seen, known.interval) for node, known in facts.items()]
    limits = Limits()
    late = overdue(
        seen, limits, horizon, lambda names: {name: facts[name].source for name in names}
    )
    stranded = {
        one.component: Stranded(one.component, one.silence, limits.words(Critical, one.interval))
        for one in late
        if one.state is Critical
    }
    return stranded, ""


class _Report(nagiosplugin.Resource):
    """The transfers in flight as figures, and the words for those that are in trouble."""

    def __init__(
        self,
        flights: list[Flight],
        stranded: dict[str, Stranded],
        limits: Pair,
        horizon: Horizon,
        doubt: str,
    ) -> None:
        self.flights = flights
        self.stranded = stranded
        self.limits = limits
        self.horizon = horizon
        # Without a collector at all both horizons say the same.
        self.doubts = horizon.doubts + [doubt] * bool(doubt and not horizon.blind)
        self.lost = [flight for flight in flights if flight.node in stranded]
        self.slow: dict[nagiosplugin.state.ServiceState, list[str]] = {Critical: [], Warn: []}
        for flight in [] if horizon.blind else flights:
            age = max(0.0, horizon.stored_up_to - flight.began)
            state, limit = grade(age, *limits, span)
            if state in self.slow:
                self.slow[state].append(f"{_words(flight)} ({span(age)}{limit})")

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.doubts)),
            NoneOf("stranded", Critical, self._stranded),
            NoneOf("stuck", Critical, lambda _: self._slow(Critical)),
            NoneOf("slow", Warn, lambda _: self._slow(Warn)),
        ]
        code, problems = judge(self, contexts)
        details = [
            *[
                f"CRITICAL: {_words(flight)} in flight on {clean(flight.node)}, silent for "
                f"{span(self.stranded[flight.node].silence)}"
                for flight in self.lost
            ],
            *[f"CRITICAL: {text}" for text in self.slow[Critical]],
            *[f"UNKNOWN: {doubt}" for doubt in self.doubts],
            *[f"WARNING: {text}" for text in self.slow[Warn]],
        ]
        well = f"{count(len(self.flights), 'transfer')} in flight"
        if self.flights:
            oldest = max(0.0, self.horizon.stored_up_to - self.flights[0].began)
            well += f", oldest {_words(self.flights[0])} ({span(oldest)})"
        return Answer("inflight", code, "; ".join(problems) or well, details, self._figures())

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        return [
            Metric("doubts", len(self.doubts)),
            Metric("stranded", len(self.lost)),
            Metric("stuck", len(self.slow[Critical])),
            Metric("slow", len(self.slow[Warn])),
        ]

    def _stranded(self, number: float) -> str:
        nodes = [
            f"{clean(one.node)} silent for {span(one.silence)}, limit {one.limit}"
            for one in self.stranded.values()
        ]
        names = [_words(flight) for flight in self.lost]
        return (
            f"{count(int(number), 'transfer')} stranded: {listing(names, NAMED)} "
            f"({listing(nodes, NAMED)})"
        )

    def _slow(self, state: nagiosplugin.state.ServiceState) -> str:
        texts = self.slow[state]
        return f"{len(texts)} of {len(self.flights)} in flight too long: {listing(texts, NAMED)}"

    def _figures(self) -> list[Figure]:
        if self.horizon.blind:
            return []
        nodes = {flight.node for flight in self.flights}
        oldest = (
            max(0.0, round(self.horizon.stored_up_to - self.flights[0].began, 3))
            if self.flights
            else None
        )
        return [
            Figure("in_flight", len(self.flights), least="0"),
            Figure("nodes", len(nodes), least="0"),
            Figure("stranded", len(self.lost), least="0"),
            Figure("oldest", oldest, "s", "", "", "0"),
        ]


def _words(flight: Flight) -> str:
    name = shorten(clean(flight.name or flight.id), NAME_BYTES)
    return f"{name} on {clean(flight.node)}" if flight.node else name
