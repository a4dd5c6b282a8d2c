"""Who was frozen (SIGSTOP) past its lease and is revived writes nothing and says nothing stale."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alert.changes import begins, ends
from alert.ledger import Ledger, listening
from alert.noted import Noted
from alert.records import a_record, receivers
from alert.speaking import EVALUATION
from blinkenlights.alert.evaluation_store import Change, EvaluationStore, LeaseLostError
from blinkenlights.store.client import StoreClient
from servers.valkey import Valkey
from servers.waiting import wait_until

TESTS = Path(__file__).parents[1]


class Process:
    """One that freezes itself at a step."""

    def __init__(self, store: Valkey, ledger: Ledger, step: str, log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "alert.frozen", store.url, ledger.url, step],
                env=os.environ | {"PYTHONPATH": str(TESTS)},
                stdout=output,
            )

    def wait_for(self, line: str) -> None:
        """Wait until it has said something."""
        wait_until(lambda: line in self._log.read_text().splitlines(), f"it to say {line!r}")

    def revive(self) -> None:
        """Let it go on."""
        os.kill(self._process.pid, signal.SIGCONT)

    def end(self) -> int:
        """Tell it to stop; returns with what it ended."""
        self._process.terminate()
        return self._process.wait(30)

    def remove(self) -> None:
        """End it by force."""
        self._process.kill()
        self._process.wait()


Start = Callable[[str], Process]
Queue = Callable[[Change], None]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Give receivers that keep what they are told."""
    with listening() as ledger:
        yield ledger


@pytest.fixture
def start(valkey: Valkey, ledger: Ledger, tmp_path: Path) -> Iterator[Start]:
    """Give a function that starts a process which freezes at a step."""
    processes: list[Process] = []

    def start(step: str) -> Process:
        log = tmp_path / f"{len(processes)}.log"
        processes.append(Process(valkey, ledger, step, log))
        return processes[-1]

    yield start
    for process in processes:
        process.remove()


@pytest.fixture
def queue(valkey: Valkey) -> Iterator[Queue]:
    """Give a function that queues what is told of a change, by an evaluator of its own."""
    with asyncio.Runner() as runner:
        client = StoreClient(valkey.url)
        store = EvaluationStore(client)

        async def commit(change: Change) -> None:
            await store.remember(list(receivers("ops").values()))
            epoch = await store.lease("test", 60)
            assert await store.commit(epoch, [change], {}, EVALUATION) == []

        yield lambda change: runner.run(commit(change))
        runner.run(client.close())


@pytest.mark.parametrize("step", ["taken", "saying"])
def test_a_sender_that_was_frozen_past_its_lease_says_nothing_stale(
    valkey: Valkey, ledger: Ledger, start: Start, queue: Queue, step: str
) -> None:
    """It would tell of a beginning after another one has told of the end."""
    change = begins()
    assert change.after
    queue(change)
    frozen = start(step)
    frozen.wait_for("frozen")
    queue(ends(change.after))
    other = start("none")
    noted = Noted(valkey)
    wait_until(noted.history, "another one to tell it")
    assert other.end() == 0

    frozen.revive()
    frozen.wait_for("revived")
    queue(begins(a_record("db1", "other rule")))
    wait_until(lambda: len(noted.history()) == 2, "the one that was revived to tell the next")

    told = [[(change.thing, change.what) for change in heard.changes] for heard in ledger.heard]
    assert told == [[("web1", "fired"), ("web1", "resolved")], [("db1", "fired")]]
    assert [heard.is_repeated for heard in ledger.heard] == [True, False]


def test_an_evaluator_that_was_frozen_past_its_lease_writes_nothing(
    valkey: Valkey, start: Start, queue: Queue
) -> None:
    frozen = start("evaluated")
    frozen.wait_for("frozen")
    wait_until(lambda: _is_taken_over(queue), "another one to evaluate")

    frozen.revive()
    frozen.wait_for("lease lost")

    noted = Noted(valkey)
    assert noted.counters() == {"queued": 1}


def _is_taken_over(queue: Queue) -> bool:
    try:
        queue(begins(a_record("db1")))
    except LeaseLostError:
        return False
    return True
