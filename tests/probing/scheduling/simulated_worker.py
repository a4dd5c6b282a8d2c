"""A worker without probes: takes jobs from the broker, and says after a while what they came to."""

import contextlib
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from socket import SHUT_RDWR
from typing import NamedTuple

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

from blinkenlights.kinds.endpoint.message import ResultMessage, Times, Word
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import (
    Done,
    Job,
    Returned,
    Sheet,
    Suspect,
    WorkReport,
    decode_for_worker,
    encode,
)

EXCHANGE = "blinkenlights.probe"
REPORT_SECONDS = 1.0
TELL_SECONDS = 0.05
_instances = itertools.count(1)


class Taken(NamedTuple):
    """A job as it came."""

    at: float
    job: Job


def good(_endpoint: str) -> Word:
    """Return what each probe comes to, unless a test says otherwise."""
    return "ok"


class SimulatedWorker:
    """A worker in a thread, from `start` to `stop`.

    Args:
        url: The broker.
        name: Its name.
        location: Where it is.
        capacity: Jobs at a time.
        seconds: That each takes.
        word: Says what a probe of an endpoint comes to.
        confirms: Whether bad results are told as suspects.
        publishes: Whether results are published, for collectors to store.
    """

    def __init__(
        self,
        url: str,
        name: str = "w1",
        *,
        location: str = "default",
        capacity: int = 100,
        seconds: float = 0.01,
        word: Callable[[str], Word] = good,
        confirms: bool = False,
        publishes: bool = True,
    ) -> None:
        self.name = name
        self.capacity = capacity
        self.why_not = ""
        """Why all jobs are given back; empty while they are not."""
        self.taken: list[Taken] = []
        self.stale: list[Job] = []
        """Jobs of an epoch older than that of a sheet that came before."""
        self.results: list[ResultMessage] = []
        self.epoch = 0
        self.sheets: list[Sheet] = []
        self._url = url
        self._location = location
        self._seconds = seconds
        self._word = word
        self._confirms = confirms
        self._publishes = publishes
        self._instance = f"i{next(_instances)}"
        self._ends = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._running: deque[tuple[float, Job, int]] = deque()
        self._done: list[Done] = []
        self._returned: list[Returned] = []
        self._suspects: list[Suspect] = []
        self._answers: list[ResultMessage] = []
        self._leaves = True
        self._told_at = 0.0
        self._prefetch = 0

    def start(self) -> "SimulatedWorker":
        """Begin to work; returns itself."""
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def stop(self) -> None:
        """Leave, and say so."""
        self._ends.set()
        self._thread.join(20)

    def kill(self) -> None:
        """End as a killed worker does: the broker gives its jobs to others."""
        self._leaves = False
        self.stop()

    def dues(self, endpoint: str) -> list[float]:
        """Return the moments for which an endpoint was given to us."""
        return [each.job.due for each in self.taken if each.job.definition.endpoint == endpoint]

    def _run(self) -> None:
        while not self._ends.is_set():
            with contextlib.suppress(pika.exceptions.AMQPError, OSError):
                self._work()
            self._ends.wait(0.2)

    def _work(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self._url)) as connection:
            self._running.clear()
            channel = connection.channel()
            channel.exchange_declare(EXCHANGE, "topic", durable=True)
            jobs = routes.JOBS + self._location
            channel.queue_declare(jobs, durable=True)
            channel.queue_bind(jobs, EXCHANGE, routes.job_key(self._location))
            own = channel.queue_declare("", exclusive=True).method.queue
            for key in (
                routes.sheet_key(self._location),
                routes.worker_key(self._location, self.name),
            ):
                channel.queue_bind(own, EXCHANGE, key)
            channel.basic_consume(own, self._on_told, auto_ack=True)
            channel.basic_qos(prefetch_count=2 * self.capacity)
            channel.basic_consume(jobs, self._on_job)
            self._ready.set()
            while not self._ends.is_set():
                connection.process_data_events(0.01)
                self._tell(channel)
            if not self._leaves:
                # Without a word, as the kernel ends the sockets of whoever was killed.
                connection._impl._transport._sock.shutdown(SHUT_RDWR)  # type: ignore[attr-defined]
                while True:
                    connection.process_data_events(1.0)
            self._report(channel, is_leaving=True)

    def _on_told(self, _channel: object, _origin: object, _: object, body: bytes) -> None:
        message = decode_for_worker(body)
        if isinstance(message, Sheet):
            self.epoch = max(self.epoch, message.epoch)
            self.sheets.append(message)
        else:
            self._running.append((time.monotonic() + self._seconds, message, 0))
            self.taken.append(Taken(time.time(), message))

    def _on_job(self, _channel: object, origin: object, _: object, body: bytes) -> None:
        job = decode_for_worker(body)
        assert isinstance(job, Job)
        tag = int(origin.delivery_tag)  # type: ignore[attr-defined]
        self.taken.append(Taken(time.time(), job))
        if job.epoch < self.epoch:
            self.stale.append(job)
        self._running.append((time.monotonic() + self._seconds, job, tag))

    def _tell(self, channel: BlockingChannel) -> None:
        ticks, last = time.monotonic(), 0
        while self._running and self._running[0][0] <= ticks:
            _, job, tag = self._running.popleft()
            last = tag or last
            if job.epoch < self.epoch:
                continue
            if self.why_not:
                self._returned.append(Returned(job.id, self.why_not))
                continue
            self._came_to(channel, job)
        if last:
            channel.basic_ack(last, multiple=True)
        has_news = self._done or self._returned
        if ticks - self._told_at >= (TELL_SECONDS if has_news else REPORT_SECONDS):
            self._report(channel)
            self._told_at = ticks

    def _came_to(self, channel: BlockingChannel, job: Job) -> None:
        now = time.time()
        word = self._word(job.definition.endpoint)
        result = ResultMessage(
            endpoint=job.definition.endpoint,
            due=job.due,
            result=word,
            started=now - self._seconds,
            ended=now,
            next=job.next,
            planned=job.planned,
            timeout=1.0,
            prober="probe-schedule",
            worker=self.name,
            location=self._location,
            reasons=[] if word == "ok" else [f"{self.name} found it {word}"],
            time=Times(total=self._seconds),
        )
        self._done.append(Done(job.id, max(0.0, now - self._seconds - job.due), self._seconds))
        if job.definition.is_posted and not job.is_confirmation:
            self._answers.append(result)
        if job.is_confirmation:
            self._answers.append(result)
        elif self._confirms and word == "failed":
            self._suspects.append(Suspect(job.id, result))
        elif self._publishes:
            self.results.append(result)
            channel.basic_publish(
                EXCHANGE,
                routes.result_key(self._location),
                encode(result),
                pika.BasicProperties(delivery_mode=2),
            )

    def _report(self, channel: BlockingChannel, *, is_leaving: bool = False) -> None:
        report = WorkReport(
            worker=self.name,
            location=self._location,
            instance=self._instance,
            now=time.time(),
            capacity=self.capacity,
            busy=len(self._running),
            is_leaving=is_leaving,
            done=self._done,
            returned=self._returned,
            suspects=self._suspects,
            results=self._answers,
        )
        self._done, self._returned, self._suspects, self._answers = [], [], [], []
        channel.basic_publish(EXCHANGE, routes.report_key(self._location), encode(report))
