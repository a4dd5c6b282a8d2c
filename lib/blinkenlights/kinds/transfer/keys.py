"""The keys of transfers in the store, and the forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

import struct
from typing import NamedTuple

from blinkenlights.kinds.transfer.habit import Habit, parse_habit
from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{transfer}:"
SCOPES = ("client", "source", "pair", "all")
"""What is counted by: client, source, client and source joined by a zero byte, and everything."""
GOOD = PREFIX + "good:"
"""ZSET `good:<scope>`: name -> when its last good transfer was; 0 when it never had one."""
RECEIVED = PREFIX + "received:"
"""ZSET `received:<scope>`: name -> when a report of a good transfer last came that was sent just
before, whatever time it carries: it did not wait in a queue."""
BAD = PREFIX + "bad:"
"""ZSET `bad:<scope>`: name -> when its last bad transfer was."""
COUNTS = PREFIX + "counts:"
"""HASH `counts:<scope>`: name -> `Counts`, packed: totals, and the habit where the scope is client
or source."""
OVERDUE = PREFIX + "overdue:"
"""ZSET `overdue:<scope>`, for clients and sources whose habit is known: name -> when its silence
will have lasted for two of its usual pauses."""
HISTORY = PREFIX + "history:"
"""HASH `history:<scope>:<name>`: `m<quarter of an hour>` -> 15 slots of a minute for a day, then
`h<day>` -> 24 slots of an hour for a month."""
LIMITS = PREFIX + "limits"
"""STRING: JSON list of `{client, source, deadline, min_rate, max_errors}`, as configured."""
EXPECTED = PREFIX + "expected"
"""HASH: scope and name, joined by a zero byte -> when it was declared, seconds since the epoch."""
RATED = PREFIX + "rated"
"""STRING: up to when the rates of minutes are stored as series, seconds since the epoch."""
INFLIGHT = PREFIX + "inflight"
"""ZSET: node and id, joined by a zero byte, of a transfer not yet over -> when it began."""
INFLIGHT_FACTS = PREFIX + "inflight:facts"
"""HASH: node and id -> JSON `[client, source, name]`."""
INFLIGHT_AHEAD = PREFIX + "inflight:ahead"
"""HASH: node and id of those that began ahead of our clock -> when, by the clock of the sender."""
ENDED = PREFIX + "ended:"
"""HASH `ended:<period>`: node and id of those that are over -> when. Where it was over several
times, or ahead of our clock: when last by the sender's clock, a blank, and the last four times by
ours, latest first. Kept for twenty minutes."""
FLOWN = PREFIX + "flown"
"""ZSET: node, id, when it began, and JSON `[client, source, name]`, joined by zero bytes, of a
transfer that was in flight -> when it was over. Kept for `flown:kept`."""
FLOWN_KEPT = PREFIX + "flown:kept"
"""STRING: for how many seconds, as configured; an hour without it."""
FLOWN_SINCE = PREFIX + "flown:since"
"""STRING: from when on all of them are there, if they are kept for so long."""
SESSION = PREFIX + "session:"
"""STRING `session:<source of a collector>`: number of the last batch counted, a blank, and when it
came; kept for a week."""
IDS = PREFIX + "ids:"
"""HASH `ids:<period>`: ids of the messages counted in ten minutes; kept for twenty."""
AGAIN = PREFIX + "again:"
"""HASH `again:<period>`: those of them that the broker had delivered again; kept for twenty."""
SPEEDOS = PREFIX + "speedos"
"""HASH: scope and name, joined by a zero byte -> JSON `[event, good, bad, good bytes, bad bytes,
bytes per interval, files per interval, interval]`: the newest speedo that others published."""
SPEEDOS_SEEN = PREFIX + "speedos:seen"
"""ZSET: scope and name -> when its newest speedo was made."""
SPEEDOS_MOVED = PREFIX + "speedos:moved"
"""ZSET: scope and name -> when its newest speedo with a good transfer was made; 0 for never."""
SPEEDOS_SINCE = PREFIX + "speedos:since"
"""ZSET: scope and name -> when the interval of its first speedo began. Missing where a collector of
an older version stored that one."""
SPEEDOS_RECEIVED = PREFIX + "speedos:received"
"""ZSET: scope and name -> when a speedo of it last came that had not waited anywhere."""
SPEEDO = PREFIX + "speedo:"
"""What our own speedos need, by scope: `due:` ZSET: name -> when its next one is due.
`published:` HASH: name -> totals and time, packed, up to which speedos are published.
`pending:` HASH: the same for one that is being published. `since:` STRING: when last looked for new
names."""

MINUTES_PER_FIELD = 15
_SLOT = struct.Struct("<IIIHIH")
SLOT_BYTES = _SLOT.size


class Counts(NamedTuple):
    """Transfers counted since the store is new."""

    good: int
    bad: int
    good_bytes: int
    bad_bytes: int
    files: int
    """Good transfers of a file, unlike those of a folder, a link or a removal."""
    habit: Habit | None
    """Of a client or source that had a good one."""


class Slot(NamedTuple):
    """Transfers counted in one minute or one hour."""

    good: int
    bad: int
    good_bytes: int
    bad_bytes: int


def parse_counts(packed: bytes) -> Counts:
    """Return the counts packed by the store's script; raises ValueError when they are not ours."""
    try:
        habit = parse_habit(packed[40:])
        good, bad, good_bytes, bad_bytes, files = struct.unpack_from("<5Q", packed)
    except struct.error as error:
        raise ValueError(str(error)) from error
    return Counts(good, bad, good_bytes, bad_bytes, files, habit)


def parse_slots(packed: bytes) -> list[Slot]:
    """Return the slots of one field of a history; raises ValueError when it is not ours."""
    try:
        return [
            Slot(good, bad, good_low | good_high << 32, bad_low | bad_high << 32)
            for good, bad, good_low, good_high, bad_low, bad_high in _SLOT.iter_unpack(packed)
        ]
    except struct.error as error:
        raise ValueError(str(error)) from error
