"""Notices that a broker takes nothing from those who publish, by publishing.

A broker that is short of memory or disk goes on to serve consumers, from queues that stay empty,
and stops to read from whoever publishes. It tells nobody else; so a collector that only consumes
would take a whole fleet for silent.
"""

import asyncio
import logging
from types import TracebackType
from typing import Any, Self

import pika
from pika.exceptions import AMQPError

from blinkenlights.broker.address import connection_parameters, parse_broker
from blinkenlights.broker.connection import ACCESS_REFUSED, BrokerChannel, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import BrokerError, ConfigError
from blinkenlights.outage import Outage

log = logging.getLogger("blinkenlights.collector")

ANSWER_SECONDS = 3.0
"""How long the broker may take to let us in, and to confirm a message."""
SETTLE_SECONDS = 3.0
"""How long after an alarm what was held back may take to come in. It may begin again meanwhile, as
when the broker has just so much memory as it needs; then it is still the same alarm."""
PATIENCE_SECONDS = 10.0
"""How long connecting may fail before we go on without."""
RETRY_SECONDS = 300.0
NOBODY = ""
"""No queue has an empty name, so the default exchange drops what has this key."""
_MESSAGE = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Transient)


class Canary:
    """Publishes tiny messages to nobody, for all sources at one broker.

    On a connection of its own: during an alarm the broker reads nothing on it, not even what is no
    message. Open it with `async with`; it is closed when the last one who did leaves.

    Args:
        config: Where the broker is.
        name: What the broker shows of us.
    """

    def __init__(self, config: AmqpConfig, name: str) -> None:
        self.alarm = ""
        """Why the broker takes nothing; empty while it does, or when nobody knows."""
        self._config = config
        self._name = f"{name} canary"
        self._broker = str(parse_broker(config.url))
        self._outage = Outage(
            f"{self._broker}: the canary", "nobody notices when this broker blocks publishers"
        )
        self._guests = 0
        self._turn = asyncio.Lock()
        self._connection: BrokerConnection | None = None
        self._channel: BrokerChannel | None = None
        self._published = 0
        self._answer: asyncio.Future[bool] | None = None
        self._is_blocked = False
        self._alarmed_at = self._settled_at = 0.0
        self._unanswered_at = self._retry_at = 0.0
        self._failing_since: float | None = None

    async def __aenter__(self) -> Self:
        """Keep it open for one more."""
        self._guests += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it after the last one."""
        self._guests -= 1
        if not self._guests:
            await self._close()

    async def sings(self) -> bool:
        """Return whether the broker takes messages now; `alarm` says why it does not.

        True, too, where we are not allowed to find out: then nobody can know, as the log says.
        """
        ticks = asyncio.get_running_loop().time
        asked = ticks()
        async with self._turn:
            now = ticks()
            if now < self._retry_at:
                return True
            if self._channel is not None and self._channel.lost.done():
                await self._close()
            # While one source waited in vain, the others waited for it.
            in_vain = self._unanswered_at > asked
            if self._is_blocked or in_vain or now < self._settled_at:
                return False
            try:
                heard = await self._publish(self._channel or await self._open())
            except (BrokerError, ConfigError, TimeoutError) as error:
                await self._close()
                heard = self._gives_up(error, now)
            else:
                self._failing_since = None
                self._outage.worked("publish")
            if heard:
                self._all_clear()
            else:
                self._unanswered_at = ticks()
            return heard

    async def _open(self) -> BrokerChannel:
        parameters = connection_parameters(self._config, self._name)
        parameters.blocked_connection_timeout = None
        async with asyncio.timeout(ANSWER_SECONDS):
            # A source was let in before.
            connection = await BrokerConnection.connect(parameters, self._broker, known=True)
            self._connection = connection
            connection.on_blocked(self._on_blocked, self._on_unblocked)
            channel = await connection.channel()
            await channel.ask(channel.raw.confirm_delivery, self._on_answer)
        self._channel, self._published = channel, 0
        return channel

    async def _publish(self, channel: BrokerChannel) -> bool:
        """Return whether the broker confirms what it takes now; raises BrokerError if refused."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._published += 2
        try:
            # The message on which it begins to block us may be confirmed still; the next is not.
            channel.raw.basic_publish("", NOBODY, b"", _MESSAGE)
            channel.raw.basic_publish("", NOBODY, b"", _MESSAGE)
        except AMQPError as error:
            raise await channel.why(error) from error
        either: set[asyncio.Future[Any]] = {answer, channel.lost}
        await asyncio.wait(either, timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        if channel.lost.done():
            raise channel.lost.result()
        return False

    def _on_answer(self, frame: pika.frame.Method[pika.spec.Basic.Ack]) -> None:
        if frame.method.delivery_tag >= self._published:
            self._settle(heard=True)

    def _on_blocked(self, reason: str) -> None:
        words = [word for word in ("memory", "disk") if word in reason]
        alarm = f"{' and '.join(words)} alarm" if words else reason
        is_new = not self.alarm
        self.alarm = f"the broker blocks publishers: {alarm}"
        self._is_blocked = True
        if is_new:
            self._alarmed_at = asyncio.get_running_loop().time()
            log.warning("%s: %s; until that is over nobody can be heard", self._broker, self.alarm)
        self._settle(heard=False)

    def _on_unblocked(self) -> None:
        self._is_blocked = False
        self._settled_at = asyncio.get_running_loop().time() + SETTLE_SECONDS

    def _all_clear(self) -> None:
        if self.alarm:
            self.alarm = ""
            seconds = asyncio.get_running_loop().time() - self._alarmed_at
            log.warning("%s: the alarm is over after %.0f seconds", self._broker, seconds)

    def _settle(self, *, heard: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(heard)

    def _gives_up(self, error: Exception, now: float) -> bool:
        """Return whether to go on without: at once when refused, else after a while."""
        if self._failing_since is None:
            self._failing_since = now
        refused = isinstance(error, ChannelRefused)
        if not refused and now - self._failing_since < PATIENCE_SECONDS:
            # The broker itself may be away, as the sources will notice and say.
            return False
        why = str(error) or "no answer in time"
        if isinstance(error, ChannelRefused) and error.code == ACCESS_REFUSED:
            why = "this user may not write to amq.default"
        self._outage.failed("publish", why)
        self.alarm = ""
        self._retry_at = now + RETRY_SECONDS
        return True

    async def _close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        self._is_blocked = False
        if connection is not None:
            await connection.close()
