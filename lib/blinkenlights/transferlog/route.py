"""Copies each message of the common log to the exchange of its source, unchanged.

A message is acknowledged when the broker has confirmed its copy, so none is lost; one whose copy
was not confirmed when we or the broker were killed is copied once more. Copies keep the order of
the messages. An exchange that is missing, forbidden or full costs its own source copies, and
nobody else.
"""

import asyncio
import contextlib
import logging
from collections import deque
from itertools import chain

from pika.exceptions import AMQPError

from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.broker.session import Session
from blinkenlights.broker.targets import Targets
from blinkenlights.config import AmqpConfig
from blinkenlights.kinds.transfer.decode_speedo import TOPIC as SPEEDO
from blinkenlights.transferlog.deliveries import Deliveries
from blinkenlights.transferlog.message import Message
from blinkenlights.transferlog.misses import Misses
from blinkenlights.transferlog.publisher import Copy, Publisher
from blinkenlights.transferlog.queues import bind

log = logging.getLogger("blinkenlights.route")

PREFETCH = 1000
"""How many copies may be on their way, and so how many may be made twice after a kill."""
BATCH = 200
FINISH_SECONDS = 5.0
PRECONDITION_FAILED = 406


class Route:
    """Copies from a queue of the common log.

    Args:
        source: The queue, and the exchange it is bound to.
        pattern: The exchange of a source, with `{source}` for its name.
        create: Whether to make exchanges that are not there.
    """

    def __init__(self, source: AmqpConfig, pattern: str, *, create: bool) -> None:
        self.misses = Misses()
        self._source = source
        self._pattern = pattern
        self._session = Session(source, "blinkenlights route", "messages wait in the queue")
        self._create = create
        self._with_user = True
        self._handled = 0
        self._acknowledged = 0
        self._is_due = False
        self._to_repair: deque[Copy] = deque()
        """What has to be published once more; newer than whatever is doubtful."""
        self._channel: BrokerChannel
        self._publisher: Publisher
        self._targets: Targets

    async def run(self) -> None:
        """Copy until `stop`."""
        saying = asyncio.create_task(self.misses.say_again_and_again())
        try:
            await self._session.run(self._route)
        finally:
            saying.cancel()
            self.misses.say()

    def stop(self) -> None:
        """Let `run` come to its end: what is on its way is waited for."""
        self._session.stop()

    async def _route(self, connection: BrokerConnection) -> None:
        source, session = self._source, self._session
        await connection.declare_queue(source.queue)
        await bind(connection, source)
        self._targets = Targets(connection, create=self._create)
        self._publisher = await self._open(connection)
        self._channel = await connection.channel()
        self._handled = self._acknowledged = 0
        self._to_repair.clear()
        deliveries = Deliveries(self._channel, session)
        await deliveries.start(source.queue, PREFETCH)
        session.works()
        log.info("routing from %s at %s to %s", source.queue, session.address, self._pattern)
        while not session.stopping:
            batch = await deliveries.next(BATCH, unless=self._publisher.lost.done)
            if self._publisher.lost.done():
                await self._mend(connection)
            for message in batch:
                # Who makes speedos sends each source those that are for it.
                if not message.topic.startswith(SPEEDO):
                    await self._copy(message)
                self._handled = message.tag
            self._acknowledge_soon()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS):
                await self._publisher.settle()
        self._acknowledge()

    async def _open(self, connection: BrokerConnection) -> Publisher:
        publisher = Publisher(
            await connection.channel(),
            self._acknowledge_soon,
            lambda copy: self.misses.count(f"for {copy.exchange}: a queue there is full"),
            with_user=self._with_user,
        )
        publisher.lost.add_done_callback(lambda _: self._session.wake.set())
        await publisher.open()
        return publisher

    async def _copy(self, message: Message) -> None:
        source = message.source()
        if source:
            await self._publish(Copy(message, self._pattern.replace("{source}", source)))
        else:
            self.misses.count("without a source")

    async def _publish(self, copy: Copy) -> None:
        why = await self._targets.why_not(copy.exchange)
        if why:
            self.misses.count(f"for {copy.exchange}: {why}")
        else:
            self._publisher.publish(copy)

    async def _mend(self, connection: BrokerConnection) -> None:
        """Go on after the broker has closed the publisher's channel because of what we published.

        It has thrown away everything behind the copy that offended it, and of what was before that
        we do not know: all are published again.
        """
        refused = self._publisher.lost.result()
        if not isinstance(refused, ChannelRefused):
            raise refused
        self._to_repair.extend(self._publisher.doubtful.values())
        is_known = self._blame(refused)
        self._publisher = await self._open(connection)
        while self._to_repair:
            copy = self._to_repair[0]
            await self._publish(copy)
            self._to_repair.popleft()
            if not is_known:
                await self._publisher.settle()
                if self._publisher.lost.done():
                    self.misses.count(f"for {copy.exchange}: {self._publisher.lost.result()}")
                    self._publisher = await self._open(connection)

    def _blame(self, refused: ChannelRefused) -> bool:
        """Make sure that what the broker has refused is not tried again; False if that is unclear.

        The broker says which exchange it was in words only.
        """
        if refused.code == PRECONDITION_FAILED and self._with_user and "user_id" in str(refused):
            self._with_user = False
            log.warning(
                "%s; copies are without user_id from now on, unless you give our user the tag "
                "impersonator and start this again",
                refused,
            )
            return True
        for exchange in {copy.exchange for copy in self._to_repair}:
            if f"exchange '{exchange}'" in str(refused):
                self._targets.rule_out(exchange, str(refused))
                return True
        return False

    def _acknowledge_soon(self) -> None:
        """Acknowledge once for all confirms that come together."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._acknowledge)

    def _acknowledge(self) -> None:
        """Acknowledge up to the first message whose copy is not confirmed."""
        self._is_due = False
        unsure = chain(self._publisher.doubtful.values(), self._to_repair)
        oldest = next(unsure, None)
        through = self._handled if oldest is None else oldest.message.tag - 1
        if through > self._acknowledged:
            self._acknowledged = through
            # On a channel that is lost there is nothing to do: the broker gives them again.
            with contextlib.suppress(AMQPError):
                self._channel.raw.basic_ack(through, multiple=True)
