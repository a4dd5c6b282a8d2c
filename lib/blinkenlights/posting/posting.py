"""Posts results of probes to where files of endpoints want them. No probe ever waits for it."""

import asyncio
import logging
from binascii import crc32
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from msgspec import structs

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage, ProberMessage
from blinkenlights.outbox.lease import Manner
from blinkenlights.outbox.outbox import Outbox
from blinkenlights.outbox.sending import Senders
from blinkenlights.outbox.taken import Taken
from blinkenlights.posting import keys
from blinkenlights.posting.delivering import Outgoing
from blinkenlights.posting.entry import SELF_SECONDS, Entry, Nothing, of_prober, of_result
from blinkenlights.posting.queueing import Queued, Queueing
from blinkenlights.posting.standing import standing
from blinkenlights.probe.endpoint import ONCE, Endpoint, Policy
from blinkenlights.probe.files.collection import Collection
from blinkenlights.probe.output import AwsOutput, Output, named
from blinkenlights.store.client import StoreClient

log = logging.getLogger("blinkenlights.posting")

AT_ONCE_TO_HOST = 8
"""Posts to one host at a time, and so many hear nothing when it wants to hear nothing."""
MOST_ENTRIES = 20
"""Of one output, posted one after the other before somebody else may have it."""
LOOK_SECONDS = 5.0
LAST_SECONDS = 2.0
"""How long storing what is queued may take at the end."""


class PostingOutbox(Outbox[Entry, Nothing]):
    """The store, for those who post."""

    def counted(self, taken: Taken[Entry, Nothing]) -> str:  # noqa: ARG002
        """Return that all are counted together: there may be one for each endpoint."""
        return ""


class Posting:
    """Queues what is to be posted, and posts what is queued, by itself or beside others.

    Args:
        store: Where the outbox is.
        prober: The name of the prober; several that share it share an outbox.
        clock: The time.
        kept: How many entries of one output are kept; the oldest are dropped, and counted.
        give_up: Seconds after which an entry that nobody takes is given up.
    """

    def __init__(
        self, store: StoreClient, prober: str, clock: Clock, *, kept: int, give_up: float
    ) -> None:
        self._store = store
        self._prober = prober
        self._clock = clock
        self._outputs: dict[str, Mapping[str, Output]] = {}
        self._self: Mapping[str, Output] = {}
        self._knows_all = False
        self._is_followed = asyncio.Event()
        self._said = -1.0
        self._standing = OutputsMessage()
        self._closing = asyncio.Event()
        self._queueing = Queueing(store, prober, kept, clock)
        outbox = PostingOutbox(
            store,
            keys.outbox_of(prober),
            Entry,
            Nothing,
            most_entries=MOST_ENTRIES,
            bound=kept,
        )
        self._senders = Senders(
            outbox,
            Outgoing(self._outputs_of, lambda: self._knows_all),
            Manner(give_up=give_up, pace=0.0),
            clock,
            without_store="nothing is posted until it is back",
        )

    def follow(self, collection: Collection) -> None:
        """Post to where these files want it from now on."""
        self._outputs = {
            name: named(endpoint.outputs)
            for name, endpoint in collection.endpoints.items()
            if endpoint.outputs
        }
        self._self = named(collection.self_outputs)
        self._knows_all = not collection.problems
        self._is_followed.set()

    def put(self, endpoint: Endpoint, result: ResultMessage) -> None:
        """Queue a result for the outputs of its endpoint. It never waits, and never raises."""
        if endpoint.outputs:
            self._put(endpoint.name, named(endpoint.outputs), of_result(result), endpoint.policy)

    def report(self, message: ProberMessage) -> None:
        """Queue what the prober says of itself, once a minute; puts into it how posting stands."""
        message.outputs = self._standing
        minute = message.timestamp // SELF_SECONDS
        if not self._self or message.stopped or minute == self._said:
            return
        self._said = minute
        self._put("", self._self, of_prober(message), ONCE)

    async def run(self) -> None:
        """Post until `close`; what is queued by then is stored."""
        stored = asyncio.Event()
        queueing = asyncio.create_task(self._queueing.run(stored))
        others = [
            asyncio.create_task(each)
            for each in (self._send(), self._poke(stored), self._look_again_and_again())
        ]
        try:
            await self._closing.wait()
            self._queueing.close()
            await asyncio.wait([queueing], timeout=LAST_SECONDS)
        finally:
            self._senders.stop()
            for task in (queueing, *others):
                task.cancel()
            await asyncio.gather(queueing, *others, return_exceptions=True)

    def close(self) -> None:
        """Let `run` come to its end: what is being posted then is posted again by who is next."""
        self._closing.set()

    def _put(self, name: str, outputs: Mapping[str, Output], entry: Entry, policy: Policy) -> None:
        for kind, output in outputs.items():
            change = None
            if output.on == "change":
                change = (policy.failures, policy.of, policy.recoveries)
            elif output.on != "result" and (output.on == "failure") != (entry.result == "failed"):
                continue
            self._queueing.put(Queued(address_of(output, name), kind, name, entry, change))

    def _outputs_of(self, endpoint: str) -> Mapping[str, Output]:
        return self._outputs.get(endpoint, {}) if endpoint else self._self

    async def _send(self) -> None:
        # Before files are read, nobody knows where things go.
        await self._is_followed.wait()
        await self._senders.run()

    async def _poke(self, stored: asyncio.Event) -> None:
        while True:
            await stored.wait()
            stored.clear()
            self._senders.poke()

    async def _look_again_and_again(self) -> None:
        while True:
            outputs = sum(map(len, self._outputs.values())) + len(self._self)
            # Said at the next look: while the store is away, nothing is reported either.
            with suppress(StoreError):
                self._standing = await standing(self._store, self._prober, outputs, self._target)
            if dropped := self._queueing.dropped:
                self._standing = structs.replace(
                    self._standing, dropped=self._standing.dropped + dropped
                )
            await asyncio.sleep(LOOK_SECONDS)

    def _target(self, endpoint: str, name: str) -> str:
        output = self._outputs_of(endpoint).get(name)
        return output.target if output else "where no file says any more"


def address_of(output: Output, endpoint: str) -> str:
    """Return by what address an output is told: its host, and one of a few places for it."""
    if isinstance(output, AwsOutput):
        host = f"aws {output.region}"
    else:
        host = urlsplit(output.shown_url).hostname or ""
    return f"{host}#{crc32(endpoint.encode()) % AT_ONCE_TO_HOST}"
