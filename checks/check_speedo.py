"""check_speedo: which clients or sources are at zero, too slow, or fail too often."""

import argparse
from collections.abc import Sequence

import nagiosplugin
from nagiosplugin import Critical, Metric, Ok, Range, Unknown, Warn
from nagiosplugin.state import ServiceState

from blinkenlights.clock import Clock
from blinkenlights.plugin import deadline, flows, ranges
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.flows import FlowLimit, Measured, Rate
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.verdict import NoneOf, grade, judge
from blinkenlights.plugin.words import clean, count, listing, plain, rounded, shorten, span
from blinkenlights.store import layout, transfers
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_speedo
  check_speedo --client 'ddsr*' --window 15m
  check_speedo --source metpx -w 10: -c 1: --errors 5,20
  check_speedo --all -c 100: --bytes 1000000:
"""
NAMED = 3
NAME_BYTES = 40
Pair = tuple[Range | None, Range | None]


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "speedo",
        "Checks that something goes through to each client or from each source. One with no good "
        "transfer in the window is critical, whatever the thresholds.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which flows (default: every client)")
    which.add_argument(
        "--client",
        metavar="GLOB",
        action="append",
        default=[],
        help="client or glob; repeatable (default: all)",
    )
    which.add_argument(
        "--source",
        metavar="GLOB",
        action="append",
        default=[],
        help="source or glob, in place of clients; repeatable (default: none)",
    )
    which.add_argument("--all", action="store_true", help="everything together, as one flow")
    which.add_argument(
        "--window",
        metavar="TIME",
        type=ranges.duration,
        default=flows.WINDOW,
        help="time looked at, in whole minutes (default: 5m)",
    )
    limits = parser.add_argument_group("thresholds")
    for short, level in (("-w", "warning"), ("-c", "critical")):
        limits.add_argument(
            short,
            f"--{level}",
            metavar="RANGE",
            help=f"{level} range of transfers a minute: 10: for at least 10 (default: none)",
        )
    for name, noun in (("errors", "percent of bad transfers"), ("bytes", "bytes a minute")):
        limits.add_argument(
            f"--{name}",
            metavar="RANGE[,RANGE]",
            type=_pair,
            default=(None, None),
            help=f"warning and critical range of {noun}; either may be empty (default: none)",
        )
    add_common_options(parser)
    return parser


def _pair(text: str) -> Pair:
    parts = text.split(",")
    if len(parts) > 2 or not any(parts):  # noqa: PLR2004 - a pair
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a warning and a critical range; write 5,20 or 5 or ,20"
        )
    warning, critical = (ranges.value_range(part) if part else None for part in [*parts, ""][:2])
    return warning, critical


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    if given.all + bool(given.client) + bool(given.source) > 1:
        parser.error("give one of --client, --source and --all")
    limits = {
        "rate": (
            ranges.optional(parser, "-w/--warning", given.warning, ranges.value_range),
            ranges.optional(parser, "-c/--critical", given.critical, ranges.value_range),
        ),
        "errors": given.errors,
        "bytes": given.bytes,
    }
    scope = "all" if given.all else "source" if given.source else "client"
    names = ["all"] if given.all else given.source or given.client
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, configured = store.ask(*COMMANDS, ("GET", layout.LIMITS))
        horizon = read_horizon(replies, clock(), "transfer")
        zero = flows.at_zero(store, scope, names, given.window, horizon)
        never = [flow.name for flow in (*zero.at_zero, *zero.unheard) if not flow.last_good]
        declared = transfers.declared_at(store, scope, never)
        own = flows.limited(store, scope, flows.read_limits(configured))
        judged = list(own)
        if any(limit for pair in limits.values() for limit in pair):
            judged = [flow.name for flow in transfers.matching(store, scope, names or ["*"])]
        rates = flows.rates(store, scope, judged, given.window, horizon)
        total = flows.rates(store, "all", ["all"], given.window, horizon)["all"]
    return _Report(Measured(zero, declared, rates, own, total), horizon, limits, given).answer()


class _Report(nagiosplugin.Resource):
    """The flows as figures, and the words for each that is not as it should be."""

    def __init__(
        self,
        measured: Measured,
        horizon: Horizon,
        limits: dict[str, Pair],
        given: argparse.Namespace,
    ) -> None:
        self.noun = "flow" if given.all else "source" if given.source else "client"
        self.horizon = horizon
        self.zero = measured.zero
        self.declared = measured.declared
        self.total = measured.total
        self.window = given.window
        self.given = given
        self.deaf = flows.was_deaf(horizon, given.window)
        self.bad: dict[ServiceState, list[str]] = {Critical: [], Unknown: [], Warn: []}
        at_zero = {flow.name for flow in self.zero.at_zero}
        for name, rate in sorted(measured.rates.items()):
            self._judge(name, rate, limits)
            if name in measured.own and name not in at_zero:
                self._judge_own(name, rate, measured.own[name])

    def _judge(self, name: str, rate: Rate, limits: dict[str, Pair]) -> None:
        for key, value, unit in (
            ("rate", rate.per_minute, "/min"),
            ("errors", rate.errors, "% bad"),
            ("bytes", rate.bytes_per_minute, " bytes/min"),
        ):
            if value is None or not any(limits[key]):
                continue
            warning, critical = limits[key]
            state, words = grade(value, warning, critical)
            if state is Ok:
                continue
            left = critical if state is Critical else warning
            # What we could not hear may be what is missing.
            if self.deaf and key != "errors" and left and (left.invert or value < left.start):
                state = Unknown
            self.bad[state].append(f"{_name(name)} {plain(round(value, 2))}{unit}{words}")

    def _judge_own(self, name: str, rate: Rate, own: FlowLimit) -> None:
        per_minute = rate.per_minute
        if own.min_rate is not None and per_minute is not None and per_minute < own.min_rate:
            text = f"{plain(round(per_minute, 2))}/min, minimum {plain(own.min_rate)}"
            self.bad[Unknown if self.deaf else Critical].append(f"{_name(name)} {text}")
        errors = rate.errors
        if own.max_errors is not None and errors is not None and errors > own.max_errors:
            text = f"{plain(round(errors, 1))}% bad, at most {plain(own.max_errors)}"
            self.bad[Critical].append(f"{_name(name)} {text}")

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.horizon.doubts)),
            NoneOf("zero", Critical, self._at_zero),
            NoneOf("bad", Critical, lambda _: self._outside(Critical)),
            NoneOf("unheard", Unknown, self._unheard),
            NoneOf("unsure", Unknown, lambda _: self._outside(Unknown)),
            NoneOf("none", Unknown, lambda _: self._none()),
            NoneOf("poor", Warn, lambda _: self._outside(Warn)),
        ]
        code, problems = judge(self, contexts)
        details = [
            *self._each("CRITICAL", self.zero.at_zero),
            *[f"CRITICAL: {text}" for text in self.bad[Critical]],
            *[f"UNKNOWN: {doubt}" for doubt in self.horizon.doubts],
            *self._each("UNKNOWN", self.zero.unheard),
            *[f"UNKNOWN: {text}" for text in self.bad[Unknown]],
            *[f"WARNING: {text}" for text in self.bad[Warn]],
        ]
        return Answer(
            "speedo", code, "; ".join(problems) or self._all_well(), details, self._figures()
        )

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        blind = bool(self.horizon.blind)
        return [
            Metric("doubts", len(self.horizon.doubts)),
            Metric("zero", 0 if blind else len(self.zero.at_zero) + self._unlisted_at_zero),
            Metric("bad", 0 if blind else len(self.bad[Critical])),
            Metric("unheard", 0 if blind else len(self.zero.unheard)),
            Metric("unsure", 0 if blind else len(self.bad[Unknown])),
            Metric("none", int(not self.zero.total and not self.horizon.doubts)),
            Metric("poor", 0 if blind else len(self.bad[Warn])),
        ]

    @property
    def _unlisted_at_zero(self) -> int:
        return 0 if self.deaf else self.zero.unlisted

    def _at_zero(self, number: float) -> str:
        names = [self._idle(flow) for flow in self.zero.at_zero[:NAMED]]
        return (
            f"{number:.0f} of {count(self.zero.total, self.noun)} at zero: "
            f"{listing(names, NAMED, int(number))}, limit {span(self.window)}"
        )

    def _unheard(self, number: float) -> str:
        names = [self._idle(flow) for flow in self.zero.unheard[:NAMED]]
        why = flows.deafness(self.horizon, self.zero.unheard[0], self.window)
        return (
            f"{number:.0f} of {count(self.zero.total, self.noun)} not heard: "
            f"{listing(names, NAMED, int(number))}, limit {span(self.window)}; {why}"
        )

    def _outside(self, state: ServiceState) -> str:
        texts = self.bad[state]
        unsure = " or not heard" if state is Unknown else ""
        return (
            f"{len(texts)} of {count(self.zero.total, self.noun)} outside their limits{unsure} "
            f"in {span(self.window)}: {listing(texts, NAMED)}"
        )

    def _none(self) -> str:
        asked = self.given.client or self.given.source
        if asked:
            return f"no {self.noun} is called {listing([clean(each) for each in asked], NAMED)}"
        born = self.horizon.born
        if born is None:
            return "no transfer has been reported"
        age = span(self.horizon.now - born)
        return f"no transfer has been reported since this store began, {age} ago"

    def _idle(self, flow: transfers.Flow) -> str:
        if not flow.last_good:
            moment = self.declared.get(flow.name)
            if moment is None:
                return f"{_name(flow.name)} (never)"
            age = span(max(0.0, self.horizon.now - moment))
            return f"{_name(flow.name)} (never, declared {age} ago)"
        return f"{_name(flow.name)} ({span(max(0.0, self.horizon.stored_up_to - flow.last_good))})"

    def _each(self, state: str, idle: Sequence[transfers.Flow]) -> list[str]:
        return [f"{state}: {self._idle(flow)} without a good transfer" for flow in idle]

    def _all_well(self) -> str:
        moving = self.zero.total - len(self.zero.at_zero)
        text = f"{count(moving, self.noun)} moving"
        if self.total.per_minute is not None:
            text += f", {plain(round(self.total.per_minute, 1))} transfers a minute in all"
        errors = self.total.errors
        return text if errors is None else f"{text}, {plain(round(errors, 1))}% bad"

    def _figures(self) -> list[Figure]:
        total = Figure("total", self.zero.total, least="0")
        if self.horizon.blind:
            return [total]
        rate, errors, size = self.total.per_minute, self.total.errors, self.total.bytes_per_minute
        return [
            total,
            Figure("zero", len(self.zero.at_zero) + self._unlisted_at_zero, least="0"),
            Figure("outside", len(self.bad[Critical]) + len(self.bad[Warn]), least="0"),
            Figure("unheard", len(self.zero.unheard), least="0"),
            Figure("messages_per_minute", rounded(rate, 3), least="0"),
            Figure("bytes_per_minute", rounded(size, 1), least="0"),
            Figure("errors", rounded(errors, 3), "%", "", "", "0", "100"),
        ]


def _name(name: str) -> str:
    return shorten(clean(name), NAME_BYTES)
