"""What others published of clients and sources, and when it came.

All that is published is read: that is 100,000 names at most, which the store's script sees to.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.store import sets
from blinkenlights.store.reader import StoreReader


class Published(NamedTuple):
    """The newest speedo of a client, of a source, or of everything."""

    event: float
    """The end of its interval, seconds since the epoch."""
    good: int
    bad: int
    size: int
    """Bytes, good and bad."""
    interval: float
    """Seconds; may be 0."""
    moved: float | None
    """The end of the newest interval with a good transfer; 0 when there was none, None when the
    collector that stored it is of a version that does not tell."""
    received: float
    """When one last came that had not waited anywhere; 0 when none did."""
    since: float
    """When the interval of the first one began; 0 when an older collector stored it."""


def published_only(store: StoreReader, scope: str) -> list[str]:
    """Return who is published, of a scope, and never was counted here; raises a StoreError."""
    mine = f"{scope}\0"
    members = store.ask(("ZRANGE", keys.SPEEDOS_SEEN, 0, -1))[0]
    names = [each[len(mine) :] for each in members if each.startswith(mine)]
    counted = transfers.counts_of(store, scope, names)
    return [name for name in names if name not in counted]


def read_speedos(store: StoreReader, scope: str) -> Mapping[str, Published]:
    """Return what is published, by the names of a scope; raises a StoreError."""
    fields, *scores = store.ask(
        ("HGETALL", keys.SPEEDOS),
        ("ZRANGE", keys.SPEEDOS_MOVED, 0, -1, "WITHSCORES"),
        ("ZRANGE", keys.SPEEDOS_RECEIVED, 0, -1, "WITHSCORES"),
        ("ZRANGE", keys.SPEEDOS_SINCE, 0, -1, "WITHSCORES"),
    )
    moved, received, since = map(sets.scores, scores)
    mine = f"{scope}\0"
    found = {}
    for about, text in zip(fields[::2], fields[1::2], strict=True):
        if not about.startswith(mine):
            continue
        try:
            event, good, bad, good_bytes, bad_bytes, _, _, interval = json.loads(text)
            found[about[len(mine) :]] = Published(
                float(event),
                int(good),
                int(bad),
                int(good_bytes) + int(bad_bytes),
                float(interval),
                moved.get(about),
                received.get(about, 0.0),
                since.get(about, 0.0),
            )
        except (ValueError, TypeError) as error:
            raise StoreAnswer(f"{keys.SPEEDOS} holds something not ours: {error}") from error
    return found
