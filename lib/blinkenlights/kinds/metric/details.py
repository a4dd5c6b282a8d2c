"""All that check_metric knows of series, for --json."""

from math import isfinite

from blinkenlights.kinds.metric.labels import label_of
from blinkenlights.kinds.metric.said import shown
from blinkenlights.kinds.metric.survey import Found, Series
from blinkenlights.plugin.horizon import Horizon


def known(found: Found, horizon: Horizon) -> dict[str, object]:
    """Return all that is known, for programs. Times are seconds since the epoch."""
    return {
        "judged_at": horizon.judged_at,
        "doubts": horizon.doubts,
        "series": [_of_series(one) for one in found.series],
        "never_seen": [one._asdict() for one in found.never],
        "pending": [one._asdict() for one in found.pending],
        "missing": found.missing,
        "retired": found.retired,
        "stopped": found.stopped,
    }


def _of_series(one: Series) -> dict[str, object]:
    facts = one.facts
    return {
        "series": one.name,
        "label": label_of(one.name),
        "state": one.word,
        "value": one.value if isfinite(one.value) else None,
        "seen": facts.seen,
        "silence": round(one.silence, 3),
        "limit": one.limit,
        "period": facts.period,
        "ttl": facts.ttl,
        "offset": facts.offset,
        "status": facts.status,
        "since": facts.since,
        "shown": shown(facts),
    }
