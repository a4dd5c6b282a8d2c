"""A survey of the series asked for: which are silent, stale, not well or missing."""

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import NamedTuple

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.metric.keys import Facts
from blinkenlights.kinds.metric.limits import SURE, UNSURE, grace_of, limit_of, must_live
from blinkenlights.kinds.metric.read import Census, Standing, standing_of
from blinkenlights.kinds.metric.selection import Selection
from blinkenlights.plugin.hearing import only_lags, possible_sources, silence, was_deaf
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.sets import MOST_LISTED

MOST_MEASURED = 1_000
"""Series whose points of some time are read in one check; each takes some kilobytes."""


class Demanded(NamedTuple):
    """What is made of the points of a series."""

    of: str = "last"
    over: float = 0.0
    """Seconds; 0 for the newest point, however old."""


class Series(NamedTuple):
    """One series, judged by when something came last."""

    name: str
    word: str
    """`silent`, `stale`, `ahead`, `unheard` or `alive`."""
    silence: float
    """Seconds without a sign while we could hear."""
    limit: float
    """Seconds; 0 when nobody knows how often it comes, and nobody asked."""
    facts: Facts
    value: float = nan
    """What was asked for; NaN where there is none."""
    since: float = 0.0
    """When its number began to be bad; 0 when that was not asked for."""
    is_since_earlier: bool = False
    """Whether it was bad in all of the hour that was looked at."""

    @property
    def is_gone(self) -> bool:
        """Whether nothing came for too long."""
        return self.word in ("silent", "stale")


class Declared(NamedTuple):
    """A series that was declared and never seen."""

    name: str
    since: float
    silence: float
    limit: float


class Found(NamedTuple):
    """What was found. Lists are worst first."""

    total: int
    """Series that are judged, and those that are declared and were never seen."""
    series: list[Series]
    """All that were asked for by name; else those that are not well in some way."""
    unlisted: int
    """Stale ones beyond those listed."""
    are_unheard: bool
    """Whether those beyond the list may only not have been heard."""
    never: list[Declared]
    """Declared, never seen, and overdue."""
    pending: list[Declared]
    """Declared, never seen, and not overdue yet."""
    missing: list[str]
    """Asked for by name, and unknown to the store."""
    retired: dict[str, float]
    stopped: dict[str, float]
    left: int = 0
    """Asked for and not looked at: too many."""

    def of(self, word: str) -> list[Series]:
        """Return those of which nothing came for too long in this way, longest first."""
        return [one for one in self.series if one.word == word]

    def saying(self, status: str) -> list[Series]:
        """Return those whose newest event has this status, longest first."""
        told = [one for one in self.series if one.facts.status == status]
        return sorted(told, key=lambda one: one.facts.since)


def survey_of_all(store: StoreReader, census: Census, horizon: Horizon) -> Found:
    """Return what is not well of everything there is; raises a StoreError."""
    late = [name for name, at in census.due.items() if at <= horizon.judged_at]
    relied_on = [name for name in late if must_live(name, is_declared=False)]
    listed = dict.fromkeys([*relied_on, *late][: MOST_LISTED + len(relied_on)])
    standing = standing_of(store, list(dict.fromkeys([*listed, *census.trouble, *census.newest])))
    series = [
        one
        for one in judged(standing, horizon)
        if one.word != "alive" or one.name in census.trouble
    ]
    never, pending = never_seen(census.awaited, horizon)
    unlisted = len(late) - len(listed)
    return Found(
        total=census.total,
        series=series,
        unlisted=unlisted,
        are_unheard=bool(unlisted) and was_deaf(horizon, UNSURE, UNSURE),
        never=never,
        pending=pending,
        missing=[],
        retired={},
        stopped={},
    )


def survey_of_named(
    store: StoreReader,
    names: Sequence[str],
    awaited: Mapping[str, float],
    horizon: Horizon,
    *,
    selection: Selection,
    demanded: Demanded,
) -> Found:
    """Return everything that was asked for; raises a StoreError."""
    looked_at = names[: MOST_MEASURED if demanded.over else MOST_LISTED]
    standing = standing_of(store, looked_at)
    series = judged(standing, horizon, looked_at)
    series = measured(store, series, horizon, demanded)
    never, pending = never_seen(awaited, horizon)
    return Found(
        total=len(series) + len(awaited),
        series=series,
        unlisted=0,
        are_unheard=False,
        never=never,
        pending=pending,
        missing=selection.unmet([*names, *awaited, *standing.retired]),
        retired=standing.retired,
        stopped=standing.stopped,
        left=len(names) - len(looked_at),
    )


def judged(standing: Standing, horizon: Horizon, asked: Iterable[str] = ()) -> list[Series]:
    """Return how each is that is neither retired nor stopped, longest silence first.

    Of those that nobody asked for by name it is not known how often they have to come, as long as
    that is not learnt.
    """
    asked = frozenset(asked)
    found = []
    for name, facts in standing.facts.items():
        if name in standing.retired or name in standing.stopped:
            continue
        relied_on = must_live(name, is_declared=name in standing.declared)
        found.append(_judged(name, facts, horizon, is_relied_on=relied_on, is_asked=name in asked))
    return sorted(found, key=lambda one: -one.silence)


def _judged(
    name: str, facts: Facts, horizon: Horizon, *, is_relied_on: bool, is_asked: bool
) -> Series:
    seen, limit = facts.seen, limit_of(facts)
    if not (is_asked or is_relied_on or facts.ttl or facts.gaps >= SURE):
        limit = 0.0
    if seen > horizon.now + CLOCK_TOLERANCE:
        return Series(name, "ahead", 0.0, limit, facts)
    raw = max(0.0, horizon.judged_at - seen)
    if not limit or raw <= limit:
        return Series(name, "alive", raw, limit, facts)
    heard = horizon.silence(seen, grace_of(facts), facts.source)
    if heard > limit:
        word = "silent" if is_relied_on else "stale"
        return Series(name, word, heard, limit, facts)
    word = "alive" if only_lags(horizon, seen, [facts.source]) else "unheard"
    return Series(name, word, heard, limit, facts)


def measured(
    store: StoreReader, series: Sequence[Series], horizon: Horizon, demanded: Demanded
) -> list[Series]:
    """Return them with what is demanded of their points, except those of which nothing comes."""
    if not demanded.over:
        return [one if one.is_gone else one._replace(value=one.facts.value) for one in series]
    # A check that asks for the newest point only does without.
    from blinkenlights.kinds.metric.window import Window, figure_of, slots_of  # noqa: PLC0415

    window = Window(horizon.judged_at - demanded.over, horizon.judged_at)
    there = {one.name: one.facts for one in series if not one.is_gone}
    slots = slots_of(store, there, window)
    return [
        one._replace(value=figure_of(slots[one.name], demanded.of, one.facts.event))
        if one.name in slots
        else one
        for one in series
    ]


def never_seen(
    awaited: Mapping[str, float], horizon: Horizon
) -> tuple[list[Declared], list[Declared]]:
    """Return those that were declared too long ago to be still on their way, and the others."""
    sources = possible_sources(horizon, "")
    each = [
        Declared(name, since, silence(horizon, since, horizon.interval, sources), UNSURE)
        for name, since in awaited.items()
    ]
    each.sort(key=lambda one: one.since)
    never = [one for one in each if one.silence > one.limit]
    return never, [one for one in each if one.silence <= one.limit]
