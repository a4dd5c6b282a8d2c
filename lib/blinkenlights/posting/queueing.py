"""Puts what is to be posted into the store. Nobody waits for it."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.outage import Backoff, Outage
from blinkenlights.outbox.taken import SEPARATOR
from blinkenlights.posting import keys
from blinkenlights.posting.entry import Entry
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_QUEUEING = Script(__package__, "queueing")
_pack = msgspec.msgpack.Encoder().encode
_encode = msgspec.json.Encoder().encode
log = logging.getLogger("blinkenlights.posting")

MOST = 20_000
"""Entries that wait for a store that is away; the oldest are dropped, and counted."""
MOST_BYTES = 64 * 1024 * 1024
"""Of these: an endpoint may answer with much to be captured."""
AT_ONCE = 200
AT_ONCE_BYTES = 1024 * 1024
"""Of one call: the store does nothing else meanwhile."""
LEVELS = {"ok": 0, "degraded": 1, "failed": 2}
Change = tuple[int, int, int]


class Queued(NamedTuple):
    """One entry on its way into the store."""

    address: str
    output: str
    endpoint: str
    at: float
    level: int
    text: bytes
    change: Change | None
    """Where only changes count: so many bad ones, among so many, and so many good ones."""

    def row(self, prober: str) -> tuple[object, ...]:
        """Return what the script wants to know. What probers say of themselves is each one's."""
        return (
            keys.queue_of(self.address, self.output, self.endpoint),
            keys.member_of(self.output, self.endpoint or f"{SEPARATOR}{prober}"),
            self.at,
            # As text: cmsgpack knows no bytes.
            self.text.decode(),
            self.level,
            self.change or False,
        )


def queued(
    address: str, output: str, endpoint: str, entry: Entry, change: Change | None = None
) -> Queued:
    """Return an entry as it is queued; raises a ValueError for what is no text."""
    level = LEVELS.get(entry.result, 0)
    return Queued(address, output, endpoint, entry.at, level, _encode(entry), change)


class Trouble(NamedTuple):
    """Why the store takes nothing. Times are seconds since the epoch."""

    since: float
    times: int
    error: str


class Queueing:
    """Takes entries at any time, and stores them when the store is there.

    Args:
        store: Where they go.
        prober: Whose outbox it is.
        kept: How many of one output are kept.
        clock: The time.
    """

    def __init__(self, store: StoreClient, prober: str, kept: int, clock: Clock) -> None:
        self._store = store
        self._prober = prober
        self._outbox = keys.outbox_of(prober)
        self._kept = kept
        self._clock = clock
        self._waiting: deque[Queued] = deque()
        self._bytes = 0
        self._removed = 0
        self._poked = asyncio.Event()
        self._closing = False
        self._outage = Outage("the store", "nothing is posted until it is back")
        self.dropped = 0
        """How many were dropped here, since the store was away for too long."""
        self.trouble: Trouble | None = None
        """Why nothing can be stored now; None while it can."""

    @property
    def waiting(self) -> int:
        """Return how many are not stored yet."""
        return len(self._waiting)

    def put(self, queued: Queued) -> None:
        """Take one. It never waits."""
        self._waiting.append(queued)
        self._bytes += len(queued.text)
        while len(self._waiting) > MOST or self._bytes > MOST_BYTES:
            self._remove()
            self.dropped += 1
        self._poked.set()

    def close(self) -> None:
        """Let `run` end once all is stored."""
        self._closing = True
        self._poked.set()

    async def run(self, stored: asyncio.Event) -> None:
        """Store what comes until `close`; sets an event each time."""
        pauses = Backoff()
        while not self._closing or self._waiting:
            if not self._waiting:
                self._poked.clear()
                await self._poked.wait()
                continue
            some, removed = self._first(), self._removed
            try:
                await self.store(some)
            except StoreError as error:
                self._outage.failed("queue", error)
                before = self.trouble or Trouble(self._clock(), 0, "")
                self.trouble = Trouble(before.since, before.times + 1, str(error))
                await asyncio.sleep(pauses.pause())
                continue
            self._outage.worked("queue")
            self.trouble = None
            pauses = Backoff()
            # Some of it may have been dropped meanwhile.
            for _ in range(len(some) - (self._removed - removed)):
                self._remove()
            stored.set()

    async def store(self, some: Sequence[Queued]) -> None:
        """Store some; raises a StoreError."""
        payload = _pack([each.row(self._prober) for each in some])
        now = f"{self._clock():.3f}"
        await self._store.call(_QUEUEING, keys.PREFIX, self._outbox, now, self._kept, payload)

    def _first(self) -> list[Queued]:
        """Return as many of the oldest as go into one call, at least one."""
        some, size = list[Queued](), 0
        for each in self._waiting:
            size += len(each.text)
            if some and (len(some) == AT_ONCE or size > AT_ONCE_BYTES):
                break
            some.append(each)
        return some

    def _remove(self) -> None:
        self._bytes -= len(self._waiting.popleft().text)
        self._removed += 1
