"""Shows what passes through an exchange, from now on, to whoever is looking."""

import asyncio
import contextlib
import logging
import secrets
import socket
from collections.abc import Callable
from typing import TextIO

from msgspec.structs import replace
from pika.exceptions import AMQPError

from blinkenlights.broker.address import parse_broker
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import AmqpConfig
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.transferlog.deliveries import Deliveries
from blinkenlights.transferlog.output import Output
from blinkenlights.transferlog.queues import bind

log = logging.getLogger("blinkenlights.log")

PREFETCH = 1000
BATCH = 200
QUEUE_LENGTH = 100_000
"""How far somebody may fall behind before he misses the oldest; the broker's memory is not his."""

Shown = Transfer | Started
Render = Callable[[Shown, str], str]
"""Turns a transfer and its topic into a line, without its end."""


class Live:
    """Shows the transfers that somebody wants to see.

    Args:
        source: The exchange, and its keys.
        is_wanted: Whether to show a transfer.
        render: How.
        stream: Where to.
        clock: The time.
    """

    def __init__(
        self,
        source: AmqpConfig,
        is_wanted: Callable[[Shown], bool],
        render: Render,
        stream: TextIO,
        clock: Clock = wall_clock,
    ) -> None:
        self.rejected = 0
        """Messages that could not be parsed."""
        self.is_read = True
        """False when whoever read our output has gone."""
        self._source = source
        self._is_wanted = is_wanted
        self._render = render
        self._stream = stream
        self._clock = clock
        meanwhile = "what is sent meanwhile is not shown"
        self._session = Session(source, "blinkenlights log", meanwhile, patient=False)

    async def run(self) -> None:
        """Show until `stop`; raises BrokerError when it cannot begin."""
        output = Output(self._stream, self._leave)
        await self._session.run(lambda connection: self._show(connection, output))

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._session.stop()

    async def _show(self, connection: BrokerConnection, output: Output) -> None:
        session = self._session
        channel = await connection.channel()
        source = replace(self._source, queue=_queue(parse_broker(self._source.url).username))
        await channel.ask(
            channel.raw.queue_declare,
            source.queue,
            exclusive=True,
            auto_delete=True,
            arguments={"x-max-length": QUEUE_LENGTH},
        )
        await bind(connection, source, declare=False)
        deliveries = Deliveries(channel, session)
        await deliveries.start(source.queue, PREFETCH)
        session.works()
        log.debug("showing exchange %s at %s", source.exchange, session.address)
        while batch := await deliveries.next(BATCH):
            lines = []
            for message in batch:
                fact = message.fact(self._clock())
                if isinstance(fact, Transfer | Started):
                    if self._is_wanted(fact):
                        lines.append(self._render(fact, message.topic) + "\n")
                elif isinstance(fact, Rejected):
                    self.rejected += 1
            if lines:
                await self._until_written(output.write("".join(lines)))
            with contextlib.suppress(AMQPError):
                channel.raw.basic_ack(batch[-1].tag, multiple=True)

    async def _until_written(self, written: asyncio.Future[None]) -> None:
        """Wait until what was written is read, or it is time to stop."""
        wake = self._session.wake
        written.add_done_callback(lambda _: wake.set())
        while not (written.done() or self._session.stopping):
            wake.clear()
            await wake.wait()

    def _leave(self) -> None:
        self.is_read = False
        self._session.stop()


def _queue(user: str) -> str:
    """Return a name that nobody else uses, and that a source's user may use."""
    return f"q_{user}.blinkenlights.log.{socket.gethostname()}.{secrets.token_hex(4)}"
