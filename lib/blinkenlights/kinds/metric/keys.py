"""The keys of metrics in the store, and the forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

import struct
from typing import NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{metric}:"
FACTS = PREFIX + "facts"
"""HASH: series -> `Facts`, packed."""
NAMES = PREFIX + "names"
"""ZSET, all scores 0, so in the order of their bytes: every series that came or is retired."""
DUE = PREFIX + "due"
"""ZSET: series -> when it is stale, if nothing comes until then. Without those of which nobody
knows yet how often they come."""
TROUBLE = PREFIX + "trouble"
"""ZSET: series whose newest event says that it is not well -> since when they say so."""
STOPPED = PREFIX + "stopped"
"""ZSET: series that went in good order (`<app>.shutdown`) -> when."""
EXPECTED = PREFIX + "expected"
"""HASH: series declared -> when."""
AWAITED = PREFIX + "awaited"
"""ZSET: series declared and never seen -> when it was declared."""
RETIRED = PREFIX + "retired"
"""ZSET: series -> when it was retired. Its facts are kept; nobody is alarmed."""
SWEPT = PREFIX + "swept"
"""STRING: the series up to which was looked for those of which nothing came for a month."""
DERIVED = PREFIX + "derived:"
"""STRING `derived:<name>`: up to when the series of a table `[[derived]]` are made."""
RECENT = PREFIX + "recent:"
"""STRING `recent:<session>`: 8 bytes for each message that was stored lately."""
SESSIONS = PREFIX + "sessions"
"""ZSET: session of a collector's source -> when its last batch came; of 20 minutes."""
FINE = PREFIX + "fine:"
"""HASH `fine:<series>`: page -> its points, of the last hour, as they came."""
DAY = PREFIX + "day:"
"""HASH `day:<series>`: page -> its slots, of the last day, mostly by the minute."""
MONTH = PREFIX + "month:"
"""HASH `month:<series>`: page -> its slots, of the last 30 days by the hour."""


_HEAD = struct.Struct("<dddddddddBB8sddddddIddddddIdBB")
_STATUSES = ("", "ok", "warning", "critical", "unknown")


class Slot(NamedTuple):
    """What came in one slot of time."""

    start: float
    """Seconds since the epoch."""
    low: float
    mean: float
    high: float
    last: float
    number: int
    """How many points."""
    step: int
    """Seconds that it lasts."""


class Facts(NamedTuple):
    """What is known of one series.

    Packed form: little-endian doubles `seen receipt event value period ttl offset first since`, a
    byte for the number of gaps and one for the status, eight for the source; of each slot that is
    still open the doubles `start low sum high last number` and its step in four bytes; the start of
    the newest slots of the hour, their step and their number in a byte each, and these slots as in
    a page; a JSON object. The script store.lua writes this form.
    """

    seen: float
    """When it was last seen, by our clock."""
    receipt: float
    """When that message reached the collector."""
    source: str
    """Id of the source that delivered it."""
    event: float
    """Time of its newest point, as far as that can be believed."""
    value: float
    """Of its newest point."""
    period: float
    """Seconds between its points, as they mostly come at most; 0 when there was only one."""
    gaps: int
    """From how many gaps the period was learnt, up to 9."""
    ttl: float
    """Seconds for which its newest event holds, as it says itself; 0 when it does not."""
    offset: float
    """Sender's clock minus ours, or how old what came was; 0 within tolerance."""
    first: float
    """When it was first seen."""
    status: str
    """What its newest event with one says: `ok`, `warning`, `critical`, `unknown`, or empty."""
    since: float
    """When it first said so without saying anything else in between."""
    open: dict[int, Slot]
    """Slots of the day and of the month that still grow, by their seconds."""
    run: dict[bytes, bytes]
    """The newest slots of the hour, as a page of their own."""
    extras: str
    """Description, and how it wants to be shown: a JSON object."""


def parse_facts(packed: bytes) -> Facts:
    """Return the facts in `packed`; raises ValueError when it is not in our form."""
    try:
        (
            seen,
            receipt,
            event,
            value,
            period,
            ttl,
            offset,
            first,
            since,
            gaps,
            status,
            source,
            *rest,
        ) = _HEAD.unpack_from(packed)
        run_start, run_step, run_length = rest[14:]
        end = _HEAD.size + 8 * run_length
        return Facts(
            seen,
            receipt,
            source.decode(),
            event,
            value,
            period,
            gaps,
            ttl,
            offset,
            first,
            _STATUSES[status],
            since,
            dict(map(_open_slot, (rest[:7], rest[7:14]))),
            {b"%dn%d" % (run_step, run_start): packed[_HEAD.size : end]},
            packed[end:].decode(),
        )
    except (IndexError, struct.error) as error:
        raise ValueError(f"not the facts of a series: {error}") from error


def _open_slot(packed: list[float]) -> tuple[int, Slot]:
    start, low, total, high, last, number, step = packed
    mean = total / number if number else total
    return int(step) if number else 0, Slot(start, low, mean, high, last, int(number), int(step))
