"""The exchanges that copies go to: which of them can be used."""

import asyncio

from blinkenlights.broker.connection import NOT_FOUND, BrokerChannel, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused

AGAIN_SECONDS = 60.0
"""How long one that cannot be used is left alone before it is looked at again."""
MOST = 10_000
"""How many are remembered: senders may invent names for ever."""
NAME_BYTES = 255

THERE_IS_NONE = "there is no such exchange"


class Targets:
    """What is known of exchanges.

    Args:
        connection: On which to ask.
        create: Whether to make those that are not there.
    """

    def __init__(self, connection: BrokerConnection, *, create: bool) -> None:
        self._connection = connection
        self._create = create
        self._usable: set[str] = set()
        self._useless: dict[str, tuple[float, str]] = {}
        self._channel: BrokerChannel | None = None

    async def why_not(self, exchange: str) -> str:
        """Return why an exchange cannot be used, empty when it can.

        Raises BrokerError when there is no connection.
        """
        if exchange in self._usable:
            return ""
        if exchange in self._useless:
            until, why = self._useless[exchange]
            if asyncio.get_running_loop().time() < until:
                return why
            del self._useless[exchange]
        why = await self._look(exchange)
        if why:
            self.rule_out(exchange, why)
        else:
            self._usable.add(exchange)
        return why

    def rule_out(self, exchange: str, why: str) -> None:
        """Note that an exchange cannot be used for a while."""
        self._usable.discard(exchange)
        if len(self._useless) >= MOST:
            del self._useless[next(iter(self._useless))]
        self._useless[exchange] = (asyncio.get_running_loop().time() + AGAIN_SECONDS, why)

    async def _look(self, exchange: str) -> str:
        if len(exchange.encode()) > NAME_BYTES:
            return "its name is too long"
        try:
            await self._declare(exchange, passive=True)
        except ChannelRefused as refused:
            if refused.code != NOT_FOUND:
                return str(refused)
        else:
            return ""
        if not self._create:
            return THERE_IS_NONE
        try:
            await self._declare(exchange, passive=False)
        except ChannelRefused as refused:
            return str(refused)
        return ""

    async def _declare(self, exchange: str, *, passive: bool) -> None:
        if self._channel is None or self._channel.lost.done():
            self._channel = await self._connection.channel()
        await self._channel.ask(
            self._channel.raw.exchange_declare, exchange, "topic", passive=passive, durable=True
        )
