"""A scheduler at the broker: publishes jobs and sheets in order, and hears what workers report."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from math import inf

from blinkenlights.broker.confirmed import Confirmed, Message, NotConfirmed
from blinkenlights.broker.connection import BrokerChannel, BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.config import WorkersConfig
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.report_queue import ReportQueue
from blinkenlights.probing.scheduling.unroutable import Unroutable

AT_ONCE = 500
"""Messages after which the broker is asked to confirm. While it does, further ones gather."""
BACK_SECONDS = 15.0
"""How long workers may take to come back to a broker; they try each ten seconds at least."""
GATHER_SECONDS = 0.02
"""How long a job waits for others, as each question to the broker has its price."""


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
        self.is_open = False
        """Whether there is a connection."""
        self.why_not = ""
        """Why the broker takes nothing though there is one, as when it is short of memory."""
        self._back_since: float | None = None
        """Since when it is connected again, by the loop's clock; None for the first time."""
        self._exchange = config.exchange
        self._session = Session(config.amqp(), name, "no jobs are given out meanwhile")
        self._instance = instance
        self._reports = ReportQueue(config.exchange, take)
        self._outgoing: deque[Outgoing] = deque()
        self._unconfirmed: list[Outgoing] = []
        self._unroutable = Unroutable(config.exchange, self.put)
        self._locations: set[str] = set()
        self._declared: set[str] = set()
        self._connections = 0
        self._wake = asyncio.Event()
        self._closing = False

    @property
    def is_connected(self) -> bool:
        """Whether workers are reached, for all that is known."""
        return self.is_open and not self.why_not

    @property
    def takes_sheets(self) -> bool:
        """Whether sheets go out now; else they would gather, and be old when they do."""
        return self.is_open and not (self.why_not and self._outgoing)

    @property
    def is_settled(self) -> bool:
        """Whether workers that live would be heard: they had the time to come back to a broker."""
        if not self.is_connected:
            return False
        ticks = asyncio.get_running_loop().time()
        return self._back_since is None or ticks - self._back_since > BACK_SECONDS

    @property
    def handed_over(self) -> float:
        """The moment before which all jobs are with the broker; infinite when all are."""
        everywhere = (self._outgoing, self._unconfirmed, self._unroutable.messages)
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
        self._unroutable.drop()

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
        connection.on_blocked(self._blocked, lambda: None)
        self.is_open = True
        if not self.why_not:
            self._works()
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
            self.is_open = False

    def _works(self) -> None:
        """Note that the broker takes what is published."""
        self.why_not = ""
        self._session.works()
        if self._connections > 1:
            self._back_since = asyncio.get_running_loop().time()

    def _blocked(self, reason: str) -> None:
        """Note that the broker reads nothing from us, though it goes on to give us messages."""
        self.why_not = f"takes no messages ({reason})"

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
            self._look_for_queues(publishing.homeless)
            if self.why_not:
                self._works()
        except BaseException as error:
            if isinstance(error, NotConfirmed):
                self.why_not = self.why_not or "takes no messages"
            # Some may be there already: a job that is made twice has one result that counts.
            waiting.extendleft(reversed(self._unconfirmed))
            raise
        finally:
            self._unconfirmed = []

    def _look_for_queues(self, homeless: list[tuple[str, bytes]]) -> None:
        """See to it that what no queue took finds one."""
        if not homeless:
            self._unroutable.routed(self._unconfirmed)
            return
        self._unroutable.keep(self._unconfirmed, homeless)
        # Queues of jobs are ours to make; that of results is made by whoever stores them.
        self._declared = set()

    async def _set_up(self, connection: BrokerConnection) -> BrokerChannel:
        channel = await connection.channel()
        channel.lost.add_done_callback(lambda _: self._wake.set())
        await channel.ask(channel.raw.exchange_declare, self._exchange, "topic", durable=True)
        # The queue of a connection before may not have ended yet.
        self._connections += 1
        queue = f"{routes.OWN}scheduler.{self._instance}.{self._connections}"
        await self._reports.open(channel, queue)
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
