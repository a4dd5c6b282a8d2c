"""What is said of a fleet of components: on line 1 of check_heartbeat, and in its lines for -v."""

from collections.abc import Iterator, Sequence

from blinkenlights.kinds.heartbeat.health import Trouble
from blinkenlights.kinds.heartbeat.lateness import Limits, Overdue
from blinkenlights.kinds.heartbeat.shortages import Shortage
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical
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
    shorten,
    span,
)

MESSAGE_BYTES = 60
"""What a component says of itself, on line 1."""


class FleetWords:
    """The words for a fleet at a horizon, measured by limits; `each...` gives lines for -v."""

    def __init__(self, fleet: Fleet, horizon: Horizon, limits: Limits) -> None:
        """Take what was found, what could be heard, and by what it is measured."""
        self.fleet = fleet
        self.horizon = horizon
        self.limits = limits

    def overdue(self, word: str, listed: Sequence[Overdue], number: int) -> str:
        """Return who is silent or late, with its ages and limits."""
        return f"{number} {self._of_all} {word}: {self._with_limits(listed, number)}"

    def each(self, word: str, ones: Sequence[Overdue]) -> Iterator[str]:
        """Yield a line for each that is silent, late or never seen."""
        for one in ones:
            yield (
                f"{clean(one.component)} {word} for {span(one.silence)}, "
                f"since {moment(one.seen)}, limit {self._limit(one)}"
            )

    def never_seen(self) -> str:
        """Return who was declared and never seen."""
        ones = self.fleet.awaited
        noun = count(len(ones), "expected component")
        return f"{noun} never seen since declared: {self._with_limits(ones, len(ones))}"

    def trouble(self, word: str, ones: Sequence[Trouble]) -> str:
        """Return who says of itself that it is not well."""
        names = [
            f"{short(one.component)} ({span(max(0.0, self.horizon.as_of - one.since))})"
            + (f": {shorten(clean(one.message), MESSAGE_BYTES)}" if one.message else "")
            for one in ones
        ]
        return f"{count(len(ones), 'component')} {word}: {listing(names, NAMED)}"

    def each_in_trouble(self, ones: Sequence[Trouble]) -> Iterator[str]:
        """Yield a line for each that says of itself that it is not well."""
        for one in ones:
            name, message = clean(one.component), clean(one.message)
            yield f"{name} {one.status} since {moment(one.since)}: {message}"

    def too_few(self) -> str:
        """Return who has too few instances."""
        ones = self.fleet.shortages
        names = [
            f"{short(one.component)} ({one.alive} of {one.minimum} needed, {self._since(one)})"
            for one in ones
        ]
        return f"{count(len(ones), 'component')} short of instances: {listing(names, NAMED)}"

    def each_short(self) -> Iterator[str]:
        """Yield a line for each that has too few instances."""
        for one in self.fleet.shortages:
            since = "never more" if one.since is None else f"since {moment(one.since)}"
            has = f"{one.alive} of {one.minimum} instances needed"
            yield f"{clean(one.component)} has {has}, {since}"

    def ahead(self) -> str:
        """Return who was seen ahead of our clock."""
        ones, now = self.fleet.ahead, self.horizon.now
        return ahead_of_our_clock(
            f"{len(ones)} {self._of_all} last seen",
            [(short(one.component), one.seen - now) for one in ones[:NAMED]],
            len(ones),
            "whether they live",
        )

    def each_ahead(self) -> Iterator[str]:
        """Yield a line for each that was seen ahead of our clock."""
        for one in self.fleet.ahead:
            yield f"{clean(one.component)} last seen ahead of our clock, {moment(one.seen)}"

    def unheard(self) -> str:
        """Return who may not have been heard, and why."""
        horizon, ones = self.horizon, self.fleet.unheard

        def named(ones: Sequence[Overdue], most: int) -> str:
            # For how long nobody knows of them, not for how long they could have been heard.
            aged = [one._replace(silence=horizon.as_of - one.seen) for one in ones]
            return self._with_limits(aged, len(ones), most)

        return not_heard(
            [(horizon.deafness(one.source, one.seen), one) for one in ones],
            named,
            self._of_all,
            more=self.fleet.unlisted[2],
            most_first=True,
            once=True,
        )

    def each_unheard(self) -> Iterator[str]:
        """Yield a line for each that may not have been heard."""
        for one in self.fleet.unheard:
            why = self.horizon.deafness(one.source, one.seen)
            yield f"{clean(one.component)} not heard since {moment(one.seen)}, {why}"

    @property
    def number_unheard(self) -> int:
        """How many may have died, or come back, since they were heard last."""
        fleet = self.fleet
        if self.horizon.blind:
            return fleet.total
        return len(fleet.unheard) + fleet.unlisted[2] + len(fleet.ahead) + fleet.doubtful

    def blind(self) -> str:
        """Return why nothing can be judged, and of how many."""
        return self.horizon.blind + self.left_unheard()

    def left_unheard(self) -> str:
        """Return how many are unheard where that comes of a doubt; else nothing."""
        if not (self.horizon.blind or self.fleet.doubtful):
            return ""
        return left_unheard(self.number_unheard, self.fleet.total, "component")

    def missing(self, *, is_filtered: bool) -> str:
        """Return who was asked for and is not there."""
        began = since_it_began(self.horizon)
        if self.fleet.missing:
            names = listing([short(name) for name in self.fleet.missing], NAMED)
            return f"not known: {names}, neither heard nor declared{began}"
        if is_filtered:
            return f"no component matches what was asked for{began}"
        return f"no component known: nobody has sent a heartbeat{began}"

    def all_well(self) -> str:
        """Return how many are alive, and what else is worth a word when nothing is wrong."""
        fleet, oldest, age = self.fleet, self.fleet.oldest, self.oldest_age
        text = f"{count(fleet.alive, 'component')} alive"
        if oldest and age is not None:
            text += f", oldest {short(oldest.component)} ({span(age)})"
            limit = self.limits.words(Critical, oldest.interval)
            text += f", limit {limit}" if limit else ""
        if fleet.retired:
            text += f"; retired: {listing([short(name) for name in fleet.retired], NAMED)}"
        if fleet.pending:
            text += f"; {len(fleet.pending)} expected and not seen yet"
        if fleet.skewed:
            clocks = [clock(name, by) for name, by in sorted(fleet.skewed.items())]
            text += f"; {count(len(fleet.skewed), 'wrong clock')}: {listing(clocks, 1)}"
        return text

    @property
    def oldest_age(self) -> float | None:
        """Seconds since the one was seen that was seen longest ago; None without any."""
        oldest = self.fleet.oldest
        return max(0.0, self.horizon.as_of - oldest.seen) if oldest else None

    @property
    def _of_all(self) -> str:
        return f"of {count(self.fleet.total, 'component')}"

    def _with_limits(self, ones: Sequence[Overdue], number: int, most: int = NAMED) -> str:
        each = [(one.component, one.silence, self._limit(one)) for one in ones]
        return with_limits(each, number, most)

    def _limit(self, one: Overdue) -> str:
        return self.limits.words(one.state, one.interval)

    def _since(self, one: Shortage) -> str:
        if one.since is None:
            return "never more"
        return f"since {span(max(0.0, self.horizon.as_of - one.since))} ago"


def clock(component: str, seconds: float) -> str:
    """Return in words by how much a component's clock is wrong."""
    return f"{short(component)} ({span(abs(seconds))} {'ahead' if seconds > 0 else 'behind'})"
