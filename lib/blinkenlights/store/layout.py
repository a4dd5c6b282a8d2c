"""The Redis layout: every key, what it holds, and the text forms of what is packed.

Standard library only: checks import this. docs/redis.md is the same for people. Facts and their
times are stored, never verdicts: whether something is late is worked out when somebody asks.

Times are seconds since the epoch, UTC, with three decimals. Keys that one script touches share a
hash tag in braces, so that a Redis Cluster keeps them together.
"""

import json
import struct
from typing import Any, NamedTuple

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
MINIMUM = HEARTBEAT + "minimum"
"""HASH: component declared to need more than one instance -> how many."""
AWAITED = HEARTBEAT + "awaited"
"""ZSET: component declared and never seen -> when it was declared."""
RETIRED = HEARTBEAT + "retired"
"""ZSET: component -> when it was retired. Its facts are kept; nobody is alarmed."""
STATUS = HEARTBEAT + "status"
"""HASH: component -> `Status` as text: its newest health report."""
TROUBLE = HEARTBEAT + "trouble"
"""ZSET: component that reports degraded or down -> since when it reports this status."""
SKEWED = HEARTBEAT + "skewed"
"""ZSET: component whose sender's clock is wrong -> seconds by which it is ahead of ours."""
DOUBTED = HEARTBEAT + "doubted"
"""HASH: component -> `event receipt` of its last message that may have been delayed or repeated."""

# -- transfer ----------------------------------------------------------------------------------
TRANSFER = PREFIX + "{transfer}:"
SCOPES = ("client", "source", "pair", "all")
"""What is counted by: client, source, client and source joined by a zero byte, and everything."""
GOOD = TRANSFER + "good:"
"""ZSET `good:<scope>`: name -> when its last good transfer was; 0 when it never had one."""
BAD = TRANSFER + "bad:"
"""ZSET `bad:<scope>`: name -> when its last bad transfer was."""
COUNTS = TRANSFER + "counts:"
"""HASH `counts:<scope>`: name -> `Counts`, packed: totals, and times of the last good transfers
where the scope is client or source."""
OVERDUE = TRANSFER + "overdue:"
"""ZSET `overdue:<scope>`, for clients and sources: name -> when its silence will have lasted as
long as those 10 span."""
HISTORY = TRANSFER + "history:"
"""HASH `history:<scope>:<name>`: `m<quarter of an hour>` -> 15 slots of a minute for a day, then
`h<day>` -> 24 slots of an hour for a month."""
LIMITS = TRANSFER + "limits"
"""STRING: JSON list of `{client, source, deadline, min_rate, max_errors}`, as configured."""
EXPECTED_FLOWS = TRANSFER + "expected"
"""HASH: scope and name, joined by a zero byte -> when it was declared, seconds since the epoch."""
INFLIGHT = TRANSFER + "inflight"
"""ZSET: node and id, joined by a zero byte, of a transfer not yet over -> when it began."""
INFLIGHT_FACTS = TRANSFER + "inflight:facts"
"""HASH: node and id -> JSON `[client, source, name]`."""
ENDED = TRANSFER + "ended:"
"""HASH `ended:<period>`: node and id of transfers that are over; kept for twenty minutes."""
SESSION = TRANSFER + "session:"
"""STRING `session:<source of a collector>`: number of the last batch counted; kept for a day."""
IDS = TRANSFER + "ids:"
"""HASH `ids:<period>`: ids of the messages counted in ten minutes; kept for twenty."""
SPEEDOS = TRANSFER + "speedos"
"""HASH: scope and name, joined by a zero byte -> JSON `[event, good, bad, good bytes, bad bytes,
bytes per interval, files per interval, interval]`: the newest speedo that others published."""
SPEEDOS_SEEN = TRANSFER + "speedos:seen"
"""ZSET: scope and name -> when its newest speedo was made."""
SPEEDO = TRANSFER + "speedo:"
"""What our own speedos need, by scope: `due:` ZSET: name -> when its next one is due.
`published:` HASH: name -> totals and time, packed, up to which speedos are published.
`pending:` HASH: the same for one that is being published. `since:` STRING: when last looked for new
names."""

# -- machine -----------------------------------------------------------------------------------
MACHINE = PREFIX + "{machine}:"
MACHINE_POOLS = MACHINE + "pools"
"""SET of the worker pools for which a `seen:` set exists; one is the empty text, for not known."""
MACHINE_SEEN = MACHINE + "seen:"
"""ZSET `seen:<pool>`: machine -> when it last did something itself."""
MACHINE_FACTS = MACHINE + "facts"
"""HASH: machine -> what is known of it, a JSON object; `MachineFacts` has its fields."""
MACHINE_FAILING = MACHINE + "failing"
"""ZSET: machine -> how many of its last tasks failed one after the other, where any did."""
MACHINE_LOST = MACHINE + "lost"
"""ZSET: machine that was not seen since its claim of a task expired -> when that was."""
MACHINE_EXPECTED = MACHINE + "expected"
"""HASH: machine -> when it was declared."""
MACHINE_INVENTORY = MACHINE + "inventory"
"""HASH: machine declared by the inventory -> when, as in `MACHINE_EXPECTED`."""
MACHINE_AWAITED = MACHINE + "awaited"
"""ZSET: machine declared and never seen -> when it was declared."""
MACHINE_RETIRED = MACHINE + "retired"
"""ZSET: machine -> when it was retired. Its facts are kept; nobody is alarmed."""
MACHINE_QUARANTINE = MACHINE + "quarantine"
"""HASH: machine -> JSON `{since, until, reason}`; `until` is null when somebody has to lift it."""
MACHINE_LIMITS = MACHINE + "limits"
"""STRING: JSON list of `{pool, warning, critical, minimum, failing}`, as configured."""

