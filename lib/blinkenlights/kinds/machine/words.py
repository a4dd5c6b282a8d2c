"""What is said of machines: on line 1 of check_machine, and in its lines for -v."""

from collections.abc import Sequence

from blinkenlights.kinds.machine.judge import Judged, activity, pool_words
from blinkenlights.kinds.machine.limits import MachineLimits
from blinkenlights.kinds.machine.shortages import PoolShortage
from blinkenlights.kinds.machine.survey import Machines
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok
from blinkenlights.plugin.sentences import (
    ahead_of_our_clock,
    left_unheard,
    not_heard,
    since_it_began,
    with_limits,
)
from blinkenlights.plugin.words import (
    NAMED,
    clean,
    count,
    listing,
    moment,
    short,
    span,
)

NOT_JUDGED = "silence is not judged: set limits with -w and -c, or for pools in the configuration"


class MachineWords:
    """The words of line 1 for machines at a horizon, measured by limits."""

    def __init__(self, found: Machines, horizon: Horizon, limits: MachineLimits) -> None:
        """Take what was found, what could be heard, and by what it is measured."""
        self.found = found
        self.horizon = horizon
        self.limits = limits

    def lost(self) -> str:
        """Return who lost its task and was not seen since."""
        now = self.horizon.as_of
        names = [
            f"{short(one.machine)} ({span(max(0.0, now - one.since))} ago)"
            for one in self.found.of("lost")
        ]
        number = self.found.number("lost")
        listed = listing(names, NAMED, number)
        return f"{number} {self._of_all} lost, claim expired and not seen since: {listed}"

    def overdue(self, word: str) -> str:
        """Return who is silent or late, with its ages and limits."""
        number = self.found.number(word)
        return f"{number} {self._of_all} {word}: {_with_limits(self.found.of(word), number)}"

    def failing(self) -> str:
        """Return who fails all it does."""
        names = [
            f"{short(one.machine)} ({one.why}, limit {one.limit})"
            for one in self.found.of("failing")
        ]
        number = self.found.number("failing")
        return f"{number} {self._of_all} failing: {listing(names, NAMED, number)}"

    def short(self, ones: Sequence[PoolShortage]) -> str:
        """Return which pools have too few machines, or may have."""
        return listing([self._shortage(one) for one in ones], NAMED)

    def never_seen(self, ones: Sequence[Judged]) -> str:
        """Return who was declared and never seen."""
        head = f"{count(len(ones), 'expected machine')} never seen since declared"
        tail = "" if ones[0].limit else ", no limit set"
        return f"{head}: {_with_limits(ones, len(ones))}{tail}"

    def ahead(self) -> str:
        """Return who was seen ahead of our clock."""
        ones, number = self.found.of("ahead"), self.found.number("ahead")
        return ahead_of_our_clock(
            f"{number} {self._of_all} last seen",
            [(short(one.machine), one.seen - self.horizon.now) for one in ones],
            number,
            "whether they live",
        )

    def unheard(self) -> str:
        """Return who may not have been heard, and why."""
        return not_heard(
            [(one.why, one) for one in self.found.of("unheard")],
            lambda ones, most: _with_limits(ones, len(ones), most),
            self._of_all,
            more=self.found.unlisted.get("unheard", 0),
            most_first=True,
        )

    @property
    def number_unheard(self) -> int:
        """How many may have died, or come back, since they were heard last."""
        if self.horizon.blind:
            return self.found.total
        return self.found.number("unheard", "ahead") + self.found.doubtful

    def left_unheard(self) -> str:
        """Return how many are unheard where that comes of a doubt; else nothing."""
        if not (self.horizon.blind or self.found.doubtful):
            return ""
        return left_unheard(self.number_unheard, self.found.total, "machine")

    def missing(self, *, is_filtered: bool) -> str:
        """Return who was asked for and is not there."""
        began = since_it_began(self.horizon)
        now = self.horizon.as_of
        gone = [
            f"{short(one.machine)} ({clean(one.why)} {span(max(0.0, now - one.since))} ago)"
            for one in self.found.of("removed")
        ]
        unknown = [short(name) for name in self.found.missing]
        told = [f"no machine any more: {listing(gone, NAMED)}"] if gone else []
        if unknown:
            told.append(f"not known: {listing(unknown, NAMED)}, neither heard nor declared{began}")
        if told:
            return "; ".join(told)
        if is_filtered:
            return f"no machine matches what was asked for{began}"
        return f"no machine known: nobody has told of one{began}"

    def all_well(self) -> str:
        """Return how many are alive, and what else is worth a word when nothing is wrong."""
        found, oldest, age = self.found, self.found.oldest, self.oldest_age
        if found.is_unjudged:
            text = f"{count(found.total, 'machine')} known, {NOT_JUDGED}"
        else:
            text = f"{count(found.alive, 'machine')} alive"
        if oldest and age is not None:
            text += f", oldest {short(oldest.machine)} ({span(age)})"
            limit = self.limits.words(Critical, oldest.pool)
            text += f", limit {limit}" if limit else ""
        if found.number("idle") and not found.is_unjudged:
            text += f"; {found.number('idle')} idle, not judged"
        for word in ("quarantined", "retired"):
            names = [short(one.machine) for one in found.of(word)]
            text += f"; {len(names)} {word}: {listing(names, NAMED)}" if names else ""
        pending = [one for one in found.of("expected") if one.status is Ok]
        return text + (f"; {len(pending)} expected and not seen yet" if pending else "")

    @property
    def oldest_age(self) -> float | None:
        """Seconds since the one was seen that was seen longest ago; None without any."""
        oldest = self.found.oldest
        return max(0.0, self.horizon.as_of - oldest.seen) if oldest else None

    @property
    def _of_all(self) -> str:
        return f"of {count(self.found.total, 'machine')}"

    def _shortage(self, one: PoolShortage) -> str:
        resting = f", {one.quarantined} quarantined" if one.quarantined else ""
        since = f", since {span(max(0.0, self.horizon.as_of - one.since))}" if one.since else ""
        pool = short(pool_words(one.pool))
        if one.doubt and one.alive >= one.minimum:
            return f"nobody knows whether {one.minimum} live in pool {pool}: {one.doubt}"
        doubt = f"; {one.doubt}" if one.doubt else ""
        needed = f"{one.alive} alive of {one.minimum} needed"
        return f"pool {pool} short: {needed}{resting}{since}{doubt}"


