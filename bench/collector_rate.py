"""Messages a second of one collector, against a bare consumer and one SET for each message."""

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from collecting import collecting, has_stored
from fleet import backlog
from progress import say
from rounds import take_turns
from servers.valkey import Valkey
from servers.waiting import wait_until
from table import Limit, Line
from waiting_queue import QUEUE, WaitingQueue, waiting_queue
from workplace import Workplace

MESSAGES = 60_000
FEWER = 15_000
"""For the collector with one SET for each message, which takes long."""
COMPONENTS = 10_000
ROUNDS = 7
SECONDS = 120.0
HERE = Path(__file__).parent
Bodies = Callable[[int], Iterable[bytes]]
HEARTBEATS: Bodies = partial(backlog, components=COMPONENTS)


class Race:
    """Lets each subject drain the same queue, and tells how many messages a second it did.

    The time is from the first message taken from the queue, so that starting a process does not
    count, until the last one is stored and acknowledged.
    """

    def __init__(
        self,
        workplace: Workplace,
        queue: WaitingQueue,
        store: Valkey,
        kind: str = "heartbeat",
        bodies: Bodies = HEARTBEATS,
    ) -> None:
        """Race at the workplace, for as many of `bodies` in `queue` as each subject is given."""
        self._programs = workplace.programs
        self._broker = workplace.broker.url
        self._queue = queue
        self._store = store
        self._kind = kind
        self._bodies = bodies

    def bare(self) -> float:
        """Return the rate of a consumer that does nothing."""
        return self._of_program("bare_consumer.py", [], MESSAGES)

    def set(self) -> float:
        """Return the rate of a collector that does one SET for each message."""
        return self._of_program("set_collector.py", [self._store.url], FEWER)

    def collector(self, collectors: int = 1) -> float:
        """Return the rate of `blinkenlights collect`, or of several together."""
        self._prepare(MESSAGES)
        program = self._programs / "blinkenlights"
        with self._store.client() as client, ExitStack() as running:
            subjects = [
                running.enter_context(
                    collecting(program, self._broker, self._store, self._kind, f"bench-{number}")
                )
                for number in range(collectors)
            ]
            began = self._begun(MESSAGES, lambda: all(each.is_running() for each in subjects))
            self._wait(lambda: has_stored(client, MESSAGES, self._kind), "the collector")
            return MESSAGES / (time.monotonic() - began)

    def _of_program(self, name: str, arguments: Sequence[str], messages: int) -> float:
        self._prepare(messages)
        program = subprocess.Popen(
            [
                self._programs / "python",
                HERE / name,
                *arguments,
                self._broker,
                QUEUE,
                str(messages),
            ],
            stdout=subprocess.PIPE,
        )
        try:
            began = self._begun(messages, lambda: program.poll() is None)
            output, _ = program.communicate(timeout=SECONDS)
            return messages / (float(output) - began)
        finally:
            program.kill()
            program.wait()

    def _prepare(self, messages: int) -> None:
        self._store.empty()
        self._queue.publish(self._bodies(messages))
        self._wait(lambda: self._queue.waiting() == messages, "the queue to be full")

    def _begun(self, messages: int, is_running: Callable[[], bool]) -> float:
        """Wait until the queue is not full any more; return when that was.

        Raises RuntimeError when the subject ends before, and TimeoutError when it does not begin.
        """
        began = time.monotonic()
        deadline = began + SECONDS
        while self._queue.waiting() == messages:
            began = time.monotonic()
            if not is_running():
                raise RuntimeError("the subject ended before it took a message; see its output")
            if began > deadline:
                raise TimeoutError(f"no message was taken within {SECONDS:g} seconds")
        return began

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        wait_until(condition, what, SECONDS)


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the two lines."""
    store = workplace.store()
    with waiting_queue(workplace.broker.url) as queue:
        race = Race(workplace, queue, store)
        say(f"rate: draining {MESSAGES:,} messages, {ROUNDS} rounds")
        figures = take_turns("rate", ROUNDS, bare=race.bare, collector=race.collector, set=race.set)
    what = f"collector, draining {MESSAGES:,} messages"
    measured = f"{figures.median('collector'):,.0f}/s"
    yield Line(
        what,
        measured,
        f"{figures.median('bare'):,.0f}/s bare pika consumer",
        figures.ratio("collector", "bare"),
        wanted=Limit(least=0.6),
        aimed=Limit(least=0.8),
    )
    yield Line(
        what,
        measured,
        f"{figures.median('set'):,.0f}/s one SET for each message",
        figures.ratio("collector", "set"),
        wanted=Limit(least=4.0),
    )
