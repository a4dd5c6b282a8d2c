"""check_delivery: which clients or sources had no good transfer for too long, each by its limit."""

import argparse

import nagiosplugin
from nagiosplugin import Critical, Metric, Unknown

from blinkenlights.clock import Clock
from blinkenlights.plugin import deadline, deliveries, flows, ranges
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.deliveries import Late
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.verdict import NoneOf, judge
from blinkenlights.plugin.words import clean, count, listing, shorten, span
from blinkenlights.store import layout
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_delivery
  check_delivery --source metpx -v
  check_delivery --client 'archive*' --deadline 2h
"""
NAMED = 3
NAME_BYTES = 40


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "delivery",
        "Checks the time since the last good transfer to each client or from each source against "
        "its deadline in the configuration. One without a deadline is late when it is silent for "
        "longer than its last 10 good transfers spanned.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which flows (default: every client)")
    which.add_argument(
        "--client", metavar="GLOB", action="append", default=[], help="client or glob; repeatable"
    )
    which.add_argument(
        "--source", metavar="GLOB", action="append", default=[], help="source or glob; repeatable"
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "--deadline",
        metavar="TIME",
        type=ranges.duration,
        help="one deadline for all that are asked for (default: each its own)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    if given.client and given.source:
        parser.error("give one of --client and --source")
    scope = "source" if given.source else "client"
    names = given.source or given.client
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, configured = store.ask(*COMMANDS, ("GET", layout.LIMITS))
        horizon = read_horizon(replies, clock(), "transfer")
        if given.deadline is not None:
            late, total = deliveries.past(store, scope, names, given.deadline, horizon)
        else:
            own = flows.limited(store, scope, flows.read_limits(configured))
            late, total = deliveries.by_own_rules(store, scope, names, own, horizon)
    return _Report(scope, late, total, horizon, given).answer()


class _Report(nagiosplugin.Resource):
    """The late flows as figures, and the words for them."""

    def __init__(
        self, scope: str, late: list[Late], total: int, horizon: Horizon, given: argparse.Namespace
    ) -> None:
        self.scope = scope
        self.late = [] if horizon.blind else sorted(late, key=lambda one: -one.silence)
        self.total = total
        self.horizon = horizon
        self.given = given

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.horizon.doubts)),
            NoneOf("late", Critical, self._late),
            NoneOf("none", Unknown, lambda _: f"no {self.scope} is known that was asked for"),
        ]
        code, problems = judge(self, contexts)
        details = [
            *[f"CRITICAL: {_words(one, clean(one.name))}" for one in self.late],
            *[f"UNKNOWN: {doubt}" for doubt in self.horizon.doubts],
        ]
        figures = [
            Figure("total", self.total, least="0"),
            Figure("late", len(self.late), least="0"),
        ]
        well = f"{count(self.total, self.scope)} delivered to in time"
        facts = {"late": [one._asdict() for one in self.late]}
        return Answer("delivery", code, "; ".join(problems) or well, details, figures, facts)

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        return [
            Metric("doubts", len(self.horizon.doubts)),
            Metric("late", len(self.late)),
            Metric("none", int(not self.total and not self.horizon.doubts)),
        ]

    def _late(self, number: float) -> str:
        names = [_words(one, shorten(clean(one.name), NAME_BYTES)) for one in self.late[:NAMED]]
        head = f"{number:.0f} of {count(self.total, self.scope)} late"
        return f"{head}: {listing(names, NAMED, int(number))}"


def _words(one: Late, name: str) -> str:
    silence = "never" if one.is_new else span(one.silence)
    return f"{name} ({silence}, {one.rule})"
