"""All that check_heartbeat knows of a fleet, for --json."""

from blinkenlights.kinds.heartbeat.lateness import Limits
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.plugin.horizon import Horizon


def known(fleet: Fleet, horizon: Horizon, limits: Limits) -> dict[str, object]:
    """Return all that is known, for programs. Times are seconds since the epoch."""
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
