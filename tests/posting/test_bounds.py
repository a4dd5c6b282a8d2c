"""What waits to be posted is bounded, and what is lost is counted, whoever takes nothing."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from alert.conftest import Run
from blinkenlights.kinds.endpoint.prober.message import OutputsMessage
from blinkenlights.posting import posting as posting_module
from blinkenlights.posting import queueing
from posting.stage import NAME, NOON, Stage, Taker, stands
from servers.valkey import Valkey

OUTBOX = "blinkenlights:{endpoint}:posting:p1:"


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def queue_of(stage: Stage) -> str:
    """Return the key of the only queue."""
    client: Any = stage.valkey.client()
    (queue,) = client.keys(f"{OUTBOX}queue:*")
    return str(queue)


def test_of_one_that_takes_nothing_the_newest_are_kept(stage: Stage, run: Run) -> None:
    """The oldest are dropped, and how many is known; what is left is posted when it is back."""
    stage.kept = 5
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> OutputsMessage:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result(0, version=0))
            await stage.until(stage.failing)
            stage.put(posting, *(stage.result(each, version=each) for each in range(1, 12)))
            await stage.until(lambda: stage.count("dropped") == 7)
            await stage.until(lambda: stands(posting).dropped)
            outputs = stands(posting)
            stage.now += 10.0
            await stage.until(lambda: stage.count("sent") == 5)
        return outputs

    outputs = run(scenario())
    assert [body["version"] for body in taker.bodies] == [0, 7, 8, 9, 10, 11]
    assert (outputs.outputs, outputs.failing, outputs.waiting) == (1, 1, 1)
    (worst,) = outputs.worst
    assert (worst.endpoint, worst.output, worst.times) == (NAME, "http", 1)
    assert (worst.waiting, worst.lost, worst.since) == (5, 7, NOON + 3600.0)
    assert worst.error == "the output at 127.0.0.1 answered 500 Internal Server Error"


def test_an_output_that_is_slower_than_results_come_is_known(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes all that it is told, and yet results are lost; until it has caught up."""
    stage.kept = 5
    monkeypatch.setattr(posting_module, "MOST_ENTRIES", 1)
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> OutputsMessage:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result())
            await stage.until(stage.failing)
            stage.put(posting, *(stage.result(minute) for minute in range(1, 9)))
            await stage.until(lambda: stage.count("dropped") == 4)
            taker.hangs_after(2)
            stage.now += 10.0
            await stage.until(lambda: stands(posting).sent == 1)
            slow = stands(posting)
            taker.goes_on()
            await stage.until(lambda: stage.count("sent") == 5)
        return slow

    slow = run(scenario())
    (worst,) = slow.worst
    assert (worst.times, worst.lost, worst.since) == (0, 4, NOON + 3610.0)
    assert worst.error == "it takes them more slowly than they come"
    assert stage.failing() == ""


def test_all_that_was_queued_is_somewhere(stage: Stage, run: Run) -> None:
    """Taken, given up, dropped, or still there: the counts come to what was queued."""
    stage.kept = 4
    taker = Taker()
    for status in (500, 200, 422, 503, 413, 200):
        taker.answers_next(status)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, *(stage.result(minute) for minute in range(3)))
            for round_ in range(1, 6):
                stage.put(posting, *(stage.result(3 * round_ + each) for each in range(3)))
                stage.now += 60.0
                await asyncio.sleep(0.3)
            stage.now += 3600.0
            client: Any = stage.valkey.client()
            await stage.until(lambda: not client.exists(f"{OUTBOX}due"))

    run(scenario())
    counts = {what: stage.count(what) for what in ("queued", "sent", "dead", "dropped")}
    assert counts["queued"] == 18
    assert counts["sent"] + counts["dead"] + counts["dropped"] == 18
    assert counts["dead"] == 2


def test_what_cannot_be_read_in_the_store_is_counted(stage: Stage, run: Run) -> None:
    """And stops nothing behind it."""
    taker = Taker()
    taker.answers_next(500)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result(0), stage.result(1))
            await stage.until(stage.failing)
            stage.valkey.client().lset(queue_of(stage), 0, "nonsense")
            stage.now += 10.0
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    assert stage.count("dead") == 1
    assert "not ours" in stage.letters()[0]["error"]


