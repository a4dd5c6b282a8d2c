"""A survey of the endpoints asked for: which fail, are degraded, or are not probed in time."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.globs import is_glob
from blinkenlights.kinds.endpoint.keys import UNTOLD, Details, Facts
from blinkenlights.kinds.endpoint.read import Census, Standing, standing_of
from blinkenlights.kinds.endpoint.states import WORST_FIRST
from blinkenlights.plugin.hearing import possible_sources, silence
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader
from blinkenlights.store.sets import MOST_LISTED

DECLARED_LIMIT = 300.0
"""Seconds after which an endpoint that was declared has to have a result."""

IsMeant = Callable[[Mapping[str, str]], bool]
"""Tells from labels whether an endpoint is asked for."""


class Endpoint(NamedTuple):
    """One endpoint, judged."""

    name: str
    word: str
    """As `states.STATES` has it."""
    since: float
    """When that began, seconds since the epoch."""
    facts: Facts
    details: Details


class Declared(NamedTuple):
    """An endpoint that was declared and has no result."""

    name: str
    since: float
    silence: float
    """Seconds in which a result could have been heard."""


class Found(NamedTuple):
    """What was found. Lists are worst first."""

    total: int
    """Endpoints that are judged, those that are declared and were never seen, and those left."""
    endpoints: list[Endpoint]
    """All that were asked for by name or label; else those in which something is wrong."""
    never: list[Declared]
    """Declared, without a result, and that for too long."""
    pending: list[Declared]
    """Declared, without a result, and not for too long yet."""
    missing: list[str]
    """Asked for by name, and unknown to the store."""
    retired: dict[str, float]
    removed: dict[str, float]
    left: int = 0
    """Asked for, and not looked at: too many."""
    folder: str = ""
    """Whose files were looked at in place of the store; empty for none."""

    def of(self, word: str) -> list[Endpoint]:
        """Return those in one state, longest first."""
        return [one for one in self.endpoints if one.word == word]


def survey_of_all(store: StoreReader, census: Census, horizon: Horizon) -> Found:
    """Return what is not well of everything there is; raises a StoreError."""
    listed = census.not_well[:MOST_LISTED]
    never, pending = never_seen(census.awaited, horizon)
    return Found(
        total=census.total,
        endpoints=judged(standing_of(store, listed), horizon),
        never=never,
        pending=pending,
        missing=[],
        retired={},
        removed={},
        left=len(census.not_well) - len(listed),
    )


def survey_of_named(
    store: StoreReader,
    names: Sequence[str],
    horizon: Horizon,
    is_meant: IsMeant | None = None,
    by_name: Collection[str] | None = None,
) -> Found:
    """Return all of these, or those whose labels are meant; raises a StoreError.

    Args:
        store: Has them.
        names: Which ones.
        horizon: What could be heard.
        is_meant: Tells from labels which of them.
        by_name: Of those that are removed only these matter: a glob that stands for one does not
            ask for it. None for all.
    """
    looked_at = names[:MOST_LISTED]
    standing = standing_of(store, looked_at)
    endpoints = judged(standing, horizon)
    awaited, retired = standing.awaited, standing.retired
    removed = {
        name: at
        for name, at in standing.removed.items()
        if name not in retired and (by_name is None or name in by_name)
    }
    if is_meant is not None:
        # What has no result has no labels, so nobody can say that it is meant.
        endpoints = [one for one in endpoints if is_meant(one.details.labels)]
        awaited = {}
        retired, removed = (
            {
                name: at
                for name, at in those.items()
                if is_meant(standing.details.get(name, UNTOLD).labels)
            }
            for those in (retired, removed)
        )
    never, pending = never_seen(awaited, horizon)
    known = standing.facts.keys() | standing.awaited.keys() | standing.retired.keys()
    return Found(
        total=len(endpoints) + len(awaited) + len(names) - len(looked_at),
        endpoints=endpoints,
        never=never,
        pending=pending,
        missing=[] if is_meant else [name for name in looked_at if name not in known],
        retired=retired,
        removed=removed,
        left=len(names) - len(looked_at),
    )


def heard_of(found: Found, names: Collection[str], horizon: Horizon) -> Horizon:
    """Return what could be heard of exactly what was asked for by these names.

    A store that is still learning has heard of each of them, and knows nothing less of it. That is
    not so of a glob, nor of a name without a result, nor where no name was given.
    """
    heard = {one.name for one in found.endpoints} | found.retired.keys() | found.removed.keys()
    if names and heard.issuperset(names) and not any(map(is_glob, names)):
        return horizon._replace(born=None)
    return horizon


def judged(standing: Standing, horizon: Horizon) -> list[Endpoint]:
    """Return how each is that is neither retired nor removed, worst first, longest first."""
    found = [
        _judged(name, facts, standing, horizon)
        for name, facts in standing.facts.items()
        if name not in standing.retired and name not in standing.removed
    ]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one.word), one.since, one.name))


def _judged(name: str, facts: Facts, standing: Standing, horizon: Horizon) -> Endpoint:
    details = standing.details.get(name, UNTOLD)
    overdue = standing.overdue.get(name)
    if overdue is not None and horizon.as_of >= overdue:
        # What was not heard of it in a gap is not its prober's fault.
        grace = overdue - facts.ended
        heard = horizon.silence(facts.ended, grace, facts.source)
        word = "overdue" if heard >= grace else "unheard"
        return Endpoint(name, word, facts.ended, facts, details)
    if facts.failing.is_bad:
        return Endpoint(name, "failing", facts.failing.bad_since, facts, details)
    if facts.degraded.is_bad:
        return Endpoint(name, "degraded", facts.degraded.bad_since, facts, details)
    return Endpoint(name, "good", facts.since, facts, details)


def never_seen(
    awaited: Mapping[str, float], horizon: Horizon
) -> tuple[list[Declared], list[Declared]]:
    """Return those that were declared too long ago to be still on their way, and the others."""
    sources = possible_sources(horizon, "")
    each = _declared(awaited, horizon, sources)
    never = [one for one in each if one.silence > DECLARED_LIMIT]
    return never, [one for one in each if one.silence <= DECLARED_LIMIT]


def _declared(
    awaited: Mapping[str, float], horizon: Horizon, sources: Iterable[str]
) -> list[Declared]:
    those = list(sources)
    return [
        Declared(name, since, silence(horizon, since, horizon.interval, those))
        for name, since in sorted(awaited.items(), key=lambda each: each[1])
    ]
