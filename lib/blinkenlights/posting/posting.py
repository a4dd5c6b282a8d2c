"""Posts results of probes to where files of endpoints want them. No probe ever waits for it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping

from blinkenlights.clock import Clock
from blinkenlights.errors import StoreError
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage, ProberMessage
from blinkenlights.outage import Outage
from blinkenlights.outbox.lease import Manner
from blinkenlights.outbox.sending import Senders
from blinkenlights.posting import keys
from blinkenlights.posting.addresses import address_of
from blinkenlights.posting.delivering import Outgoing
from blinkenlights.posting.entry import (
    SELF_SECONDS,
    Entry,
    Nothing,
    of_prober,
    of_result,
)
from blinkenlights.posting.posting_outbox import PostingOutbox
from blinkenlights.posting.queueing import Queueing, queued
from blinkenlights.posting.standing import standing, with_trouble
from blinkenlights.probe.endpoint import ONCE, Endpoint, Policy
from blinkenlights.probe.files.collection import Collection
from blinkenlights.probe.output import Output, named
from blinkenlights.store.client import StoreClient

log = logging.getLogger("blinkenlights.posting")

MOST_ENTRIES = 20
"""Of one output, posted one after the other before somebody else may have it."""
LOOK_SECONDS = 5.0
NOT_QUEUED = "the store did not take them before the end"
LAST_SECONDS = 2.0
"""How long storing what is queued may take at the end."""


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
        self._outage = Outage("the store", "nobody knows how posting stands until it is back")
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
        message.outputs = with_trouble(
            self._standing,
            self._queueing.trouble,
            waiting=self._queueing.waiting,
            dropped=self._queueing.dropped,
        )
        minute = message.timestamp // SELF_SECONDS
        if not self._self or message.stopped or minute == self._said:
            return
        self._said = minute
        self._put("", self._self, of_prober(message), ONCE)

    async def run(self) -> None:
        """Post until `close`; what is queued by then is stored."""
        stored = asyncio.Event()
        queueing = asyncio.create_task(_whatever_breaks(lambda: self._queueing.run(stored)))
        others = [
            asyncio.create_task(_whatever_breaks(each))
            for each in (self._send, lambda: self._poke(stored), self._look_again_and_again)
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
            if self._queueing.waiting:
                log.error("%d results are not posted: %s", self._queueing.waiting, NOT_QUEUED)

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
            try:
                self._queueing.put(queued(address_of(output, name), kind, name, entry, change))
            except ValueError as error:
                self._queueing.dropped += 1
                log.error("a result of %s is no text: %s", name, type(error).__name__)  # noqa: TRY400

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
            try:
                self._standing = await standing(
                    self._store, self._prober, outputs, self._place, forget=self._knows_all
                )
                self._outage.worked("look")
            except StoreError as error:
                # Said at the next look: while the store is away, nothing is reported either.
                self._outage.failed("look", error)
            await asyncio.sleep(LOOK_SECONDS)

    def _place(self, endpoint: str, name: str) -> str | None:
        output = self._outputs_of(endpoint).get(name)
        return output.place if output else None


async def _whatever_breaks(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Do it again when it breaks: no probe may be stopped by that, and none be posted no more."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("posting broke, and goes on")
            await asyncio.sleep(LOOK_SECONDS)
        else:
            return
