"""Whether somebody could have been heard, when more than one source may have brought them.

A component is judged by the source that last heard it (`Horizon.silence`). Others may have come by
any of several, and then the source that was deaf longest counts. Which ones these are is for the
kind to say, and differs for a reason:

- Somebody whose source is not known, declared and never seen or imported, will come by one that is
  connected (`possible_sources`). Whether one that is away would have brought them, nobody knows;
  that it is away is a doubt of its own, and must not hide for ever who is really missing.
- Transfers of one client come by all sources, each some of them: what is missing may wait in the
  one that is away, so all count.
"""

from collections.abc import Collection
from math import inf

from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.horizon import Horizon


def possible_sources(horizon: Horizon, source: str) -> list[str]:
    """Return the ids of the sources that may have brought somebody.

    It is `source` where that is known, and else, when it is empty, every one that is connected.
    """
    return [source] if source else [one.id for one in horizon.sources.values() if one.connected]


def silence(horizon: Horizon, seen: float, grace: float, sources: Collection[str]) -> float:
    """Return for how many seconds somebody was silent while all of these sources could be heard.

    The deafest one counts, with `grace` seconds after a gap to speak again; see `Horizon.silence`.
    It is 0 without any source: then nobody could be heard.
    """
    return min((horizon.silence(seen, grace, source) for source in sources), default=0.0)


def deafness(horizon: Horizon, seen: float, grace: float, sources: Collection[str]) -> str:
    """Return in words why somebody who was last seen at `seen` may not have been heard since.

    It names the source that was deaf longest of `sources`, by which `silence` went, or of all where
    there is none of these.
    """
    deafest = min(
        sources or horizon.sources,
        key=lambda source: horizon.silence(seen, grace, source),
        default="",
    )
    return horizon.deafness(deafest, seen)


def only_lags(horizon: Horizon, seen: float, sources: Collection[str]) -> bool:
    """Return whether nothing was missed of somebody who was last seen at `seen`.

    What these sources did not bring yet is on its way, and for no longer than anything may be: then
    somebody is as they were when the sources were stored last, neither silent nor unheard. Else a
    component that becomes late would be UNKNOWN for the moment between.
    """
    known = [horizon.sources.get(source) for source in sources]
    return bool(known) and all(
        one is not None
        and horizon.now - one.watermark <= WATERMARK_LIMIT
        and not any(gap.end > seen for gap in horizon.gaps.get(one.id, ()))
        for one in known
    )


def was_heard(horizon: Horizon, start: float, end: float) -> bool:
    """Return whether all that was sent from `start` to `end` was heard, by whatever source.

    Before the store was born nobody wrote down what came, and what is sent to a source that is away
    for long is not stored.
    """
    is_kept = horizon.born is not None and horizon.born <= start
    return (
        is_kept
        and all(end <= source.watermark or source.connected for source in horizon.counting)
        and not any(
            gap.start < end and gap.end > start for gaps in horizon.gaps.values() for gap in gaps
        )
    )


def was_deaf(horizon: Horizon, limit: float, grace: float, *, most_lag: float = inf) -> bool:
    """Return whether many may look silent for `limit` seconds only because we could not hear.

    This is for those who are counted and not looked at one by one, so that nobody knows by which
    source they come.

    Args:
        horizon: What could be heard.
        limit: Seconds of silence after which somebody is called silent.
        grace: Seconds after a gap in which everybody may speak again. A gap before both of these
            is over and forgiven.
        most_lag: Seconds by which one source may be stored less far than another. It is for those
            who are judged at the source that is furthest, when their limit is not much longer than
            such a lag: then a whole source that lags looks silent.
    """
    ends = [gap.end for gaps in horizon.gaps.values() for gap in gaps]
    return (
        max(ends, default=0.0) > horizon.stored_up_to - limit - grace
        or horizon.judged_at - horizon.stored_up_to > most_lag
        or not all(source.connected for source in horizon.sources.values())
    )
