"""The words and figures of check_speedo for flows that were surveyed."""

from typing import TYPE_CHECKING

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.transfer.speed.survey import Idle, Question, Speeds
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Metric, Resource, ServiceState, Unknown, Warn
from blinkenlights.plugin.verdict import NoneOf, judge
from blinkenlights.plugin.words import (
    by_reason,
    clean,
    count,
    listing,
    plain,
    rounded,
    shorten,
    span,
)

if TYPE_CHECKING:
    from blinkenlights.kinds.transfer.speed.numbers import Outside

NAMED = 3
"""Flows named in a sentence of the first line; -v lists all."""
NAME_BYTES = 40


class SpeedReport(Resource):
    """The flows as figures, and the words for each that is not as it should be."""

    def __init__(self, asked: Question, found: Speeds, horizon: Horizon) -> None:
        """Take what was asked, what was found, and what could be heard."""
        self.noun = "flow" if asked.scope == "all" else asked.scope
        self.asked = asked
        self.found = found
        self.horizon = horizon
        self.outside: dict[ServiceState, list[Outside]] = {Critical: [], Unknown: [], Warn: []}
        for one in found.outside:
            self.outside[one.state].append(one)
        self.zero = len(found.at_zero) + found.unlisted[0]
        self.unheard = len(found.unheard) + found.unlisted[1]

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.horizon.doubts)),
            NoneOf("zero", Critical, lambda _: self._at_zero()),
            NoneOf("bad", Critical, lambda _: self._outside(Critical)),
            NoneOf("ahead", Unknown, lambda _: self._ahead()),
            NoneOf("unheard", Unknown, lambda _: self._unheard()),
            NoneOf("unsure", Unknown, lambda _: self._outside(Unknown)),
            NoneOf("unmeasured", Unknown, lambda _: self._unmeasured()),
            NoneOf("missing", Unknown, lambda _: self._missing()),
            NoneOf("poor", Warn, lambda _: self._outside(Warn)),
        ]
        code, problems = judge(self, contexts)
        idle = "without a good transfer"
        details = [
            *[f"CRITICAL: {self._idle(one)} {idle}" for one in self.found.at_zero],
            *self._each(Critical),
            *[f"UNKNOWN: {doubt}" for doubt in self.horizon.doubts],
            *[f"UNKNOWN: {self._idle(one)} {idle}, {one.deafness}" for one in self.found.unheard],
            *self._each(Unknown),
            *self._each(Warn),
        ]
        facts = {
            "at_zero": [one._asdict() for one in self.found.at_zero],
            "not_heard": [one._asdict() for one in self.found.unheard],
            "outside": [one._asdict() | {"state": str(one.state)} for one in self.found.outside],
            "missing": self.found.missing,
        }
        return Answer(
            "speedo", code, "; ".join(problems) or self._all_well(), details, self._figures(), facts
        )

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        nothing = not (self.found.total or self.found.missing or self.horizon.doubts)
        return [
            Metric("doubts", len(self.horizon.doubts)),
            Metric("zero", self.zero),
            Metric("bad", len(self.outside[Critical])),
            Metric("ahead", len(self.found.ahead)),
            Metric("unheard", self.unheard),
            Metric("unsure", len(self.outside[Unknown])),
            Metric("unmeasured", self.found.unmeasured),
            Metric("missing", len(self.found.missing) + nothing),
            Metric("poor", len(self.outside[Warn])),
        ]

    @property
    def _of_all(self) -> str:
        return f"of {count(self.found.total, self.noun)}"

    def _at_zero(self) -> str:
        names = listing([self._idle(one) for one in self.found.at_zero[:NAMED]], NAMED, self.zero)
        return f"{self.zero} {self._of_all} at zero: {names}, limit {span(self.asked.window)}"

    def _unheard(self) -> str:
        listed = [(one.deafness, self._idle(one)) for one in self.found.unheard]
        limit = f"limit {span(self.asked.window)}"
        sentences = [
            f"{number} {self._of_all} not heard, {reason}: {names}, {limit}"
            for reason, number, names in by_reason(listed, NAMED)
        ]
        if self.found.unlisted[1]:
            sentences.append(f"{self.found.unlisted[1]} more not heard, {limit}")
        return "; ".join(sentences)

    def _ahead(self) -> str:
        names = [
            f"{_name(flow.name)} ({span(flow.last_good - self.horizon.now)})"
            for flow in self.found.ahead[:NAMED]
        ]
        number = len(self.found.ahead)
        return (
            f"{number} {self._of_all} last moved ahead of our clock, so nobody knows when: "
            f"{listing(names, NAMED, number)}, limit {span(CLOCK_TOLERANCE)}; set the clocks"
        )

    def _outside(self, state: ServiceState) -> str:
        unsure = " or not heard" if state is Unknown else ""
        listed = [(one.kind, f"{_name(one.name)} ({one.words})") for one in self.outside[state]]
        return "; ".join(
            f"{number} {self._of_all} {kind}{unsure}: {names}, in {span(self.asked.window)}"
            for kind, number, names in by_reason(listed, NAMED)
        )

    def _unmeasured(self) -> str:
        return (
            f"no whole minute is counted yet: {self.found.unmeasured} {self._of_all} not measured "
            "against their limits"
        )

    def _missing(self) -> str:
        unknown = self.found.missing if self.found.total else self.asked.names
        if unknown:
            names = [_name(name) for name in unknown]
            return f"no {self.noun} is called {listing(names, NAMED)}"
        born = self.horizon.born
        age = f" since this store began, {span(self.horizon.now - born)} ago" if born else ""
        return f"no transfer has been reported{age}"

    def _idle(self, one: Idle) -> str:
        if one.silence is not None:
            words = span(max(0.0, one.silence))
        elif one.declared:
            words = f"never, declared {span(max(0.0, self.horizon.now - one.declared))} ago"
        else:
            words = "never"
        own = "" if one.deadline is None else f", deadline {span(one.deadline)}"
        return f"{_name(one.name)} ({words}{own})"

    def _each(self, state: ServiceState) -> list[str]:
        return [
            f"{str(state).upper()}: {_name(one.name)} {one.kind}: {one.words}"
            for one in self.outside[state]
        ]

    def _all_well(self) -> str:
        text = f"{count(self.found.total, self.noun)} moving"
        rate, errors = self.found.everything.per_minute, self.found.everything.errors
        if rate is not None:
            text += f", {plain(round(rate, 1))} transfers a minute in all"
        return text if errors is None else f"{text}, {plain(round(errors, 1))}% bad"

    def _figures(self) -> list[Figure]:
        total = Figure("total", self.found.total, least="0")
        if self.horizon.blind:
            return [total]
        everything = self.found.everything
        outside = len(self.outside[Critical]) + len(self.outside[Warn])
        return [
            total,
            Figure("zero", self.zero, least="0"),
            Figure("outside", outside, least="0"),
            Figure("unheard", self.unheard + len(self.found.ahead), least="0"),
            Figure("messages_per_minute", rounded(everything.per_minute, 3), least="0"),
            Figure("bytes_per_minute", rounded(everything.bytes_per_minute, 1), least="0"),
            Figure("errors", rounded(everything.errors, 3), "%", "", "", "0", "100"),
        ]


def _name(name: str) -> str:
    return shorten(clean(name), NAME_BYTES)
