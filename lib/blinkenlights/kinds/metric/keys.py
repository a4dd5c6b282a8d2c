"""The keys of metrics in the store, and the forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

from typing import NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{metric}:"
FACTS = PREFIX + "facts"
"""HASH: series -> `Facts` as text."""
NAMES = PREFIX + "names"
"""ZSET, all scores 0, so in the order of their bytes: every series there is."""
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
FINE = PREFIX + "fine:"
"""HASH `fine:<series>`: page -> its points, of the last hour, as they came."""
DAY = PREFIX + "day:"
"""HASH `day:<series>`: page -> its slots, of the last day, mostly by the minute."""
MONTH = PREFIX + "month:"
"""HASH `month:<series>`: page -> its slots, of the last 30 days by the hour."""


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


class Facts(NamedTuple):
    """What is known of one series.

    Text form: a line `seen receipt source event value period gaps ttl offset first`, a line
    `status since`, for each of the slots that are still open a line `step start low sum high last
    number`, and a JSON object. The script store.lua writes this form.
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
    open: list[Slot]
    """Slots that still grow, shortest first; `mean` is the sum of its points."""
    extras: str
    """Description, and how it wants to be shown: a JSON object."""


def parse_facts(text: str) -> Facts:
    """Return the facts packed in `text`; raises ValueError when it is not in our form."""
    head, said, *lines = text.split("\n")
    seen, receipt, source, event, value, period, gaps, ttl, offset, first = head.split(" ")
    status, since = said.split(" ")
    return Facts(
        float(seen),
        float(receipt),
        source,
        float(event),
        float(value),
        float(period),
        int(gaps),
        float(ttl),
        float(offset),
        float(first),
        status,
        float(since),
        [_open_slot(line) for line in lines[:-1]],
        lines[-1],
    )


def _open_slot(line: str) -> Slot:
    _step, start, low, total, high, last, number = line.split(" ")
    return Slot(float(start), float(low), float(total), float(high), float(last), int(number))
