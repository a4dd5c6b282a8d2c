"""A scheduler at the broker: publishes jobs and sheets in order, and hears what workers report."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from math import inf
from typing import NamedTuple

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.config import WorkersConfig
from blinkenlights.outage import SAID_AGAIN_SECONDS, Outage
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.scheduling.heed import Unheeded, heeded

log = logging.getLogger("blinkenlights.probe")

AT_ONCE = 500
"""Messages after which the broker is asked to confirm. While it does, further ones gather."""
GATHER_SECONDS = 0.02
"""How long a job waits for others, as each question to the broker has its price."""
AGAIN_SECONDS = 1.0
KEY_SHOWN = 80
MOST_HOMELESS = 10_000
"""Messages that are kept whose queue somebody deleted; then the oldest go."""
MOST_REPORTS = 20_000
"""Reports that may wait for a scheduler that is frozen or behind; then the oldest go."""
_REPORT_QUEUE = {
    "x-max-length": MOST_REPORTS,
    "x-max-length-bytes": 256 * 1024 * 1024,
    "x-overflow": "drop-head",
}
_PLAIN = BasicProperties(content_type="application/json", delivery_mode=1)
KEPT = BasicProperties(content_type="application/json", delivery_mode=2)
"""Of what a broker keeps over its own restart."""


class Outgoing(NamedTuple):
    """A message that is to be published."""

    key: str
    body: bytes
    due: float = inf
    """Of a job: its moment, seconds since the epoch."""
    properties: BasicProperties = _PLAIN
    is_wanted: Callable[[], bool] | None = None
    """Asked before it is published; None for always."""
    is_mandatory: bool = False
    """Whether some queue has to take it; else it is published again, when the queue is made."""


class Exchange:
    """The connection of one scheduler, made again whenever it is lost.

    Args:
        config: Where.
        name: What the broker shows of us.
        instance: Unique among all schedulers.
        take: Is given each report of a worker.
    """

    def __init__(
        self,
        config: WorkersConfig,
        name: str,
        instance: str,
        take: Callable[[WorkReport], None],
    ) -> None:
        self.is_connected = False
        self.back_since: float | None = None
        """Since when it is connected again, by the loop's clock; None for the first time."""
        self._exchange = config.exchange
        self._session = Session(config.amqp(), name, "no jobs are given out meanwhile")
        self._instance = instance
        self._take = take
        self._outgoing: deque[Outgoing] = deque()
        self._unconfirmed: list[Outgoing] = []
        self._homeless: list[Outgoing] = []
        self._outage = Outage("a queue of the broker", "it is made again, and used then")
        self._refused = 0
        self._refused_said = -inf
        self._locations: set[str] = set()
        self._declared: set[str] = set()
        self._connections = 0
        self._wake = asyncio.Event()
        self._closing = False

    @property
    def handed_over(self) -> float:
        """The moment before which all jobs are with the broker; infinite when all are."""
        everywhere = (self._outgoing, self._unconfirmed, self._homeless)
        return min((each.due for some in everywhere for each in some), default=inf)

    @property
    def address(self) -> str:
        """The broker, for people."""
        return self._session.address

    def put(self, message: Outgoing) -> None:
        """Publish a message as soon as that is possible, after all that were put before."""
        self._outgoing.append(message)
        self._wake.set()

    def drop(self) -> None:
        """Publish nothing of what waits."""
        self._outgoing.clear()
        self._homeless.clear()

    def serve(self, locations: Iterable[str]) -> None:
        """Let there be queues of jobs for these locations."""
        self._locations |= set(locations)
        self._wake.set()

    async def run(self) -> None:
        """Publish and hear until `close`."""
        await self._session.run(self._use)

    def close(self) -> None:
        """Let `run` come to its end, with what waits published if that is possible at once."""
        self._closing = True
        self._wake.set()
        if not self.is_connected:
            self._session.stop()

    async def _use(self, connection: BrokerConnection) -> None:
        channel = await self._set_up(connection)
        publishing = await Confirmed.open(connection, self._session.address)
        self._session.works()
        self.is_connected = True
        if self._connections > 1:
            self.back_since = asyncio.get_running_loop().time()
        try:
            while True:
                self._wake.clear()
                if channel.lost.done():
                    raise channel.lost.result()
                publishing.check()
                await self._declare(channel)
                await self._publish(publishing)
                if self._closing and not self._outgoing:
                    self._session.stop()
                    return
                if not self._outgoing:
                    await self._wake.wait()
                if not self._closing:
                    await asyncio.sleep(GATHER_SECONDS)
        finally:
            self.is_connected = False

    async def _publish(self, publishing: Confirmed) -> None:
        waiting = self._outgoing
        some = [waiting.popleft() for _ in range(min(AT_ONCE, len(waiting)))]
        self._unconfirmed = [each for each in some if each.is_wanted is None or each.is_wanted()]
        if not self._unconfirmed:
            return
        try:
            await publishing.publish(
                [
                    Message(self._exchange, key, body, properties, is_mandatory)
                    for key, body, _, properties, _, is_mandatory in self._unconfirmed
                ]
            )
            self._keep_homeless(publishing.homeless)
        except BaseException:
            # Some may be there already: a job that is made twice has one result that counts.
            waiting.extendleft(reversed(self._unconfirmed))
            raise
        finally:
            self._unconfirmed = []

    def _keep_homeless(self, homeless: list[tuple[str, bytes]]) -> None:
        """Publish again what no queue took, once its queue is made again."""
        if not homeless:
            if any(each.is_mandatory for each in self._unconfirmed):
                self._outage.worked("publish")
            return
        keys = sorted({key for key, _ in homeless})
        self._outage.failed("publish", f"no queue of {self._exchange} takes {', '.join(keys)}")
        again = set(homeless)
        self._homeless += [each for each in self._unconfirmed if (each.key, each.body) in again]
        del self._homeless[:-MOST_HOMELESS]
        # Queues of jobs are ours to make; that of results is made by whoever stores them.
        self._declared = set()
        asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._put_homeless)

    def _put_homeless(self) -> None:
        some, self._homeless = self._homeless, []
        for each in some:
            self.put(each)

    async def _set_up(self, connection: BrokerConnection) -> BrokerChannel:
        channel = await connection.channel()
        raw = channel.raw
        channel.lost.add_done_callback(lambda _: self._wake.set())
        await channel.ask(raw.exchange_declare, self._exchange, "topic", durable=True)
        # The queue of a connection before may not have ended yet.
        self._connections += 1
        queue = f"{routes.OWN}scheduler.{self._instance}.{self._connections}"
        await channel.ask(
            raw.queue_declare, queue, exclusive=True, auto_delete=True, arguments=_REPORT_QUEUE
        )
        await channel.ask(raw.queue_bind, queue, self._exchange, routes.report_key("#"))
        await channel.ask(raw.basic_consume, queue, self._on_report, auto_ack=True)
        self._declared = set()
        await self._declare(channel)
        return channel

    async def _declare(self, channel: BrokerChannel) -> None:
        """Make sure that the queues of jobs are there."""
        for location in sorted(self._locations - self._declared):
            queue = routes.JOBS + location
            await channel.ask(channel.raw.queue_declare, queue, durable=True)
            key = routes.job_key(location)
            await channel.ask(channel.raw.queue_bind, queue, self._exchange, key)
            self._declared.add(location)

    def _on_report(
        self, _channel: Channel, origin: Basic.Deliver, _: BasicProperties, body: bytes
    ) -> None:
        key = origin.routing_key or ""
        try:
            report = heeded(body, key)
        except Unheeded as why:
            self._say_refused(f"{key[:KEY_SHOWN]!a}: {why}")
            return
        try:
            self._take(report)
        except Exception:
            log.exception("a report of %s is lost by our own mistake", report.worker)

    def _say_refused(self, why: str) -> None:
        """Say once a minute what is not heeded: whoever sends it may send any number."""
        self._refused += 1
        ticks = asyncio.get_running_loop().time()
        if ticks - self._refused_said >= SAID_AGAIN_SECONDS:
            log.warning("%d reports of workers are not heeded, such as %s", self._refused, why)
            self._refused, self._refused_said = 0, ticks
