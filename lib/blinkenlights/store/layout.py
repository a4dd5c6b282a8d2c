"""The Redis layout: every key, what it holds, and the text forms of what is packed.

Standard library only: checks import this. docs/redis.md is the same for people. Facts and their times
are stored, never verdicts: whether something is late is worked out when somebody asks.

Times are seconds since the epoch, UTC, with three decimals. Keys that one script touches share a
hash tag in braces, so that a Redis Cluster keeps them together.
"""

from typing import NamedTuple

PREFIX = "blinkenlights:"

# -- heartbeat ---------------------------------------------------------------------------------
HEARTBEAT = PREFIX + "{heartbeat}:"
INTERVALS = HEARTBEAT + "intervals"
"""SET of the intervals (whole seconds) for which a `seen:` set exists."""
SEEN = HEARTBEAT + "seen:"
"""ZSET `seen:<interval>`: component -> when last seen, by the sender's corrected clock."""
FACTS = HEARTBEAT + "facts"
"""HASH: component -> `Facts` as text."""
EXPECTED = HEARTBEAT + "expected"
"""HASH: component -> `<declared at> <least number of instances>`."""
AWAITED = HEARTBEAT + "awaited"
"""ZSET: component declared and never seen -> when it was declared."""
RETIRED = HEARTBEAT + "retired"
"""ZSET: component -> when it was retired. Its facts are kept; nobody is alarmed."""
STATUS = HEARTBEAT + "status"
"""HASH: component -> `<since> <ok|degraded|down> <extras>` of its newest health report."""
TROUBLE = HEARTBEAT + "trouble"
"""ZSET: component that reports degraded or down -> since when it reports this status."""

# -- collector ---------------------------------------------------------------------------------
COLLECTOR = PREFIX + "{collector}:"
LIVE = COLLECTOR + "live"
"""HASH: collector name -> its report as JSON, rewritten every second; see docs/redis.md."""
GAPS = COLLECTOR + "gaps"
"""LIST, newest first, of JSON `{source, start, end, reason}`: spans in which we could not hear."""
BORN = COLLECTOR + "born"
"""STRING: when this store was first written to. Gone after a flush, which is how one is noticed."""
COUNTERS = COLLECTOR + "counters"
"""HASH: `stored:<kind>`, `rejected:<reason>`, `trimmed:<reason>`, `outdated:<kind>` -> count."""
SAMPLES = COLLECTOR + "samples"
"""LIST, newest first, of JSON `{time, source, reason, detail, body}`: the last rejected messages."""

GAPS_KEPT = 100
SAMPLES_KEPT = 20
SAMPLE_BYTES = 512


class Facts(NamedTuple):
    """What is known of a component beside when it was last seen.

    Text form: a line `event offset receipt source`, a line `first last instance` for each instance,
    and the extras as a JSON object. The script heartbeat.lua writes this form.
    """

    event: float
    """Time in the newest heartbeat, as its sender wrote it."""
    offset: float
    """Sender's clock minus ours, learnt while nothing waited in the queue; 0 within tolerance."""
    receipt: float
    """When that heartbeat reached the collector, by the collector's clock."""
    source: str
    """Id of the source that delivered it, a key of the collector's report."""
    instances: list["Instance"]
    extras: str
    """JSON object."""


class Instance(NamedTuple):
    """One process of a component."""

    first: float
    last: float
    name: str


def parse_facts(text: str) -> Facts:
    """Return the facts packed in `text`; raises ValueError when it is not in our form."""
    head, *lines = text.split("\n")
    event, offset, receipt, source = head.split(" ")
    instances = []
    for line in lines[:-1]:
        first, last, name = line.split(" ", 2)
        instances.append(Instance(float(first), float(last), name))
    return Facts(float(event), float(offset), float(receipt), source, instances, lines[-1])
