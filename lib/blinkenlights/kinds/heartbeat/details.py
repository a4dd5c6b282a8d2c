"""All that check_heartbeat knows of a fleet: a line for each problem, and facts for programs."""

import time
from collections.abc import Mapping, Sequence

from blinkenlights.kinds.heartbeat.health import Trouble
from blinkenlights.kinds.heartbeat.lateness import Limits, Overdue
from blinkenlights.kinds.heartbeat.shortages import Shortage
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import clean, shorten, span

NAME_BYTES = 40


def lines(
    fleet: Fleet, horizon: Horizon, limits: Limits, bad_values: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return a line for each problem, worst first, each with its exact moment."""
    down = [one for one in fleet.trouble if one.status == "down"]
    degraded = [one for one in fleet.trouble if one.status != "down"]

    def each(state: str, word: str, ones: Sequence[Overdue]) -> list[str]:
        return [
            f"{state}: {clean(one.component)} {word} for {span(one.silence)}, "
            f"since {_moment(one.seen)}, limit {limits.words(one.state, one.interval)}"
            for one in ones
        ]

    return [
        *each("CRITICAL", "silent", fleet.silent),
        *each("CRITICAL", "declared and never seen", fleet.awaited),
        *[f"CRITICAL: {_reported(one)}" for one in down],
        *[f"CRITICAL: {_short_of(one)}" for one in fleet.shortages],
        *[f"CRITICAL: {text}" for text in bad_values["critical"]],
        *[f"UNKNOWN: {doubt}" for doubt in horizon.doubts],
        *[
            f"UNKNOWN: {clean(one.component)} last seen ahead of our clock, {_moment(one.seen)}"
            for one in fleet.ahead
        ],
        *[
            f"UNKNOWN: {clean(one.component)} not heard since {_moment(one.seen)}, "
            f"{horizon.deafness(one.source, one.seen)}"
            for one in fleet.unheard
        ],
        *[f"UNKNOWN: {clean(name)} is not known" for name in fleet.missing],
        *[f"UNKNOWN: {text}" for text in bad_values["unknown"]],
        *each("WARNING", "late", fleet.late),
        *[f"WARNING: {_reported(one)}" for one in degraded],
        *[f"WARNING: {text}" for text in bad_values["warning"]],
        *[f"clock: {clock(name, by)}" for name, by in sorted(fleet.skewed.items())],
        *[f"expected, not seen yet: {clean(name)}" for name in fleet.pending],
    ]


def facts(fleet: Fleet, horizon: Horizon, limits: Limits) -> dict[str, object]:
    """Return what else is known, for --json. Times are seconds since the epoch."""
    overdue = [
        {
            "component": one.component,
            "state": word,
            "silence": round(one.silence, 3),
            "seen": one.seen,
            "interval": one.interval,
            "limit": limits.words(one.state, one.interval),
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
        "judged_at": horizon.judged_at,
        "doubts": horizon.doubts,
        "overdue": overdue,
        "ahead": [{"component": one.component, "seen": one.seen} for one in fleet.ahead],
        "alive": [
            {"component": one.component, "seen": one.seen, "interval": one.interval}
            for one in fleet.on_time
        ],
        "pending": fleet.pending,
        "missing": fleet.missing,
        "trouble": [one._asdict() for one in fleet.trouble],
        "short": [one._asdict() for one in fleet.shortages],
        "values": {name: reading.value for name, reading in fleet.values.items()},
        "clocks": fleet.skewed,
    }


def short(component: str) -> str:
    """Return the name of a component for the first line."""
    return shorten(clean(component), NAME_BYTES)


def clock(component: str, seconds: float) -> str:
    """Return in words by how much a component's clock is wrong."""
    return f"{short(component)} ({span(abs(seconds))} {'ahead' if seconds > 0 else 'behind'})"


def _short_of(one: Shortage) -> str:
    since = "never more" if one.since is None else f"since {_moment(one.since)}"
    return f"{clean(one.component)} has {one.alive} of {one.minimum} instances needed, {since}"


def _reported(one: Trouble) -> str:
    return f"{clean(one.component)} {one.status} since {_moment(one.since)}: {clean(one.message)}"


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(when))
