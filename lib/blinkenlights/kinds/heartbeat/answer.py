"""The words and figures of check_heartbeat for a fleet that was surveyed."""

import argparse
from collections.abc import Sequence

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.heartbeat.details import clock, facts, lines, short
from blinkenlights.kinds.heartbeat.lateness import Limits, Overdue
from blinkenlights.kinds.heartbeat.shortages import Shortage
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.plugin.answer import Answer, Figure, unique_labels
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Metric, Range, Resource, Unknown, Warn
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.verdict import BY_WORD, NoneOf, grade, judge
from blinkenlights.plugin.words import clean, count, listing, plain, shorten, span

NAMED = 3
"""Components named in the first line; -v lists all."""


class FleetReport(Resource):
    """The fleet as figures, and the words for each that is not as it should be."""

    def __init__(
        self,
        fleet: Fleet,
        horizon: Horizon,
        limits: Limits,
        given: argparse.Namespace,
        value_ranges: tuple[Range | None, Range | None],
    ) -> None:
        """Take what was found, what could be heard, and what was asked."""
        self.fleet = fleet
        self.horizon = horizon
        self.limits = limits
        self.given = given
        self.doubts = horizon.doubts
        self._key = clean(given.value or "")
        self.bad_values: dict[str, list[str]] = {"critical": [], "warning": [], "unknown": []}
        self.value_ranges = value_ranges
        for component, (value, seen) in sorted(fleet.values.items()):
            state, limit = grade(value, *value_ranges)
            age = span(max(0.0, horizon.now - seen))
            if value is None:
                self.bad_values["unknown"].append(f"{short(component)} ({age} ago)")
            elif str(state) in self.bad_values:
                text = f"{short(component)} {self._key}={plain(value)} {age} ago{limit}"
                self.bad_values[str(state)].append(text)

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        missing = BY_WORD[self.given.missing] if self.given.missing else None
        fleet = self.fleet
        contexts = [
            NoneOf("silent", Critical, lambda n: self._overdue(n, "silent", fleet.silent)),
            NoneOf("never_seen", missing or Critical, self._never_seen),
            NoneOf("down", Critical, lambda _: self._trouble("down")),
            NoneOf("short", Critical, self._short),
            NoneOf("bad_values", Critical, lambda _: self._values("critical")),
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.doubts)),
            NoneOf("ahead", Unknown, self._ahead),
            NoneOf("unheard", Unknown, lambda _: "; ".join(self._unheard())),
            NoneOf("missing", missing or Unknown, self._missing),
            NoneOf("no_values", missing or Unknown, self._no_values),
            NoneOf("late", Warn, lambda n: self._overdue(n, "late", fleet.late)),
            NoneOf("degraded", Warn, lambda _: self._trouble("degraded")),
            NoneOf("high_values", Warn, lambda _: self._values("warning")),
        ]
        code, problems = judge(self, contexts)
        details: list[str] = []
        if self.horizon.blind:
            code, problems = int(Unknown), [self.horizon.blind]
        elif self.given.verbose or self.given.json:
            details = lines(fleet, self.horizon, self.limits, self.bad_values)
        if self.given.verbose > 1:
            details += self.horizon.details
        return Answer(
            "heartbeat",
            code,
            "; ".join(problems) or self._all_well(),
            details,
            self._figures(),
            facts(fleet, self.horizon, self.limits) if self.given.json else {},
        )

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context, in the order to say them."""
        fleet = self.fleet
        nothing = not (fleet.total or self.doubts or fleet.missing or fleet.retired)
        figures = {
            "silent": len(fleet.silent) + fleet.unlisted[0],
            "never_seen": len(fleet.awaited),
            "down": len([one for one in fleet.trouble if one.status == "down"]),
            "short": len(fleet.shortages),
            "bad_values": len(self.bad_values["critical"]),
            "doubts": len(self.doubts),
            "ahead": len(fleet.ahead),
            "unheard": len(fleet.unheard) + fleet.unlisted[2],
            "missing": len(fleet.missing) + nothing,
            "no_values": len(self.bad_values["unknown"]),
            "late": len(fleet.late) + fleet.unlisted[1],
            "degraded": len([one for one in fleet.trouble if one.status == "degraded"]),
            "high_values": len(self.bad_values["warning"]),
        }
        return [Metric(name, figure) for name, figure in figures.items()]

    def _overdue(self, number: float, word: str, listed: Sequence[Overdue]) -> str:
        head = f"{number:.0f} of {count(self.fleet.total, 'component')} {word}"
        silences = [one.silence for one in listed[:NAMED]]
        return f"{head}: {self._named(listed, silences, int(number))}"

    def _named(self, listed: Sequence[Overdue], ages: Sequence[float], number: int) -> str:
        """Return the first few with their ages, and the limit, once if all share it."""
        limits = {self._limit(one) for one in listed}
        shared = limits.pop() if len(limits) == 1 else ""
        names = [
            f"{short(one.component)} ({span(age)}"
            + ("" if shared else f", limit {self._limit(one)}")
            + ")"
            for one, age in zip(listed, ages, strict=False)
        ]
        text = listing(names, NAMED, number)
        return f"{text}, limit {shared}" if shared else text

    def _limit(self, one: Overdue) -> str:
        return self.limits.words(one.state, one.interval)

    def _never_seen(self, number: float) -> str:
        names = [f"{short(one.component)} ({span(one.silence)})" for one in self.fleet.awaited]
        return (
            f"{count(int(number), 'expected component')} never seen since declared: "
            f"{listing(names, NAMED)}, limit {self.limits.words(Critical, self.horizon.interval)}"
        )

    def _unheard(self) -> list[str]:
        """Return a sentence for each reason why some could not be heard, most of them first."""
        total = count(self.fleet.total, "component")
        by_reason: dict[str, list[Overdue]] = {}
        for one in self.fleet.unheard:
            reason = self.horizon.deafness(one.source, one.seen)
            by_reason.setdefault(reason, []).append(one)
        # Line 1 is short, and each reason is worth more there than another name.
        most = NAMED if len(by_reason) == 1 else 1
        sentences: list[str] = []
        for reason, ones in sorted(by_reason.items(), key=lambda item: -len(item[1])):
            ages = [self.horizon.now - one.seen for one in ones[:most]]
            number = f"{len(ones)}" if sentences else f"{len(ones)} of {total}"
            named = self._named(ones, ages, len(ones))
            sentences.append(f"{number} not heard, {reason}: {named}")
        if self.fleet.unlisted[2]:
            sentences.append(f"{self.fleet.unlisted[2]} more not heard")
        return sentences

    def _ahead(self, number: float) -> str:
        names = [
            f"{short(one.component)} ({span(one.seen - self.horizon.now)})"
            for one in self.fleet.ahead[:NAMED]
        ]
        return (
            f"{number:.0f} of {count(self.fleet.total, 'component')} last seen ahead of our clock, "
            f"so nobody knows whether they live: {listing(names, NAMED, int(number))}, "
            f"limit {span(CLOCK_TOLERANCE)}; set the clocks"
        )

    def _missing(self, _: float) -> str:
        if self.fleet.missing:
            names = listing([short(name) for name in self.fleet.missing], NAMED)
            return f"not known: {names}, neither heard nor declared{self._since_born}"
        if self._is_filtered:
            return f"no component matches what was asked for{self._since_born}"
        return f"no component known: nobody has sent a heartbeat{self._since_born}"

    @property
    def _since_born(self) -> str:
        born = self.horizon.born
        return f" since this store began {span(self.horizon.now - born)} ago" if born else ""

    def _trouble(self, status: str) -> str:
        ones = [one for one in self.fleet.trouble if one.status == status]
        names = [
            f"{short(one.component)} ({span(self.horizon.now - one.since)})"
            + (f": {shorten(clean(one.message), 60)}" if one.message else "")
            for one in ones
        ]
        return f"{count(len(ones), 'component')} {status}: {listing(names, NAMED)}"

    def _short(self, number: float) -> str:
        names = [
            f"{short(one.component)} ({one.alive} of {one.minimum} needed, {self._since(one)})"
            for one in self.fleet.shortages
        ]
        return f"{count(int(number), 'component')} short of instances: {listing(names, NAMED)}"

    def _since(self, one: Shortage) -> str:
        if one.since is None:
            return "never more"
        return f"since {span(max(0.0, self.horizon.now - one.since))} ago"

    def _values(self, state: str) -> str:
        return listing(self.bad_values[state], NAMED)

    def _no_values(self, number: float) -> str:
        names = listing(self.bad_values["unknown"], NAMED)
        noun = count(int(number), "component")
        return f"{noun} without a number {self._key} in the last heartbeat: {names}"

    def _all_well(self) -> str:
        fleet = self.fleet
        text = f"{count(fleet.alive, 'component')} alive"
        if fleet.oldest:
            one = Overdue(
                fleet.oldest.component,
                Critical,
                max(0.0, self.horizon.judged_at - fleet.oldest.seen),
                fleet.oldest.seen,
                fleet.oldest.interval,
            )
            text += f", oldest {short(one.component)} ({span(one.silence)})"
            limit = self._limit(one)
            text += f", limit {limit}" if limit else ""
        if fleet.retired:
            text += f"; retired: {listing([short(name) for name in fleet.retired], NAMED)}"
        if fleet.pending:
            text += f"; {len(fleet.pending)} expected and not seen yet"
        if fleet.skewed:
            text += f"; {count(len(fleet.skewed), 'wrong clock')}: " + listing(
                [clock(name, by) for name, by in sorted(fleet.skewed.items())], 1
            )
        return text

    def _figures(self) -> list[Figure]:
        fleet = self.fleet
        interval = fleet.oldest.interval if fleet.oldest else self.horizon.interval
        warning, critical = self.limits.of(interval)
        age = (
            max(0.0, round(self.horizon.judged_at - fleet.oldest.seen, 3)) if fleet.oldest else None
        )
        unheard = len(fleet.unheard) + fleet.unlisted[2] + len(fleet.ahead)
        if self.horizon.blind:
            unheard += fleet.alive
        figures = [
            Figure("total", fleet.total, least="0"),
            Figure("alive", 0 if self.horizon.blind else fleet.alive, least="0"),
            Figure("late", len(fleet.late) + fleet.unlisted[1], least="0"),
            Figure("silent", len(fleet.silent) + fleet.unlisted[0], least="0"),
            Figure("expected", len(fleet.awaited) + len(fleet.pending), least="0"),
            Figure("unheard", unheard, least="0"),
            Figure("oldest", age, "s", written(warning), written(critical), "0"),
        ]
        labels = unique_labels(list(fleet.values), self.given.value or "")
        return figures + [
            Figure(labels[name], reading.value, "", *map(written, self.value_ranges))
            for name, reading in sorted(fleet.values.items())
        ]

    @property
    def _is_filtered(self) -> bool:
        given = self.given
        return bool(given.name or given.exclude or given.system or given.uuid)
