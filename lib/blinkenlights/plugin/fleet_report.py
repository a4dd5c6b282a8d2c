"""The words and figures of check_heartbeat for a fleet that was surveyed."""

import argparse
import time
from collections.abc import Sequence

import nagiosplugin
from nagiosplugin import Critical, Metric, Range, Unknown, Warn

from blinkenlights.plugin.answer import Answer, Figure, unique_labels
from blinkenlights.plugin.fleet import Fleet, Trouble
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.lateness import Limits, Overdue
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.verdict import BY_WORD, NoneOf, grade, judge
from blinkenlights.plugin.words import clean, count, listing, plain, shorten, span

NAMED = 3
"""Components named in the first line; -v lists all."""
NAME_BYTES = 40


class FleetReport(nagiosplugin.Resource):
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
        for component, value in sorted(fleet.values.items()):
            state, limit = grade(value, *value_ranges)
            if value is None:
                self.bad_values["unknown"].append(_name(component))
            elif str(state) in self.bad_values:
                text = f"{_name(component)} {self._key} {plain(value)}{limit}"
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
            NoneOf("unheard", Unknown, self._unheard),
            NoneOf("missing", missing or Unknown, self._missing),
            NoneOf("no_values", missing or Unknown, self._no_values),
            NoneOf("late", Warn, lambda n: self._overdue(n, "late", fleet.late)),
            NoneOf("degraded", Warn, lambda _: self._trouble("degraded")),
            NoneOf("high_values", Warn, lambda _: self._values("warning")),
        ]
        code, problems = judge(self, contexts)
        details = self._details()
        if self.horizon.blind:
            code, problems = int(Unknown), [self.horizon.blind]
            details = self.horizon.details if self.given.verbose > 1 else []
        return Answer(
            "heartbeat",
            code,
            "; ".join(problems) or self._all_well(),
            details,
            self._figures(),
            self._facts() if self.given.json else {},
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
        limits = {self._limit(one) for one in listed}
        shared = limits.pop() if len(limits) == 1 else ""
        names = [
            f"{_name(one.component)} ({span(one.silence)}"
            + ("" if shared else f", limit {self._limit(one)}")
            + ")"
            for one in listed[:NAMED]
        ]
        text = f"{head}: {listing(names, NAMED, int(number))}"
        return f"{text}, limit {shared}" if shared else text

    def _limit(self, one: Overdue) -> str:
        return self.limits.words(one.state, one.interval)

    def _never_seen(self, number: float) -> str:
        names = [f"{_name(one.component)} ({span(one.silence)})" for one in self.fleet.awaited]
        return (
            f"{count(int(number), 'expected component')} never seen since declared: "
            f"{listing(names, NAMED)}, limit {self.limits.words(Critical, self.horizon.interval)}"
        )

    def _unheard(self, number: float) -> str:
        listed = self.fleet.unheard
        names = [
            f"{_name(one.component)} ({span(self.horizon.now - one.seen)})"
            for one in listed[:NAMED]
        ]
        return (
            f"{number:.0f} of {count(self.fleet.total, 'component')} not heard since the collector "
            f"could not listen: {listing(names, NAMED, int(number))}"
        )

    def _missing(self, _: float) -> str:
        if self.fleet.missing:
            return f"not known: {listing([_name(name) for name in self.fleet.missing], NAMED)}"
        if self._is_filtered:
            return "no component matches what was asked for"
        return "no component known: nobody has sent a heartbeat yet"

    def _trouble(self, status: str) -> str:
        ones = [one for one in self.fleet.trouble if one.status == status]
        names = [
            f"{_name(one.component)} ({span(self.horizon.now - one.since)})"
            + (f": {shorten(clean(one.message), 60)}" if one.message else "")
            for one in ones
        ]
        return f"{count(len(ones), 'component')} {status}: {listing(names, NAMED)}"

    def _short(self, number: float) -> str:
        names = [
            f"{_name(one.component)} {one.alive} of {one.minimum}" for one in self.fleet.shortages
        ]
        return f"{count(int(number), 'component')} short of instances: {listing(names, NAMED)}"

    def _values(self, state: str) -> str:
        return listing(self.bad_values[state], NAMED)

    def _no_values(self, number: float) -> str:
        names = listing(self.bad_values["unknown"], NAMED)
        return f"{count(int(number), 'component')} without a number {self._key}: {names}"

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
            text += f", oldest {_name(one.component)} ({span(one.silence)})"
            limit = self._limit(one)
            text += f", limit {limit}" if limit else ""
        if fleet.retired:
            text += f"; retired: {listing([_name(name) for name in fleet.retired], NAMED)}"
        if fleet.pending:
            text += f"; {len(fleet.pending)} expected and not seen yet"
        if fleet.skewed:
            text += f"; {count(len(fleet.skewed), 'wrong clock')}: " + listing(
                [_skew(name, by) for name, by in sorted(fleet.skewed.items())], 1
            )
        return text

    def _details(self) -> list[str]:
        if not self.given.verbose and not self.given.json:
            return []
        fleet, bad = self.fleet, self.bad_values
        down = [one for one in fleet.trouble if one.status == "down"]
        degraded = [one for one in fleet.trouble if one.status != "down"]
        return [
            *self._each("CRITICAL", "silent", fleet.silent),
            *self._each("CRITICAL", "declared and never seen", fleet.awaited),
            *[f"CRITICAL: {_reported(one)}" for one in down],
            *[
                f"CRITICAL: {clean(one.component)} has {one.alive} of {one.minimum} instances"
                for one in fleet.shortages
            ],
            *[f"CRITICAL: {text}" for text in bad["critical"]],
            *[f"UNKNOWN: {doubt}" for doubt in self.doubts],
            *self._each("UNKNOWN", "not heard", fleet.unheard),
            *[f"UNKNOWN: {clean(name)} is not known" for name in fleet.missing],
            *[f"UNKNOWN: {name} sends no {self._key}" for name in bad["unknown"]],
            *self._each("WARNING", "late", fleet.late),
            *[f"WARNING: {_reported(one)}" for one in degraded],
            *[f"WARNING: {text}" for text in bad["warning"]],
            *[f"clock: {_skew(name, by)}" for name, by in sorted(fleet.skewed.items())],
            *[f"expected, not seen yet: {clean(name)}" for name in fleet.pending],
            *(self.horizon.details if self.given.verbose > 1 else ()),
        ]

    def _each(self, state: str, word: str, ones: Sequence[Overdue]) -> list[str]:
        return [
            f"{state}: {clean(one.component)} {word} for {span(one.silence)}, "
            f"since {_moment(one.seen)}, limit {self._limit(one)}"
            for one in ones
        ]

    def _figures(self) -> list[Figure]:
        fleet = self.fleet
        interval = fleet.oldest.interval if fleet.oldest else self.horizon.interval
        warning, critical = self.limits.of(interval)
        age = (
            max(0.0, round(self.horizon.judged_at - fleet.oldest.seen, 3)) if fleet.oldest else None
        )
        unheard = len(fleet.unheard) + fleet.unlisted[2]
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
            Figure(labels[name], value, "", *map(written, self.value_ranges))
            for name, value in sorted(fleet.values.items())
        ]

    @property
    def _is_filtered(self) -> bool:
        given = self.given
        return bool(given.name or given.exclude or given.system or given.uuid)

    def _facts(self) -> dict[str, object]:
        fleet = self.fleet
        overdue = [
            {
                "component": one.component,
                "state": word,
                "silence": round(one.silence, 3),
                "seen": one.seen,
                "interval": one.interval,
                "limit": self._limit(one),
            }
            for word, ones in (
                ("silent", fleet.silent),
                ("late", fleet.late),
                ("unheard", fleet.unheard),
                ("expected", fleet.awaited),
            )
            for one in ones
        ]
        return {
            "judged_at": self.horizon.judged_at,
            "doubts": self.doubts,
            "overdue": overdue,
            "alive": [
                {"component": one.component, "seen": one.seen, "interval": one.interval}
                for one in fleet.on_time
            ],
            "pending": fleet.pending,
            "missing": fleet.missing,
            "trouble": [one._asdict() for one in fleet.trouble],
            "short": [one._asdict() for one in fleet.shortages],
            "values": fleet.values,
            "clocks": fleet.skewed,
        }


def _name(component: str) -> str:
    return shorten(clean(component), NAME_BYTES)


def _skew(component: str, seconds: float) -> str:
    return f"{_name(component)} ({span(abs(seconds))} {'ahead' if seconds > 0 else 'behind'})"


def _reported(one: Trouble) -> str:
    return f"{clean(one.component)} {one.status} since {_moment(one.since)}: {clean(one.message)}"


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
