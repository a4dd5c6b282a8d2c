"""check_inflight: transfers that have begun and are not over, and what is stranded with a node."""

import argparse

from blinkenlights.clock import CLOCK_TOLERANCE, Clock
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.transfer.inflight.survey import Question, Trouble, survey
from blinkenlights.kinds.transfer.read import Flight
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.nagios import Critical, Metric, Resource, ServiceState, Unknown, Warn
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.verdict import BY_WORD, NoneOf, judge
from blinkenlights.plugin.words import by_reason, clean, count, listing, shorten, span
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_inflight
  check_inflight -w 10m -c 1h
  check_inflight --node 'ddsr*' -c 30m -v
"""
NAMED = 3
NAME_BYTES = 60


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
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for a node that nobody knows: ok, warning, critical or unknown "
        "(default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    asked = Question(
        given.node,
        ranges.optional(parser, "-w/--warning", given.warning, ranges.age_range),
        ranges.optional(parser, "-c/--critical", given.critical, ranges.age_range),
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *heartbeats.COMMANDS)
        now = clock()
        horizon = read_horizon(replies[: len(COMMANDS)], now, "transfer")
        beats = read_horizon(replies[: len(COMMANDS)], now, "heartbeat")
        census = heartbeats.read_census(replies[len(COMMANDS) :])
        found = survey(store, asked, census, horizon, beats)
    return _Report(found, horizon, beats, given.missing).answer()


class _Report(Resource):
    """The transfers in flight as figures, and the words for those that are in trouble."""

    def __init__(
        self, found: Trouble, horizon: Horizon, beats: Horizon, missing: str | None
    ) -> None:
        self.found = found
        self.horizon = horizon
        self.missing = BY_WORD[missing] if missing else Unknown
        self.doubts = horizon.doubts
        if beats.blind and found.unsure:
            self.doubts = [*self.doubts, f"of no node is known whether it lives: {beats.blind}"]
        self.unsure = {} if beats.blind else found.unsure

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.doubts)),
            NoneOf("stranded", Critical, self._stranded),
            NoneOf("stuck", Critical, lambda _: self._slow(Critical)),
            NoneOf("unsure", Unknown, lambda _: self._unsure()),
            NoneOf("ahead", Unknown, lambda _: self._ahead()),
            NoneOf("missing", self.missing, lambda _: self._missing()),
            NoneOf("slow", Warn, lambda _: self._slow(Warn)),
        ]
        code, problems = judge(self, contexts)
        found = self.found
        details = [
            *[
                f"CRITICAL: {_words(flight)} stranded: the node is silent for "
                f"{span(found.stranded[flight.node].silence)}"
                for flight in found.lost
            ],
            *[f"CRITICAL: {text}" for text in self._ages(Critical)],
            *[f"UNKNOWN: {doubt}" for doubt in self.doubts],
            *[
                f"UNKNOWN: {clean(node)} may be silent, {reason}"
                for node, reason in self.unsure.items()
            ],
            *[f"UNKNOWN: {_words(flight)} began ahead of our clock" for flight in found.ahead],
            *[f"WARNING: {text}" for text in self._ages(Warn)],
        ]
        well = f"{count(found.total, 'transfer')} in flight"
        if found.oldest:
            well += f", oldest {_words(found.oldest)} ({span(self._oldest)})"
        facts = {
            "stranded": [flight._asdict() for flight in found.lost],
            "unsure": self.unsure,
            "missing": found.missing,
        }
        return Answer(
            "inflight", code, "; ".join(problems) or well, details, self._figures(), facts
        )

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        found = self.found
        return [
            Metric("doubts", len(self.doubts)),
            Metric("stranded", len(found.lost)),
            Metric("stuck", len(found.slow.get(Critical, ()))),
            Metric("unsure", len(self.unsure)),
            Metric("ahead", len(found.ahead)),
            Metric("missing", len(found.missing)),
            Metric("slow", len(found.slow.get(Warn, ()))),
        ]

    def _stranded(self, number: float) -> str:
        nodes = [
            f"{clean(one.node)} silent for {span(one.silence)}, limit {one.limit}"
            for one in self.found.stranded.values()
        ]
        names = [_words(flight) for flight in self.found.lost[:NAMED]]
        return (
            f"{count(int(number), 'transfer')} stranded: {listing(names, NAMED, int(number))} "
            f"({listing(nodes, NAMED)})"
        )

    def _ages(self, state: ServiceState) -> list[str]:
        return [
            f"{_words(one.flight)} ({span(one.age)}{one.limit})"
            for one in self.found.slow.get(state, ())
        ]

    def _slow(self, state: ServiceState) -> str:
        texts = self._ages(state)
        return f"{len(texts)} of {self.found.total} in flight too long: {listing(texts, NAMED)}"

    def _unsure(self) -> str:
        listed = [(reason, clean(node)) for node, reason in self.unsure.items()]
        return "; ".join(
            f"{number} of {count(self.found.nodes, 'node')} may be silent, {reason}: {names}"
            for reason, number, names in by_reason(listed, NAMED)
        )

    def _ahead(self) -> str:
        names = [
            f"{_words(flight)} ({span(flight.began - self.horizon.now)})"
            for flight in self.found.ahead[:NAMED]
        ]
        number = len(self.found.ahead)
        return (
            f"{number} of {self.found.total} in flight began ahead of our clock, so nobody knows "
            f"when: {listing(names, NAMED, number)}, limit {span(CLOCK_TOLERANCE)}; set the clocks"
        )

    def _missing(self) -> str:
        names = [shorten(clean(name), NAME_BYTES) for name in self.found.missing]
        return f"no node is called {listing(names, NAMED)}"

    @property
    def _oldest(self) -> float:
        oldest = self.found.oldest
        return max(0.0, self.horizon.stored_up_to - oldest.began) if oldest else 0.0

    def _figures(self) -> list[Figure]:
        if self.horizon.blind:
            return []
        found = self.found
        return [
            Figure("in_flight", found.total, least="0"),
            Figure("nodes", found.nodes, least="0"),
            Figure("stranded", len(found.lost), least="0"),
            Figure("oldest", round(self._oldest, 3) if found.oldest else None, "s", "", "", "0"),
        ]


def _words(flight: Flight) -> str:
    name = shorten(clean(flight.name or flight.id), NAME_BYTES)
    return f"{name} on {clean(flight.node)}" if flight.node else name
