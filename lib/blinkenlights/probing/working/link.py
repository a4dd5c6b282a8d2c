"""One connection of a worker: its own queue, the queue of jobs, and what it publishes."""

import logging
from collections.abc import Callable, Iterable

import pika
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import NOT_FOUND, BrokerChannel, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.errors import BrokerError
from blinkenlights.probing.jobs import routes

log = logging.getLogger("blinkenlights.probe")

LOCKED = 405
_JOBS = "jobs"
_RESULT = BasicProperties(content_type="application/json", delivery_mode=2)
_REPORT = BasicProperties(content_type="application/json", delivery_mode=1)

Taken = Callable[[bytes, int], None]
"""Takes a body, and by which tag it is acknowledged."""
Told = Callable[[bytes, bool], None]
"""Takes a body, and whether it came for this worker alone."""


class Link:
    """What a worker does at the broker while a connection lasts; made by `open`."""

    def __init__(
        self,
        connection: BrokerConnection,
        own: BrokerChannel,
        publishing: Confirmed,
        *,
        exchange: str,
        location: str,
        taken: Taken,
    ) -> None:
        self.prefetch = 0
        """How many jobs the broker gives us at a time; 0 while none are taken."""
        self._exchange = exchange
        self._location = location
        self._connection = connection
        self._own = own
        self._publishing = publishing
        self._taken = taken
        self._jobs: BrokerChannel | None = None
        self._unacknowledged: dict[int, None] = {}
        self._is_missing = False

    @classmethod
    async def open(
        cls,
        connection: BrokerConnection,
        *,
        address: str,
        exchange: str,
        location: str,
        worker: str,
        taken: Taken,
        told: Told,
    ) -> "Link":
        """Declare the own queue, and listen there. Raises BrokerError."""
        own = await connection.channel()
        queue, key = routes.queue_of_worker(location, worker), routes.worker_key(location, worker)
        try:
            await own.ask(own.raw.queue_declare, queue, exclusive=True, auto_delete=True)
        except ChannelRefused as refused:
            if refused.code != LOCKED:
                raise
            raise BrokerError(
                f"{address} has a worker {worker} at {location} already, or had it a moment ago; "
                "give each a name of its own with --name"
            ) from None
        for each in (key, routes.sheet_key(location)):
            await own.ask(own.raw.queue_bind, queue, exchange, each)

        def on_message(_: Channel, origin: Basic.Deliver, __: BasicProperties, body: bytes) -> None:
            told(body, origin.routing_key == key)

        await own.ask(own.raw.basic_consume, queue, on_message, auto_ack=True, exclusive=True)
        publishing = await Confirmed.open(connection, address)
        return cls(connection, own, publishing, exchange=exchange, location=location, taken=taken)

    def check(self) -> None:
        """Raise the BrokerError for which the connection is lost, if it is."""
        self._publishing.check()
        for channel in (self._own, self._jobs):
            if channel is not None and channel.lost.done():
                raise channel.lost.result()

    async def take(self, prefetch: int) -> None:
        """Let the broker give us so many jobs at a time; none with 0. Raises BrokerError."""
        if prefetch == self.prefetch:
            return
        if self.prefetch and self._jobs is not None:
            await self._jobs.ask(self._jobs.raw.basic_cancel, _JOBS)
        self.prefetch = 0
        if not prefetch:
            return
        if self._jobs is None:
            self._jobs = await self._connection.channel()
        channel, queue = self._jobs, routes.JOBS + self._location
        try:
            await channel.ask(channel.raw.basic_qos, prefetch_count=prefetch)
            await channel.ask(channel.raw.basic_consume, queue, self._on_job, consumer_tag=_JOBS)
        except ChannelRefused as refused:
            if refused.code != NOT_FOUND or self._unacknowledged:
                raise
            self._jobs = None
            self._say_missing(queue)
            return
        self.prefetch = prefetch
        self._is_missing = False

    async def publish_results(self, lines: Iterable[bytes]) -> str:
        """Publish results; returns why some of them are kept nowhere, if so. Raises BrokerError."""
        key = routes.result_key(self._location)
        refused = await self._publishing.publish(
            [Message(self._exchange, key, each, _RESULT, is_mandatory=True) for each in lines]
        )
        if self._publishing.homeless:
            return (
                f"no queue takes {key} of exchange {self._exchange}; start a scheduler, which "
                f"makes {routes.RESULTS} and binds it, or run blinkenlights broker setup "
                f"--location {self._location}"
            )
        return f"it is full and refused {refused} results" if refused else ""

    async def publish_report(self, report: bytes) -> None:
        """Publish a report; raises BrokerError."""
        key = routes.report_key(self._location)
        await self._publishing.publish([Message(self._exchange, key, report, _REPORT)])

    def acknowledge(self, tags: Iterable[int]) -> None:
        """Tell the broker that jobs are over; those of a channel that is lost come once more."""
        over = self._unacknowledged.keys() & set(tags)
        if self._jobs is None or not over:
            return
        # Most jobs end in the order in which they came, and one frame is enough for all of these.
        first = 0
        for tag in list(self._unacknowledged):
            if tag not in over:
                break
            first = tag
            del self._unacknowledged[tag]
        try:
            if first:
                self._jobs.raw.basic_ack(first, multiple=True)
            for tag in sorted(each for each in over if each > first):
                del self._unacknowledged[tag]
                self._jobs.raw.basic_ack(tag)
        except AMQPError:
            self.check()

    def _on_job(
        self, _channel: Channel, origin: Basic.Deliver, _: pika.BasicProperties, body: bytes
    ) -> None:
        tag = origin.delivery_tag or 0
        self._unacknowledged[tag] = None
        self._taken(body, tag)

    def _say_missing(self, queue: str) -> None:
        if not self._is_missing:
            log.warning(
                "the broker has no queue %s: no scheduler has endpoints of location %s yet",
                queue,
                self._location,
            )
        self._is_missing = True
