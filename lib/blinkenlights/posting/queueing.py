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
log = logging.getLogger("blinkenlights.posting")

MOST = 20_000
"""Entries that wait for a store that is away; the oldest are dropped, and counted."""
AT_ONCE = 200
LEVELS = {"ok": 0, "degraded": 1, "failed": 2}
Change = tuple[int, int, int]


class Queued(NamedTuple):
    """One entry on its way into the store."""

    address: str
    output: str
    endpoint: str
    entry: Entry
    change: Change | None
    """Where only changes count: so many bad ones, among so many, and so many good ones."""

    def row(self, prober: str) -> tuple[object, ...]:
        """Return what the script wants to know. What probers say of themselves is each one's."""
        return (
            keys.queue_of(self.address, self.output, self.endpoint),
            keys.member_of(self.output, self.endpoint or f"{SEPARATOR}{prober}"),
            self.entry.at,
            # As text: cmsgpack knows no bytes.
            msgspec.json.encode(self.entry).decode(),
            LEVELS.get(self.entry.result, 0),
            self.change or False,
        )


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
        self._poked = asyncio.Event()
        self._closing = False
        self._outage = Outage("the store", "nothing is posted until it is back")
        self.dropped = 0
        """How many were dropped here, since the store was away for too long."""

    def put(self, queued: Queued) -> None:
        """Take one. It never waits."""
        if len(self._waiting) >= MOST:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(queued)
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
            some = [self._waiting[place] for place in range(min(AT_ONCE, len(self._waiting)))]
            dropped = self.dropped
            try:
                await self.store(some)
            except StoreError as error:
                self._outage.failed("queue", error)
                await asyncio.sleep(pauses.pause())
                continue
            self._outage.worked("queue")
            pauses = Backoff()
            # Some of it may have been dropped meanwhile.
            for _ in range(len(some) - min(len(some), self.dropped - dropped)):
                self._waiting.popleft()
            stored.set()

    async def store(self, some: Sequence[Queued]) -> None:
        """Store some; raises a StoreError."""
        payload = _pack([each.row(self._prober) for each in some])
        now = f"{self._clock():.3f}"
        await self._store.call(_QUEUEING, keys.PREFIX, self._outbox, now, self._kept, payload)
