"""A connection to a broker for as long as somebody wants one, through every loss of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from blinkenlights.broker.address import (
    HEARTBEAT_SECONDS,
    connection_parameters,
    parse_broker,
)
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.config import AmqpConfig
from blinkenlights.errors import BrokerError, ConfigError
from blinkenlights.outage import Backoff, Outage

Use = Callable[[BrokerConnection], Awaitable[None]]
"""Works with a connection until the session stops; lets BrokerError pass when it is lost."""


class Session:
    """Connects, lets somebody work with the connection, and connects again when it is lost.

    Args:
        broker: Where, and with which password and certificates.
        name: What the broker shows of us.
        meanwhile: What it means that there is no connection, for the log.
        patient: False to give up when not even the first connection can be used.
        whose: Whose broker it is, for the log of a program that has several: `the canary`.
        heartbeat: Seconds; after two without a word each side takes the other one for gone.
    """

    def __init__(
        self,
        broker: AmqpConfig,
        name: str,
        meanwhile: str,
        *,
        patient: bool = True,
        whose: str = "",
        heartbeat: int = HEARTBEAT_SECONDS,
    ) -> None:
        self.address = str(parse_broker(broker.url))
        self.stopping = False
        self.wake = asyncio.Event()
        """Set when there is something to look at: a message, a loss, the end."""
        self._broker = broker
        self._name = name
        self._patient = patient
        self._heartbeat = heartbeat
        what = f"the broker of {whose}" if whose else "the broker"
        self._outage = Outage(f"{what} {self.address}", meanwhile)
        self._backoff = Backoff(first=0.5, longest=10.0)
        self._was_let_in = False
        self._connecting: asyncio.Task[BrokerConnection] | None = None

    async def run(self, use: Use) -> None:
        """Give `use` a connection, and another whenever it raises BrokerError, until `stop`."""
        while not self.stopping:
            try:
                connection = await self._connect()
                if connection is not None:
                    await self._with(connection, use)
            except (BrokerError, ConfigError) as error:
                if not self._patient:
                    raise
                self._outage.failed("connect", error)
                await self.rest(self._backoff.pause())

    def works(self) -> None:
        """Note that everything could be set up: from here on a loss is an interruption."""
        self._patient = True
        self._backoff.reset()
        self._outage.worked("connect")

    def stop(self) -> None:
        """Let `run` come to its end."""
        self.stopping = True
        self.wake.set()
        if self._connecting is not None:
            self._connecting.cancel()

    async def rest(self, seconds: float) -> None:
        """Wait, unless it is time to stop."""
        deadline = asyncio.get_running_loop().time() + seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                while not self.stopping:
                    self.wake.clear()
                    await self.wake.wait()

    async def _connect(self) -> BrokerConnection | None:
        """Return a connection, or None when stopping came first."""
        parameters = connection_parameters(self._broker, self._name, self._heartbeat)
        # A broker that is short of memory or disk stops reading from us. What we have sent by then
        # it takes later, so to give up and send it once more would make two of it.
        parameters.blocked_connection_timeout = None
        connecting = BrokerConnection.connect(parameters, self.address, known=self._was_let_in)
        self._connecting = asyncio.create_task(connecting)
        try:
            connection = await self._connecting
        except asyncio.CancelledError:
            if self.stopping:
                return None
            raise
        self._was_let_in = True
        return connection

    async def _with(self, connection: BrokerConnection, use: Use) -> None:
        try:
            await use(connection)
        finally:
            await connection.close()
