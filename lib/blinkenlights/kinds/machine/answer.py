"""The words and figures of check_machine for machines that were surveyed."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.machine.details import facts, lines
from blinkenlights.kinds.machine.judge import Judged, pool_words
from blinkenlights.kinds.machine.limits import MachineLimits
from blinkenlights.kinds.machine.shortages import PoolShortage
from blinkenlights.kinds.machine.survey import Machines
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Metric, Ok, Resource, ServiceState, Unknown, Warn
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.verdict import NoneOf, judge
from blinkenlights.plugin.words import clean, count, listing, shorten, span

NAMED = 3
NAME_BYTES = 40
NOT_JUDGED = "silence is not judged: set limits with -w and -c, or for pools in the configuration"


class Wanted(NamedTuple):
    """How to answer."""

    missing: ServiceState | None
    """What it means when something asked for is not there; None for the usual."""
    is_filtered: bool
    verbose: int
    json: bool


class MachineReport(Resource):
    """The machines as figures, and the words for each that is not as it should be."""

    def __init__(
        self, found: Machines, horizon: Horizon, limits: MachineLimits, wanted: Wanted
    ) -> None:
        """Take what was found, what could be heard, what is demanded, and how to answer."""
        self.found = found
        self.horizon = horizon
        self.limits = limits
        self.wanted = wanted
        self.doubts = doubts_of(horizon)
        never = found.of("expected")
        self.never = {
            state: [one for one in never if one.status is state] for state in (Critical, Warn, Ok)
        }
        self.short = [one for one in found.shortages if not one.doubt]
        self.unsure = [one for one in found.shortages if one.doubt]

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        missing = self.wanted.missing
        found = self.found
        contexts = [
            NoneOf("lost", Critical, lambda _: self._lost()),
            NoneOf("silent", Critical, lambda _: self._overdue("silent")),
            NoneOf("short", Critical, lambda _: self._short(self.short)),
            NoneOf("failing", Critical, lambda _: self._failing()),
            NoneOf("never_seen", missing or Critical, lambda _: self._never_seen(Critical)),
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.doubts)),
            NoneOf("ahead", Unknown, lambda _: self._ahead()),
            NoneOf("unheard", Unknown, lambda _: self._unheard()),
            NoneOf("missing", missing or Unknown, lambda _: self._missing()),
            NoneOf("unsure", Unknown, lambda _: self._short(self.unsure)),
            NoneOf("late", Warn, lambda _: self._overdue("late")),
            NoneOf("not_yet_seen", missing or Warn, lambda _: self._never_seen(Warn)),
        ]
        code, problems = judge(self, contexts)
        details: list[str] = []
        if self.horizon.blind:
            code, problems = int(Unknown), [self.horizon.blind]
        else:
            if problems and self.found.is_unjudged:
                problems.append(NOT_JUDGED)
            if self.wanted.verbose or self.wanted.json:
                details = lines(found, self.horizon, self.doubts)
        if self.wanted.verbose > 1:
            details += self.horizon.details
        known = facts(found, self.horizon, self.doubts) if self.wanted.json else {}
        summary = "; ".join(problems) or self._all_well()
        return Answer("machine", code, summary, details, self._figures(), known)

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        found = self.found
        nobody = not (found.total or self.doubts or found.missing or found.judged)
        figures = {
            "lost": found.number("lost"),
            "silent": found.number("silent"),
            "short": len(self.short),
            "failing": found.number("failing"),
            "never_seen": len(self.never[Critical]),
            "doubts": len(self.doubts),
            "ahead": found.number("ahead"),
            "unheard": found.number("unheard"),
            "missing": len(found.missing) + len(found.of("removed")) + nobody,
            "unsure": len(self.unsure),
            "late": found.number("late"),
            "not_yet_seen": len(self.never[Warn]),
        }
        return [Metric(name, figure) for name, figure in figures.items()]

    @property
    def _of_all(self) -> str:
        return f"of {count(self.found.total, 'machine')}"

    def _lost(self) -> str:
        ones, now = self.found.of("lost"), self.horizon.now
        names = [f"{_name(one)} ({span(max(0.0, now - one.since))} ago)" for one in ones]
        number = self.found.number("lost")
        return f"{number} {self._of_all} lost, claim expired and not seen since: " + listing(
            names, NAMED, number
        )

    def _overdue(self, word: str) -> str:
        ones, number = self.found.of(word), self.found.number(word)
        return f"{number} {self._of_all} {word}: {_with_limits(ones, number)}"

    def _failing(self) -> str:
        ones, number = self.found.of("failing"), self.found.number("failing")
        names = [f"{_name(one)} ({one.why}, limit {one.limit})" for one in ones]
        return f"{number} {self._of_all} failing: {listing(names, NAMED, number)}"

    def _short(self, ones: Sequence[PoolShortage]) -> str:
        return listing([self._shortage(one) for one in ones], NAMED)

    def _shortage(self, one: PoolShortage) -> str:
        resting = f", {one.quarantined} quarantined" if one.quarantined else ""
        since = f", since {span(self.horizon.now - one.since)}" if one.since else ""
        pool = shorten(pool_words(one.pool), NAME_BYTES)
        if one.doubt and one.alive >= one.minimum:
            return f"nobody knows whether {one.minimum} live in pool {pool}: {one.doubt}"
        doubt = f"; {one.doubt}" if one.doubt else ""
        return (
            f"pool {pool} short: {one.alive} alive of {one.minimum} needed{resting}{since}{doubt}"
        )

    def _never_seen(self, state: ServiceState) -> str:
        ones = self.never[state]
        head = f"{count(len(ones), 'expected machine')} never seen since declared"
        if ones[0].limit:
            return f"{head}: {_with_limits(ones, len(ones))}"
        return f"{head}: {_with_limits(ones, len(ones))}, no limit set"

    def _ahead(self) -> str:
        ones, number = self.found.of("ahead"), self.found.number("ahead")
        names = [f"{_name(one)} ({span(one.seen - self.horizon.now)})" for one in ones]
        return (
            f"{number} {self._of_all} last seen ahead of our clock, so nobody knows whether they "
            f"live: {listing(names, NAMED, number)}, limit {span(CLOCK_TOLERANCE)}; set the clocks"
        )

    def _unheard(self) -> str:
        by_reason: dict[str, list[Judged]] = {}
        for one in self.found.of("unheard"):
            by_reason.setdefault(one.why, []).append(one)
        # Line 1 is short, and each reason is worth more there than another name.
        most = NAMED if len(by_reason) == 1 else 1
        sentences = [
            f"{len(ones)} {self._of_all} not heard, {reason}: {_with_limits(ones, len(ones), most)}"
            for reason, ones in sorted(by_reason.items(), key=lambda item: -len(item[1]))
        ]
        more = self.found.unlisted.get("unheard", 0)
        return "; ".join([*sentences, f"{more} more not heard"] if more else sentences)

    def _missing(self) -> str:
        born = self.horizon.born
        age = f" since this store began {span(self.horizon.now - born)} ago" if born else ""
        gone = [
            f"{_name(one)} ({clean(one.why)} {span(max(0.0, self.horizon.now - one.since))} ago)"
            for one in self.found.of("removed")
        ]
        unknown = [shorten(clean(name), NAME_BYTES) for name in self.found.missing]
        told = [f"no machine any more: {listing(gone, NAMED)}"] if gone else []
        if unknown:
            told.append(f"not known: {listing(unknown, NAMED)}, neither heard nor declared{age}")
        if told:
            return "; ".join(told)
        if self.wanted.is_filtered:
            return f"no machine matches what was asked for{age}"
        return f"no machine known: nobody has told of one{age}"

    def _all_well(self) -> str:
        found = self.found
        if self.found.is_unjudged:
            text = f"{count(found.total, 'machine')} known, {NOT_JUDGED}"
        else:
            text = f"{count(found.alive, 'machine')} alive"
        oldest = found.oldest
        if oldest:
            age = span(max(0.0, self.horizon.judged_at - oldest.seen))
            text += f", oldest {shorten(clean(oldest.machine), NAME_BYTES)} ({age})"
            limit = self.limits.words(Critical, oldest.pool)
            text += f", limit {limit}" if limit else ""
        if found.number("idle") and not self.found.is_unjudged:
            text += f"; {found.number('idle')} idle, not judged"
        for word in ("quarantined", "retired"):
            names = [_name(one) for one in found.of(word)]
            text += f"; {len(names)} {word}: {listing(names, NAMED)}" if names else ""
        if self.never[Ok]:
            text += f"; {len(self.never[Ok])} expected and not seen yet"
        return text

    def _figures(self) -> list[Figure]:
        found, blind = self.found, bool(self.horizon.blind)
        oldest = found.oldest
        warning, critical = self.limits.ages(oldest.pool if oldest else "")
        age = max(0.0, round(self.horizon.judged_at - oldest.seen, 3)) if oldest else None
        unheard = found.number("unheard", "ahead") + (found.alive if blind else 0)
        numbers = {
            "total": found.total,
            "alive": 0 if blind else found.alive,
            "late": found.number("late"),
            "silent": found.number("silent"),
            "lost": found.number("lost"),
            "failing": found.number("failing"),
            "awaited": found.number("expected"),
            "idle": found.number("idle"),
            "quarantined": found.number("quarantined"),
            "unheard": unheard,
        }
        return [
            *[Figure(name, number, least="0") for name, number in numbers.items()],
            Figure("oldest", age, "s", written(warning), written(critical), "0"),
        ]


def doubts_of(horizon: Horizon) -> list[str]:
    """Return the doubts of a horizon that concern machines.

    A store is no wiser about an idle machine two minutes after it began.
    """
    return horizon._replace(born=None).doubts


def _name(one: Judged) -> str:
    return shorten(clean(one.machine), NAME_BYTES)


def _with_limits(ones: Sequence[Judged], number: int, most: int = NAMED) -> str:
    """Return the first few with their ages, and the limit, once if all share it."""
    limits = {one.limit for one in ones}
    shared = limits.pop() if len(limits) == 1 else ""
    names = [
        f"{_name(one)} ({span(one.silence)}"
        + (f", limit {one.limit}" if one.limit and not shared else "")
        + ")"
        for one in ones[:most]
    ]
    text = listing(names, most, number)
    return f"{text}, limit {shared}" if shared else text
