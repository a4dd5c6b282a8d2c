"""Sends messages as lines to a socket, or to an exchange, for as long as they come.

Whoever puts them here never waits. What cannot be sent waits within bounds; then the oldest is
dropped, and counted.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pika

from blinkenlights.broker.confirmed import Confirmed, Message
from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.config import AmqpConfig
from blinkenlights.config_keys.addresses import ListenAddress, listen_address
from blinkenlights.outage import Backoff, Outage

MOST_WAITING = 10_000
AT_ONCE = 500
STARTING_SECONDS = 5.0
"""How long whoever listens at a socket may take to start, beside us, before it is said to fail."""


class Target(NamedTuple):
    """Where to."""

    url: str
    """A socket for lines, `tcp://host:port` or `unix:///path`, or a broker; empty for nowhere."""
    exchange: str = ""
    """At a broker."""
    key: str = ""
    """The routing key, at a broker."""
    password_file: str = ""
    """At a broker: its first line is the password of the user in `url`."""


class Emitter:
    """Sends on until `close`.

    Args:
        target: Where to.
        program: Who sends, as the broker shows it: `blinkenlights probe`.
        most: How many may wait.
        whose: Whose messages these are, for the log: `the canary`; the program's where not given.
    """

    def __init__(
        self, target: Target, program: str, most: int = MOST_WAITING, *, whose: str = ""
    ) -> None:
        self.dropped = 0
        """How many were never sent, because nobody took them."""
        self._target = target
        self._program = program
        self._most = most
        self._whose = whose or program
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._session: Session | None = None

    def put(self, body: bytes) -> None:
        """Let something be sent when there is time."""
        if len(self._waiting) == self._most:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(body)
        self._wake.set()

    def close(self) -> None:
        """Let `run` come to its end, with what can be sent at once."""
        self._closing = True
        self._wake.set()
        if self._session is not None and not self._waiting:
            self._session.stop()

    async def run(self) -> None:
        """Send until `close`; nothing where nothing is configured."""
        if self._target.url.startswith("amqp"):
            await self._to_broker(self._target)
        elif self._target.url:
            await self._to_socket(listen_address(self._target.url))

    async def _to_broker(self, target: Target) -> None:
        broker = AmqpConfig(
            url=target.url,
            exchange=target.exchange,
            queue="",
            kind="",
            password_file=target.password_file,
        )
        self._session = Session(
            broker, self._program, "what is to be published waits", whose=self._whose
        )

        async def use(connection: BrokerConnection) -> None:
            assert self._session is not None  # noqa: S101 - it calls us
            channel = await Confirmed.open(connection, self._session.address)
            self._session.works()
            properties = pika.BasicProperties(content_type="application/json")

            async def send(bodies: list[bytes]) -> None:
                await channel.publish(
                    [Message(target.exchange, target.key, each, properties) for each in bodies]
                )

            await self._send_all(send)
            self._session.stop()

        await self._session.run(use)

    async def _to_socket(self, address: ListenAddress) -> None:
        what = f"the socket of {self._whose} {self._target.url}"
        outage, backoff = Outage(what, "what is to be sent waits"), Backoff()
        clock = asyncio.get_running_loop().time
        began = clock()
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
                if clock() - began >= STARTING_SECONDS:
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