def _with_limits(ones: Sequence[Judged], number: int, most: int = NAMED) -> str:
    return with_limits([(one.machine, one.silence, one.limit) for one in ones], number, most)


def sentence(one: Judged, now: float) -> str:
    """Return all that is to be said of one machine: `mdc1:ms-100 (pool) silent for 5h, ...`."""
    name = f"{clean(one.machine)}" + (f" ({pool_words(one.pool)})" if one.pool else "")
    return f"{name} {said(one, now)}"


def said(one: Judged, now: float) -> str:
    """Return what is to be said of one machine, without its name."""
    limit = f", limit {one.limit}" if one.limit else ""
    doing = activity(one, now)
    tail = f"; {doing}" if doing else ""
    ago = span(max(0.0, round(now - one.seen)))
    seen = f"last seen {ago} ago" if one.seen else "never seen"
    lasted = span(round(one.silence))
    return {
        "lost": f"lost: its claim of a task expired {moment(one.since)}, not seen since; {seen}"
        f"{tail}",
        "silent": f"silent for {lasted}, since {moment(one.seen)}{limit}{tail}",
        "failing": f"failing, {one.why}{limit}; {seen}{tail}",
        "expected": f"declared {lasted} ago and never seen{limit}",
        "ahead": f"last seen ahead of our clock, {moment(one.seen)}; set the clocks",
        "unheard": f"not heard since {moment(one.seen)}, {one.why}{limit}{tail}",
        "late": f"late for {lasted}, since {moment(one.seen)}{limit}{tail}",
        "idle": f"idle, {seen}, its silence is not judged{tail}",
        "quarantined": f"quarantined since {moment(one.since)}"
        + (f" until {moment(one.until)}" if one.until else "")
        + (f": {one.why}" if one.why else "")
        + f"; {seen}{tail}",
        "retired": f"retired since {moment(one.since)}",
        "removed": f"{clean(one.why) or 'removed'} {moment(one.since)}; {seen}{tail}",
        "alive": f"{seen}{limit}{tail}",
    }[one.word]


def lacking(one: PoolShortage) -> str:
    """Return in words what a pool lacks, or why nobody can know whether it does."""
    resting = f", {one.quarantined} quarantined" if one.quarantined else ""
    since = f", enough until {moment(one.since)}" if one.since else ""
    doubt = f", {one.doubt}" if one.doubt else ""
    return (
        f"pool {pool_words(one.pool)} has {one.alive} of {one.minimum} machines needed"
        f"{resting}{since}{doubt}"
    )
