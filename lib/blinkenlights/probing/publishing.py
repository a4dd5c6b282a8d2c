"""Good results as JSON metrics, for whoever else wants them: as lines, or at an exchange.

Nothing of this is on the way of a probe. What cannot be sent waits within bounds; then the oldest
is dropped, and counted.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec
import pika

from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.config import AmqpConfig, ProbeConfig
from blinkenlights.config_keys.addresses import ListenAddress, listen_address
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.numbers import NAME, TOTAL
from blinkenlights.outage import Backoff, Outage

MOST_WAITING = 10_000
AT_ONCE = 500
KEY = "metric.probe"
"""The routing key of what is published."""

_encode = msgspec.json.Encoder().encode


def metric_of(result: ResultMessage) -> bytes:
    """Return a result as a metric, in the form that numbat has and every collector here takes."""
    return _encode(
        {
            "kind": "metric",
            "name": f"{NAME}.{TOTAL}",
            "value": result.time.total,
            "time": round(1000 * (result.ended or result.due)),
            "unit": "s",
            "endpoint": result.endpoint,
            "result": result.result,
        }
    )


class Publisher:
    """Sends metrics on until `close`.

    Args:
        config: Where to.
    """

    def __init__(self, config: ProbeConfig) -> None:
        self.dropped = 0
        """How many were never sent, because nobody took them."""
        self._config = config
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._session: Session | None = None

    def put(self, result: ResultMessage) -> None:
        """Let a result be published when there is time."""
        if len(self._waiting) == MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(metric_of(result))
        self._wake.set()

    def close(self) -> None:
        """Let `run` come to its end, with what can be sent at once."""
        self._closing = True
        self._wake.set()
        if self._session is not None and not self._waiting:
            self._session.stop()

    async def run(self) -> None:
        """Send until `close`; nothing where nothing is configured."""
        config = self._config
        if config.publish.startswith("amqp"):
            await self._to_broker(config)
        elif config.publish:
            await self._to_socket(listen_address(config.publish))

    async def _to_broker(self, config: ProbeConfig) -> None:
        broker = AmqpConfig(
            url=config.publish,
            exchange=config.publish_exchange,
            queue="",
            kind="metric",
            password_file=config.publish_password_file,
        )
        self._session = Session(broker, "blinkenlights probe", "metrics wait to be published")

        async def use(connection: BrokerConnection) -> None:
            assert self._session is not None  # noqa: S101 - it calls us
            channel = await Confirmed.open(connection, self._session.address)
            self._session.works()
            properties = pika.BasicProperties(content_type="application/json")

            async def send(bodies: list[bytes]) -> None:
                exchange = config.publish_exchange
                await channel.publish([Message(exchange, KEY, each, properties) for each in bodies])

            await self._send_all(send)
            self._session.stop()

        await self._session.run(use)

    async def _to_socket(self, address: ListenAddress) -> None:
        outage, backoff = Outage(self._config.publish, "metrics wait to be sent"), Backoff()
        while not self._closing:
            try:
                if address.scheme == "unix":
                    _, writer = await asyncio.open_unix_connection(address.path)
                else:
                    _, writer = await asyncio.open_connection(address.host, address.port)
                outage.worked("connect")
                backoff.reset()
                await self._send_lines(writer)
            except OSError as error:
                outage.failed("connect", error.strerror or str(error))
                await self._rest(backoff.pause())

    async def _send_lines(self, writer: asyncio.StreamWriter) -> None:
        async def send(bodies: list[bytes]) -> None:
            writer.write(b"\n".join(bodies) + b"\n")
            await writer.drain()

        try:
            await self._send_all(send)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _send_all(self, send: Callable[[list[bytes]], Awaitable[None]]) -> None:
        """Send what waits, some at a time, until closing. What fails waits again."""
        while True:
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                try:
                    await send(some)
                except BaseException:
                    self._waiting.extendleft(reversed(some))
                    raise
            if self._closing:
                return
            self._wake.clear()
            await self._wake.wait()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._closing:
                    self._wake.clear()
                    await self._wake.wait()
