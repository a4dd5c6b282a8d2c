"""Whether there is anything to say: where nobody listens, nothing counted is not zero."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.plugin.horizon import read_horizon
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import Reply

SILENT_SECONDS = 5.0
"""A collector writes its report every second. Until a check calls it dead it would take 30 seconds,
in which speedos would call zero what nobody counted."""


class Hearing(NamedTuple):
    """What is known of the collectors."""

    born: float
    """When the store was new, seconds since the epoch."""
    why_not: str
    """Why speedos have to wait; empty when they need not."""


def read_hearing(replies: Sequence[Reply], now: float) -> Hearing:
    """Return what the replies to the horizon's commands say; raises StoreAnswer."""
    horizon = read_horizon(replies, now, "transfer")
    if horizon.blind:
        return Hearing(now, horizon.blind)
    at_work = [collector for collector in horizon.collectors if not collector.stopped]
    # One that serves nothing by which transfers come, as a web server may, says nothing of them.
    serving = [each for each in at_work if horizon.sources.keys() & set(each.sources)] or at_work
    age = min(collector.age for collector in serving)
    if age > SILENT_SECONDS:
        return Hearing(now, f"no collector has reported for {span(age)}")
    sources = horizon.sources.values()
    deaf = now - max(source.watermark for source in sources)
    if deaf > SILENT_SECONDS and not any(source.connected for source in sources):
        return Hearing(now, f"no source of transfers has been heard for {span(deaf)}")
    return Hearing(now if horizon.born is None else horizon.born, "")
