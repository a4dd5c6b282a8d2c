"""Whether somebody could have been heard, whose source may not be known."""

from blinkenlights.plugin.horizon import Horizon


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
    deafest = source or min(
        horizon.sources, key=lambda one: horizon.silence(seen, grace, one), default=""
    )
    return horizon.deafness(deafest, seen)
