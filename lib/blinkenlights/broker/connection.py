"""pika's callbacks as coroutines: one connection, its channels, and why they were lost."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Self

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel
from pika.exceptions import AMQPError, ChannelWrongStateError

from blinkenlights.broker.deliveries import DeliveringConnection
from blinkenlights.broker.refusals import ChannelRefused, refusal, with_advice
from blinkenlights.errors import BrokerError

# It says every failed attempt several times over, with tracebacks; what matters is raised.
logging.getLogger("pika").setLevel(logging.CRITICAL)


CLOSE_SECONDS = 2.0
ACCESS_REFUSED = 403
NOT_FOUND = 404


class BrokerChannel:
    """One channel, whose methods are awaited."""

    def __init__(self, channel: Channel, address: str) -> None:
        self.raw = channel
        """pika's own, for what has no answer: publishing and acknowledging."""
        self.lost: asyncio.Future[BrokerError] = asyncio.get_running_loop().create_future()
        """Done when the channel is closed, for whatever reason; holds that reason."""
        self._address = address
        channel.add_on_close_callback(self._on_close)
        channel.add_on_cancel_callback(self._on_cancel)

    async def ask(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - pika's frames
        """Call a method of `raw` and return the broker's answer; raises BrokerError."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            method(*arguments, **named, callback=answer.set_result)
        except AMQPError as error:
            raise await self.why(error) from error
        await asyncio.wait({answer, self.lost}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise with_advice(self.lost.result(), method.__name__)

    async def why(self, error: AMQPError) -> BrokerError:
        """Return why a method of `raw` raised an error: of a closed channel why it was closed."""
        if isinstance(error, ChannelWrongStateError):
            return await self.lost
        return refusal(error, self._address)

    def close(self) -> None:
        """Close it; nothing happens when it is closed already."""
        with contextlib.suppress(AMQPError):
            self.raw.close()

    def _on_close(self, _channel: Channel, error: Exception) -> None:
        if not self.lost.done():
            self.lost.set_result(refusal(error, self._address))

    def _on_cancel(self, _frame: object) -> None:
        if not self.lost.done():
            self.lost.set_result(BrokerError(f"{self._address} ended the queue or its consumer"))
        self.close()


class BrokerConnection:
    """A connection that is open; made by `connect`."""

    def __init__(self, connection: AsyncioConnection, address: str) -> None:
        self._address = address
        self._connection = connection
        self._closed = asyncio.Event()
        self._why: BaseException | None = None
        connection.add_on_close_callback(self._on_close)

    @classmethod
    async def connect(
        cls, parameters: pika.ConnectionParameters, address: str, *, known: bool = False
    ) -> Self:
        """Return a new connection; raises BrokerError when there is none to be had.

        Args:
            parameters: Where, and as whom.
            address: How the broker is named in errors.
            known: Whether it let us in before, so that port and scheme are right.
        """
        tls = None if known else parameters.ssl_options is not None
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_open(_connection: object) -> None:
            if not opened.done():
                opened.set_result(None)

        def on_error(_connection: object, error: BaseException) -> None:
            if not opened.done():
                opened.set_exception(refusal(error, address, tls=tls))

        connection = DeliveringConnection(parameters, on_open, on_error)
        try:
            await opened
        except asyncio.CancelledError:
            if not (connection.is_closing or connection.is_closed):
                connection.close()
            raise
        return cls(connection, address)

    def on_blocked(self, blocked: Callable[[str], None], unblocked: Callable[[], None]) -> None:
        """Call `blocked`, with the broker's reason, when it takes nothing from us any more.

        It says so after we have published something; `unblocked` is called when that is over.
        """
        connection = self._connection
        connection.add_on_connection_blocked_callback(
            lambda _, frame: blocked(str(frame.method.reason))
        )
        connection.add_on_connection_unblocked_callback(lambda *_: unblocked())

    async def channel(self) -> BrokerChannel:
        """Open a channel; raises BrokerError."""
        opened: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()
        try:
            channel = self._connection.channel(on_open_callback=opened.set_result)
        except AMQPError as error:
            # Of a closed connection it says no more than that.
            raise refusal(self._why or error, self._address) from error
        wrapped = BrokerChannel(channel, self._address)
        either: set[asyncio.Future[Any]] = {opened, wrapped.lost}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not opened.done():
            raise wrapped.lost.result()
        return wrapped

    async def declare_queue(self, name: str, arguments: dict[str, Any] | None = None) -> bool:
        """Make sure that a durable queue is there; returns whether it had to be made.

        One that is there is taken as it is: it may be a quorum queue, or bounded by a policy.
        Raises BrokerError.
        """
        looking = await self.channel()
        try:
            await looking.ask(looking.raw.queue_declare, name, passive=True)
        except ChannelRefused as refused:
            if refused.code != NOT_FOUND:
                raise
        else:
            looking.close()
            return False
        making = await self.channel()
        await making.ask(making.raw.queue_declare, name, durable=True, arguments=arguments)
        making.close()
        return True

    def _on_close(self, _connection: object, why: BaseException) -> None:
        self._why = why
        self._closed.set()

    async def close(self) -> None:
        """Close the connection, and wait until what was sent on it is on its way."""
        if self._connection.is_closed:
            return
        if not self._connection.is_closing:
            self._connection.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._closed.wait()
        except TimeoutError:
            pass
