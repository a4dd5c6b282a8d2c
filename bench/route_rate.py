"""Messages a second of `route`, against a bare loop that consumes, publishes and confirms."""

import time
from collections.abc import Iterator
from pathlib import Path

import pika
from pika.adapters.blocking_connection import BlockingChannel

from progress import say
from rounds import take_turns
from servers.process import ServerProcess, make_folder, remove_folder
from servers.waiting import wait_until
from table import Limit, Line
from workplace import Workplace

MESSAGES = 30_000
ROUNDS = 5
SECONDS = 120.0
EXCHANGE, QUEUE, TOPIC = "log", "blinkenlights.route", "v02.report.observations.swob-ml"
SOURCES = ("metpx", "navcan", "dwd", "noaa", "ecmwf")
HERE = Path(__file__).parent


class Race:
    """Lets each subject copy the same log, and tells how many messages a second it did.

    The time is from the first message taken from the queue until the last copy has arrived.
    """

    def __init__(self, url: str, programs: Path, channel: BlockingChannel) -> None:
        """Race at the broker at `url`, with the installed `programs`, watched on `channel`."""
        self._url = url
        self._programs = programs
        self._channel = channel

    def bare(self) -> float:
        """Return the rate of a loop that does nothing else."""
        python, program = str(self._programs / "python"), str(HERE / "bare_router.py")
        return self._rate([python, program, self._url, QUEUE, str(MESSAGES)])

    def route(self) -> float:
        """Return the rate of `blinkenlights route`."""
        return self._rate([str(self._programs / "blinkenlights"), "route", "--broker", self._url])

    def _rate(self, command: list[str]) -> float:
        self._fill()
        folder = make_folder("route")
        process = ServerProcess(command, folder, is_ready=lambda: True, environment={})
        process.start()
        try:
            began = self._begun(process)
            wait_until(lambda: self._copies() == MESSAGES, "all copies", SECONDS)
            return MESSAGES / (time.monotonic() - began)
        finally:
            process.stop()
            remove_folder(folder)

    def _fill(self) -> None:
        self._declare(EXCHANGE, QUEUE)
        for source in SOURCES:
            self._declare(f"log_{source}", f"of {source}")
        for number in range(MESSAGES):
            source = SOURCES[number % len(SOURCES)]
            body = (
                f"20160328130240.645 http://dd2.example.com/ observations/{number}-swob.xml "
                "201 dd2 boule 0.258438"
            )
            headers = {"source": source, "parts": "1,6451,1,0,0", "message": "Downloaded"}
            properties = pika.BasicProperties(
                content_type="text/plain", delivery_mode=2, headers=headers
            )
            self._channel.basic_publish(EXCHANGE, TOPIC, body.encode(), properties)
        wait_until(lambda: self._waiting(QUEUE) == MESSAGES, "the queue to be full", SECONDS)

    def _declare(self, exchange: str, queue: str) -> None:
        """Make sure that they are there, and the queue empty."""
        self._channel.exchange_declare(exchange, "topic", durable=True)
        # Whoever was stopped before may have left something unacknowledged.
        self._channel.queue_delete(queue)
        self._channel.queue_declare(queue, durable=True)
        self._channel.queue_bind(queue, exchange, "#")

    def _begun(self, process: ServerProcess) -> float:
        """Wait until the queue is not full any more; return when that was."""
        began = time.monotonic()
        while self._waiting(QUEUE) == MESSAGES:
            if not process.is_running():
                raise RuntimeError(f"it ended instead: {process.log.read_text()[-2000:]}")
            began = time.monotonic()
        return began

    def _copies(self) -> int:
        return sum(self._waiting(f"of {source}") for source in SOURCES)

    def _waiting(self, queue: str) -> int:
        count: int = self._channel.queue_declare(queue, passive=True).method.message_count
        return count


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    url = workplace.broker.url
    parameters = pika.URLParameters(url)
    # While a subject is measured, nobody here answers the broker's heartbeats.
    parameters.heartbeat = 0
    with pika.BlockingConnection(parameters) as connection:
        race = Race(url, workplace.programs, connection.channel())
        say(f"route: copying {MESSAGES:,} messages, {ROUNDS} rounds")
        figures = take_turns("route", ROUNDS, bare=race.bare, route=race.route)
    yield Line(
        f"route, copying {MESSAGES:,} messages to {len(SOURCES)} sources",
        f"{figures.median('route'):,.0f}/s",
        f"{figures.median('bare'):,.0f}/s bare consume, publish, confirm",
        figures.ratio("route", "bare"),
        wanted=Limit(least=0.4),
    )