OUTCOMES_KEPT = 20
"""Ends of tasks that are kept of each machine."""
RECENT_KEPT = 10
"""Good transfers whose times are kept."""
MINUTES_PER_FIELD = 15
HOURS_PER_FIELD = 24

# -- collector ---------------------------------------------------------------------------------
COLLECTOR = PREFIX + "{collector}:"
LIVE = COLLECTOR + "live"
"""HASH: collector name -> its report as JSON, rewritten every second; see docs/redis.md."""
GAPS = COLLECTOR + "gaps"
"""LIST, newest first, of JSON `{source, start, end, reason}`: spans in which we could not hear."""
BORN = COLLECTOR + "born"
"""STRING: when this store was first written to. Gone after a flush, which is how one is noticed."""
COUNTERS = COLLECTOR + "counters"
"""HASH: `stored:<kind>`, `rejected:<reason>`, `trimmed:<reason>`, `skipped:<reason>` -> count."""
SAMPLES = COLLECTOR + "samples"
"""LIST, newest first, of JSON `{time, source, reason, detail, body}`: the last rejects."""

INSTANCES_KEPT = 64
"""Instances kept of each component: those seen last."""
GAPS_KEPT = 32
"""Gaps kept of each source."""
GAPS_SECONDS = 2 * 31 * 86400
"""How old a gap may be: two of the longest intervals."""
SAMPLES_KEPT = 20
SAMPLE_BYTES = 512


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


class Counts(NamedTuple):
    """Transfers counted since the store is new."""

    good: int
    bad: int
    good_bytes: int
    bad_bytes: int
    files: int
    """Good transfers of a file, unlike those of a folder, a link or a removal."""
    recent: list[float]
    """When the last good ones of a client or source were, at most 10, oldest first."""


class Slot(NamedTuple):
    """Transfers counted in one minute or one hour."""

    good: int
    bad: int
    good_bytes: int
    bad_bytes: int


def parse_counts(packed: bytes) -> Counts:
    """Return the counts packed by transfer.lua; raises struct.error when they are not ours."""
    recent = [time for (time,) in struct.iter_unpack("<d", packed[40:])]
    good, bad, good_bytes, bad_bytes, files = struct.unpack_from("<5Q", packed)
    return Counts(good, bad, good_bytes, bad_bytes, files, recent)


def parse_slots(packed: bytes) -> list[Slot]:
    """Return the slots of one field of a history; raises struct.error when it is not ours."""
    slots = []
    for good, bad, good_low, good_high, bad_low, bad_high in struct.iter_unpack("<IIIHIH", packed):
        slots.append(Slot(good, bad, good_low | good_high << 32, bad_low | bad_high << 32))
    return slots


class Outcome(NamedTuple):
    """How one task of a machine ended."""

    time: float
    task: str
    """Id and run."""
    word: str
    """`completed`, `failed`, or the reason of an exception."""


class MachineFacts(NamedTuple):
    """What is known of one machine. The script machine.lua writes it as JSON.

    Times are those of Taskcluster's clock; 0 for never.
    """

    seen: float
    """When it last did something itself."""
    first: float
    """When it first did something itself, as far as we know."""
    receipt: float
    """When the message that said `seen` came."""
    source: str
    """Id of the source that told; empty when it was imported."""
    pool: str
    """`provisioner/worker-type`; empty when not known."""
    task: str
    """Id and run of its last task; empty when there was none."""
    state: str
    """`running`, `completed`, `failed` or `exception`, of that task."""
    reason: str
    """Why it is an exception; else empty."""
    since: float
    """When that task came to that state."""
    started: float | None
    """When the run of that task began."""
    happened: str
    """What last happened to it without its doing: `claim-expired`, `canceled`, `worker removed`."""
    happened_at: float
    lost: float
    """When the claim of a task of its last expired."""
    left: float
    """When its worker manager last stopped or removed it."""
    outcomes: list[Outcome]
    """Ends of its last tasks, newest first, without those it could not help."""

    @property
    def running_since(self) -> float | None:
        """When the task that it runs began; None when it runs none."""
        return self.started if self.state == "running" else None

    @property
    def failures(self) -> list[Outcome]:
        """The ends of tasks since the last one that was completed, newest first."""
        failed = []
        for outcome in self.outcomes:
            if outcome.word == "completed":
                break
            failed.append(outcome)
        return failed


def parse_machine(text: str) -> MachineFacts:
    """Return the facts in `text`; raises ValueError when they are not ours."""
    try:
        raw = json.loads(text)
        since, task, state, reason, started = raw["last"] or (0.0, "", "", "", -1.0)
        happened_at, happened = raw["hit"] or (0.0, "")
        return MachineFacts(
            float(raw["seen"]),
            float(raw["first"]),
            float(raw["receipt"]),
            str(raw["source"]),
            str(raw["pool"]),
            str(task),
            str(state),
            str(reason),
            float(since),
            None if started < 0 else float(started),
            str(happened),
            float(happened_at),
            float(raw["lost"]),
            float(raw["left"]),
            # An empty list is an empty object where the script wrote it.
            [Outcome(float(time), task, word) for time, task, word in raw["outcomes"] or []],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error!r}") from error


class Quarantine(NamedTuple):
    """A machine that somebody works on."""

    machine: str
    since: float
    until: float | None
    """When it ends by itself; None when somebody has to lift it."""
    reason: str


def parse_quarantine(machine: str, text: str) -> Quarantine:
    """Return a quarantine from its JSON; raises ValueError when it is not ours."""
    try:
        raw: Any = json.loads(text)
        until = None if raw["until"] is None else float(raw["until"])
        return Quarantine(machine, float(raw["since"]), until, str(raw["reason"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error!r}") from error
