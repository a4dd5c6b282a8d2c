"""Whether somebody could have been heard, whose source may not be known."""

from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import clean, span


def silence(horizon: Horizon, seen: float, grace: float, source: str) -> float:
    """Return for how many seconds somebody was silent while we could hear; see `Horizon.silence`.

    Where the source is not known, as after an import, the deafest one that is there counts.
    """
    if source:
        return horizon.silence(seen, grace, source)
    connected = [one.id for one in horizon.sources.values() if one.connected]
    return min([horizon.silence(seen, grace, one) for one in connected] or [0.0])


def deafness(horizon: Horizon, seen: float, grace: float, source: str) -> str:
    """Return in words why somebody may not have been heard who was last seen at `seen`."""
    if not source:
        deafest = min(
            horizon.sources, key=lambda one: horizon.silence(seen, grace, one), default=""
        )
        return deafness(horizon, seen, grace, deafest) if deafest else "no source is there"
    known = horizon.sources.get(source)
    if known is None:
        return "whose source no collector serves any more"
    address, lag = clean(known.address), span(horizon.now - known.watermark)
    if not known.connected:
        why = f" ({clean(known.error)})" if known.error else ""
        return f"{address} away for {lag}{why}"
    ended = [gap for gap in horizon.gaps.get(source, ()) if gap[1] > seen]
    if not ended:
        return f"{address} is stored up to {lag} ago"
    gap = max(ended, key=lambda gap: gap[1])
    away, ago = span(gap[1] - gap[0]), span(max(0.0, horizon.now - gap[1]))
    return f"{address} away for {away} until {ago} ago"
