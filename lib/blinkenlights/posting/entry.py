"""One thing to be posted: the values of a result, or of a report of the prober.

Times are seconds since the epoch.
"""

from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.prober.message import ProberMessage
from blinkenlights.probe.templates import Value

MOST_EXACT = 2.0**53
MOST_NAMED = 3
SELF_SECONDS = 60.0
"""The prober reports of itself so often."""


class Entry(Struct, frozen=True, kw_only=True):
    """What a queue holds. It has no secrets."""

    at: float
    """When it was due."""
    result: str
    """`ok`, `degraded` or `failed`."""
    values: dict[str, Value] = {}
    """What may stand for places of templates."""


class Letter(Struct, frozen=True, kw_only=True):
    """What is given up."""

    at: float
    endpoint: str
    """Empty for what the prober says of itself."""
    output: str
    error: str
    number: int
    entries: list[Entry]
    """Some of it."""


class Nothing(Struct, frozen=True):
    """What the other side knows of before: nothing has to be kept of that."""


def of_result(result: ResultMessage) -> Entry:
    """Return what is posted of a result; captured values go before its own."""
    own: dict[str, Value] = {
        "endpoint": result.endpoint,
        "result": result.result,
        "status": result.status,
        "reason": "; ".join(result.reasons),
        "time": None if result.time.total is None else round(result.time.total, 6),
        "due": result.due,
        "at": date_of(result.due),
        "address": result.address,
        "prober": result.prober,
        "location": result.location or None,
        "worker": result.worker or None,
    }
    labels = {f"labels.{name}": value for name, value in result.labels.items()}
    values = own | labels | {name: _whole(value) for name, value in result.values.items()}
    return Entry(at=result.due, result=result.result, values=values)


def of_prober(message: ProberMessage) -> Entry:
    """Return what is posted of a prober, as of the last whole minute."""
    due = message.timestamp // SELF_SECONDS * SELF_SECONDS
    bad = len({each.file for each in message.problems})
    limited = [each.name for each in message.locations if each.limit_since is not None]
    reasons = [
        *([f"reaches nothing: {message.blind}"] if message.blind_since is not None else []),
        *(f"scaling limit hit at location {each}" for each in limited[:MOST_NAMED]),
        *([f"and at {more} more"] if (more := len(limited) - MOST_NAMED) > 0 else []),
        *(["behind schedule"] if message.behind_since is not None else []),
        *([f"{bad} of {message.files} files cannot be used"] if bad else []),
    ]
    result = "ok"
    if reasons:
        result = "failed" if message.blind_since is not None else "degraded"
    values: dict[str, Value] = {
        "prober": message.prober,
        "result": result,
        "reason": "; ".join(reasons),
        "endpoints": message.endpoints,
        "due": message.due,
        "run": message.run,
        "missed": message.missed,
        "waiting": message.waiting,
        "lag": message.window.lag_95,
        "used": round(message.window.used, 4),
        "broken_files": bad,
        "at": date_of(message.timestamp),
    }
    return Entry(at=due, result=result, values=values)


def key_of(output: str, endpoint: str, entry: Entry) -> str:
    """Return what names an entry: the same when it is posted again."""
    text = f"{output}\x1f{endpoint}\x1f{entry.at:.3f}\x1f{entry.values.get('prober')}"
    if endpoint:
        # Whoever of several probers saw it.
        text = f"{output}\x1f{endpoint}\x1f{entry.at:.3f}"
    return blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def _whole(value: Value) -> Value:
    """Return a number that travelled as 7.0 as 7, as the endpoint answered it."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < MOST_EXACT
    return int(value) if is_whole and value is not None else value


def date_of(at: float) -> str:
    """Return a moment as a date: `2026-11-28T20:45:00Z`; empty for what is none."""
    try:
        moment = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
