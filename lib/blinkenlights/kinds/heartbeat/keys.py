"""The keys of heartbeats in the store, and the text forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

from typing import NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{heartbeat}:"
INTERVALS = PREFIX + "intervals"
"""SET of the intervals (whole seconds) for which a `seen:` set exists."""
SEEN_BY_INTERVAL = PREFIX + "seen:"
"""ZSET `seen:<interval>`: component -> when last seen, by the sender's corrected clock."""
FACTS = PREFIX + "facts"
"""HASH: component -> `Facts` as text."""
EXPECTED = PREFIX + "expected"
"""HASH: component -> `<declared at> <least number of instances>`."""
MINIMUM = PREFIX + "minimum"
"""HASH: component declared to need more than one instance -> how many."""
AWAITED = PREFIX + "awaited"
"""ZSET: component declared and never seen -> when it was declared."""
RETIRED = PREFIX + "retired"
"""ZSET: component -> when it was retired. Its facts are kept; nobody is alarmed."""
STATUS = PREFIX + "status"
"""HASH: component -> `Status` as text: its newest health report."""
TROUBLE = PREFIX + "trouble"
"""ZSET: component that reports degraded or down -> since when it reports this status."""
SKEWED = PREFIX + "skewed"
"""ZSET: component whose sender's clock is wrong -> seconds by which it is ahead of ours."""
DOUBTED = PREFIX + "doubted"
"""HASH: component -> `event receipt` of its last message that may have been delayed or repeated."""

INSTANCES_KEPT = 64
"""Instances kept of each component: those seen last."""


class Instance(NamedTuple):
    """One process of a component, and the clock it goes by."""

    first: float
    """When it was first seen, by the corrected clock."""
    last: float
    """When it was last seen, by the corrected clock."""
    event: float
    """Time in its newest heartbeat, as its sender wrote it."""
    offset: float
    """Sender's clock minus ours, learnt while nothing waited in the queue; 0 within tolerance."""
    name: str
    """A uuid, `host:pid`, or empty when heartbeats do not say."""


class Facts(NamedTuple):
    """What is known of one component.

    Text form: a line `seen receipt source interval`, a line `first last event offset name` for each
    instance, and the further keys as a JSON object. The script heartbeat.lua writes this form, with
    times padded to one width.
    """

    seen: float
    """When last seen, by the corrected clock; the score in `seen:<interval>`."""
    interval: int
    """Seconds between its beats; 0 when it reports only changes."""
    receipt: float
    """When that heartbeat reached the collector, by the collector's clock."""
    source: str
    """Id of the source that delivered it, as in the collectors' reports."""
    instances: list[Instance]
    extras: str
    """The further keys of its newest heartbeat, a JSON object."""


def parse_facts(text: str) -> Facts:
    """Return the facts packed in `text`; raises ValueError when it is not in our form."""
    head, *lines = text.split("\n")
    seen, receipt, source, interval = head.split(" ")
    instances = []
    for line in lines[:-1]:
        first, last, event, offset, name = line.split(" ", 4)
        instances.append(Instance(float(first), float(last), float(event), float(offset), name))
    return Facts(float(seen), int(interval), float(receipt), source, instances, lines[-1])


class Status(NamedTuple):
    """What a component last said of its own health. Text form: `event since status extras`."""

    event: float
    """When it said so."""
    since: float
    """When it first said so without saying anything else in between."""
    status: str
    """`ok`, `degraded` or `down`."""
    extras: str
    """The further keys of that report, a JSON object."""


def parse_status(text: str) -> Status:
    """Return the status packed in `text`; raises ValueError when it is not in our form."""
    event, since, status, extras = text.split(" ", 3)
    return Status(float(event), float(since), status, extras)
