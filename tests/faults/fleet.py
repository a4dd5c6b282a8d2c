"""Components that beat through the broker, and somebody who asks a check all the while."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from blinkenlights.clock import Clock, wall_clock
from faults.chain import EXCHANGE, KEY, Said, beat
from servers.waiting import wait_for_end

EVERY = 0.3
"""Seconds between two rounds in which everybody beats."""


class Repeated(ABC):
    """Something that is done every so many seconds while in a `with` block."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._over = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    @abstractmethod
    def once(self) -> None:
        """Do it; called in a thread of its own."""

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self.once()
                self._over.wait(self._every)
        except BaseException as error:  # noqa: BLE001 - the test's thread raises it
            self._error = error

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        wait_for_end(self._thread, 20)
        if self._error is not None and error is None:
            raise self._error


class Fleet(Repeated):
    """Components that beat, and connect again when the broker was away.

    Args:
        url: The broker.
        names: Who there is.
        interval: Seconds between beats, as the components say; they beat every 0.3.
        clock: The senders' clock, which may be wrong.
        every: Seconds between beats, if not 0.3.
    """

    def __init__(
        self,
        url: str,
        names: Sequence[str],
        interval: int,
        clock: Clock = wall_clock,
        *,
        every: float = EVERY,
    ) -> None:
        super().__init__(every)
        self._parameters = pika.URLParameters(url)
        self._living = list(names)
        self._interval = interval
        self._clock = clock
        self._hushed = False
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    def die(self, *names: str) -> None:
        """Let these never beat again."""
        self._living = [name for name in self._living if name not in names]

    def hush(self) -> None:
        """Let nobody beat until `speak`."""
        self._hushed = True

    def speak(self) -> None:
        """Let them beat again."""
        self._hushed = False

    def once(self) -> None:
        """Let all beat. What cannot be sent is lost, as it is for most senders."""
        if self._hushed:
            return
        try:
            channel = self._connected()
            for name in self._living:
                body = beat(name, self._clock(), interval=self._interval)
                channel.basic_publish(EXCHANGE, KEY, body, pika.BasicProperties(delivery_mode=2))
        except (AMQPError, OSError):
            self._disconnect()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        self._disconnect()

    def _connected(self) -> BlockingChannel:
        if self._channel is None:
            self._connection = pika.BlockingConnection(self._parameters)
            self._channel = self._connection.channel()
        return self._channel

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(AMQPError, OSError):
                self._connection.close()
        self._connection = self._channel = None


class Watch(Repeated):
    """Asks a check over and over; `said` holds every answer."""

    def __init__(self, ask: Callable[[], Said], every: float = 0.1) -> None:
        super().__init__(every)
        self.said: list[Said] = []
        self._ask = ask

    @property
    def codes(self) -> set[int]:
        """Which states there were."""
        return {said.code for said in self.said}

    def once(self) -> None:
        """Ask."""
        self.said.append(self._ask())
