"""Plays the scheduler for workers: gives them jobs and sheets, and hears what they report."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence

import msgspec
import pika
from pika.adapters.blocking_connection import BlockingChannel

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.definitions import definition_of
from blinkenlights.probing.jobs.messages import (
    Definition,
    Done,
    Job,
    Sheet,
    Suspect,
    WorkReport,
    decode_report,
    encode,
)
from servers.rabbitmq import Broker
from servers.waiting import wait_until

EXCHANGE = "blinkenlights.probe"
NAME = "scheduler-1"
SHEET_SECONDS = 0.2
_decode_result = msgspec.json.Decoder(ResultMessage).decode


class Driver:
    """A scheduler of one location, in a thread.

    Args:
        broker: Where.
        location: Which.
    """

    def __init__(self, broker: Broker, location: str = "default") -> None:
        self.epoch = 1
        self.ahead = 0.0
        """Seconds by which its clock is ahead of the machine's."""
        self.witnesses: list[Definition] = []
        self.asked = 0
        """How often a worker wanted witnesses."""
        self.endpoints = 0
        """How many it says that there are."""
        self.reports: list[WorkReport] = []
        self.done: dict[str, tuple[str, Done]] = {}
        self.returned: dict[str, str] = {}
        """Job -> why."""
        self.suspects: dict[str, Suspect] = {}
        self.copies: list[ResultMessage] = []
        self.definitions: dict[str, Definition] = {}
        self._broker = broker
        self._location = location
        self.heard: list[bytes] = []
        self._heard_key = ""
        self._ids = itertools.count(1)
        self._outbox: list[tuple[str, bytes]] = []
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(20)

    def now(self) -> float:
        """Return the time by its clock."""
        return time.time() + self.ahead

    def read(self, text: str, environment: dict[str, str] | None = None) -> list[str]:
        """Read a file of endpoints; returns their names."""
        found = read_endpoints(text.encode(), "a.yml", environment or {}, 0.0, is_scheduled=True)
        self.definitions |= {each.name: definition_of(each) for each in found.endpoints}
        return [each.name for each in found.endpoints]

    def send(
        self,
        endpoint: str,
        *,
        due: float | None = None,
        seconds: float = 60.0,
        epoch: int | None = None,
        worker: str = "",
        planned: float = 0.0,
    ) -> str:
        """Send a job to whoever is free, or a confirmation to one worker; returns its id."""
        due = self.now() if due is None else due
        job = Job(
            id=f"{next(self._ids)}",
            epoch=self.epoch if epoch is None else epoch,
            definition=self.definitions[endpoint],
            due=due,
            next=due + seconds,
            planned=planned,
            is_confirmation=bool(worker),
        )
        key = (
            routes.worker_key(self._location, worker) if worker else routes.job_key(self._location)
        )
        with self._lock:
            self._outbox.append((key, encode(job)))
        return job.id

    def hears(self, key: str) -> list[bytes]:
        """Return what comes with a key from now on; it grows."""
        self._heard_key = key
        return self.heard

    def publish(self, key: str, body: bytes) -> None:
        """Send anything."""
        with self._lock:
            self._outbox.append((key, body))

    def last(self, worker: str) -> WorkReport | None:
        """Return the last report of a worker."""
        return next((each for each in reversed(self.reports) if each.worker == worker), None)

    def wait_for_report(
        self, worker: str, wanted: Callable[[WorkReport], object], what: str
    ) -> WorkReport:
        """Wait until the last report of a worker is as wanted."""
        found = wait_until(
            lambda: last if (last := self.last(worker)) and wanted(last) else None,
            f"{worker} to report {what}",
            30.0,
        )
        assert found is not None
        return found

    def wait_until_ready(self, *workers: str) -> None:
        """Wait until workers take jobs."""
        for each in workers:
            self.wait_for_report(each, lambda report: report.capacity, "that it takes jobs")

    def wait_for(self, ids: Sequence[str], seconds: float = 30.0) -> None:
        """Wait until jobs are done."""
        wait_until(lambda: set(ids) <= self.done.keys(), f"jobs {ids} to be done", seconds)

    def results(self) -> list[ResultMessage]:
        """Take all results that are at the broker."""
        return [_decode_result(each) for each in self._broker.fetch(routes.RESULTS)]

    def close(self) -> None:
        """End it."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._schedule()
            except pika.exceptions.AMQPError:
                time.sleep(0.2)

    def _schedule(self) -> None:
        with self._broker.channel() as channel:
            channel.exchange_declare(EXCHANGE, "topic", durable=True)
            for queue, key in (
                (routes.RESULTS, "result.#"),
                (routes.JOBS + self._location, routes.job_key(self._location)),
            ):
                channel.queue_declare(queue, durable=True)
                channel.queue_bind(queue, EXCHANGE, key)
            own = channel.queue_declare(
                f"{routes.OWN}scheduler.{self._location}", exclusive=True
            ).method.queue
            channel.queue_bind(own, EXCHANGE, "report.#")
            channel.basic_consume(own, self._hear, auto_ack=True)
            beside = channel.queue_declare("", exclusive=True).method.queue
            channel.basic_consume(
                beside, lambda _c, _m, _p, body: self.heard.append(body), auto_ack=True
            )
            self._ready.set()
            sheet_at = 0.0
            while not self._ending.is_set():
                if time.monotonic() >= sheet_at:
                    sheet_at = time.monotonic() + SHEET_SECONDS
                    sheet = Sheet(self.epoch, NAME, self.now(), self._location, self.endpoints)
                    channel.basic_publish(EXCHANGE, routes.sheet_key(self._location), encode(sheet))
                if self._heard_key:
                    channel.queue_bind(beside, EXCHANGE, self._heard_key)
                    self._heard_key = ""
                with self._lock:
                    some, self._outbox = self._outbox, []
                for key, body in some:
                    channel.basic_publish(
                        EXCHANGE, key, body, pika.BasicProperties(delivery_mode=2)
                    )
                channel.connection.process_data_events(0.02)

    def _hear(self, channel: BlockingChannel, _method: object, _: object, body: bytes) -> None:
        report = decode_report(body)
        self.reports.append(report)
        self.done |= {each.id: (report.worker, each) for each in report.done}
        self.returned |= {each.id: each.why for each in report.returned}
        self.suspects |= {each.id: each for each in report.suspects}
        self.copies += report.results
        if report.wants_witnesses:
            self.asked += 1
            sheet = Sheet(
                self.epoch, NAME, self.now(), self._location, self.endpoints, self.witnesses
            )
            key = routes.worker_key(self._location, report.worker)
            channel.basic_publish(EXCHANGE, key, encode(sheet))