def test_a_store_that_is_away_costs_nobody_anything(
    own_valkey: Callable[..., Valkey], run: Run
) -> None:
    """What was found meanwhile is posted when it is back."""
    store = own_valkey()
    stage, taker = Stage(store), Taker()

    async def scenario() -> int:
        async with stage.posting_to(taker) as posting:
            await asyncio.to_thread(store.stop)
            stage.put(posting, *(stage.result(each) for each in range(20)))
            await stage.until(lambda: stands(posting).failing)
            before = len(taker.requests)
            await asyncio.to_thread(store.start)
            await stage.until(lambda: len(taker.requests) == 20)
            await stage.until(lambda: not stands(posting).failing)
        return before

    assert run(scenario()) == 0


@pytest.mark.parametrize(("bound", "most"), [("MOST", 5), ("MOST_BYTES", 1500)])
def test_what_waits_for_the_store_is_bounded(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    """By number and by size: the newest are kept, and what is dropped is told."""
    monkeypatch.setattr(queueing, bound, most)
    client = stage.valkey.client()
    client.set("blinkenlights:{endpoint}:posting:posted", "of another type")
    taker = Taker()

    async def scenario() -> OutputsMessage:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, *(stage.result(each, version=each) for each in range(20)))
            await stage.until(lambda: stands(posting).failing)
            outputs = stands(posting)
            client.delete("blinkenlights:{endpoint}:posting:posted")
            await stage.until(lambda: stage.count("sent") == 20 - outputs.dropped)
        return outputs

    outputs = run(scenario())
    assert [body["version"] for body in taker.bodies] == list(range(outputs.dropped, 20))
    assert 3 <= 20 - outputs.dropped <= 8
    (worst,) = outputs.worst
    assert (worst.endpoint, worst.output, worst.to) == ("", "", "the store")
    assert worst.waiting == 20 - outputs.dropped
    assert worst.lost == outputs.dropped
    assert "WRONGTYPE" in worst.error


def test_one_call_of_the_store_is_bounded(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store does nothing else meanwhile, and an entry may be as large as a page."""
    monkeypatch.setattr(queueing, "AT_ONCE_BYTES", 1000)
    sizes = []
    store = queueing.Queueing.store

    async def storing(self: queueing.Queueing, some: list[queueing.Queued]) -> None:
        sizes.append(sum(len(each.text) for each in some))
        await store(self, some)

    monkeypatch.setattr(queueing.Queueing, "store", storing)
    taker = Taker()

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, *(stage.result(each) for each in range(30)))
            stage.put(posting, stage.result(31, status="x" * 5000), stage.result(32))
            await stage.until(lambda: stage.count("sent") == 32)

    run(scenario())
    small, large = sorted(sizes)[:-1], max(sizes)
    assert large > 5000
    assert max(small) <= 1000


def test_what_the_store_did_not_take_before_the_end_is_told(
    stage: Stage, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody may look for it."""
    stage.valkey.client().set("blinkenlights:{endpoint}:posting:posted", "of another type")

    async def scenario() -> None:
        async with stage.posting_to(Taker()) as posting:
            stage.put(posting, *(stage.result(each) for each in range(3)))

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "3 results are not posted: the store did not take them before the end" in caplog.text


def test_posting_that_breaks_goes_on(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is in the log, and stops nothing for good."""
    monkeypatch.setattr(posting_module, "LOOK_SECONDS", 0.01)
    taker, broken = Taker(), [RuntimeError("unforeseen")]
    store = queueing.Queueing.store

    async def storing(self: queueing.Queueing, some: list[queueing.Queued]) -> None:
        if broken:
            raise broken.pop()
        await store(self, some)

    monkeypatch.setattr(queueing.Queueing, "store", storing)

    async def scenario() -> None:
        async with stage.posting_to(taker) as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    assert "unforeseen" in caplog.text
