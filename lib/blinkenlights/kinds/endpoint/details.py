"""All that check_endpoint knows of endpoints, for --json."""

from blinkenlights.kinds.endpoint.survey import Endpoint, Found
from blinkenlights.plugin.horizon import Horizon


def known(found: Found, horizon: Horizon) -> dict[str, object]:
    """Return all that is known, for programs. Times are seconds since the epoch."""
    return {
        "judged_at": horizon.judged_at,
        "doubts": horizon.doubts,
        "endpoints": [_of_endpoint(one) for one in found.endpoints],
        "never_seen": [one._asdict() for one in found.never],
        "pending": [one._asdict() for one in found.pending],
        "missing": found.missing,
        "retired": found.retired,
        "removed": found.removed,
    }


def _of_endpoint(one: Endpoint) -> dict[str, object]:
    facts = one.facts._asdict()
    tracks = {name: facts.pop(name)._asdict() for name in ("failing", "degraded")}
    return {
        "endpoint": one.name,
        "state": one.word,
        "since": one.since,
        **facts,
        **tracks,
        **one.details._asdict(),
        "asked": [each._asdict() for each in one.details.asked],
    }
