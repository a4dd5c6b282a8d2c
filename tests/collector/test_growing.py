"""Batches grow while a backlog drains and the store has the one before, and at no other time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import pytest
from pika.spec import Basic

from blinkenlights.clock import wall_clock
from blinkenlights.collector.batch import Message
from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.intake import Intake
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.collector.watermark import Progress
from blinkenlights.config import CollectorConfig, Config
from blinkenlights.kinds.heartbeat.write import HeartbeatRows
from blinkenlights.store.batch import Batch
from blinkenlights.store.client import StoreClient

T = TypeVar("T")

SIZE = 10
MESSAGE: Message = (b'{"name": "a", "timestamp": 1795219200}', Basic.Deliver(routing_key=""), None)


class SlowStore(RetryingStore):
    """Answers when `answer` is called."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        """How many messages it was given each time."""
        self.given = asyncio.Event()
        self._answers = asyncio.Semaphore(0)

    async def store(self, batch: Batch, *, gives_up: bool = False) -> list[float] | None:
        """Note how many messages there are, and wait."""
        del gives_up
        _, heartbeats, _ = batch.rows
        assert isinstance(heartbeats, HeartbeatRows)
        self.sizes.append(heartbeats.stored)
        self.given.set()
        await self._answers.acquire()
        return []

    async def patiently(self, attempt: Callable[[StoreClient], Awaitable[T]]) -> T:
        """Do nothing: what is known of names does not matter."""
        del attempt
        return cast("T", None)

    async def answer(self) -> None:
        """Answer, and let the intake go on."""
        self.given.clear()
        self._answers.release()
        await _settle()


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def run(scenario: Callable[[Intake, SlowStore], Awaitable[None]], seconds: float = 10.0) -> None:
    """Run a scenario with an intake that drains, and closes small batches after `seconds`."""

    async def with_intake() -> None:
        store = SlowStore()
        settings = CollectorConfig(batch_size=SIZE, batch_seconds=seconds)
        context = SourceContext(
            store=store,
            tally=Tally(wall_clock),
            clock=wall_clock,
            settings=settings,
            names=NameBounds(store, wall_clock, Config(collector=settings)),
            decoding=decoding(Config()),
        )
        progress = Progress(60, None, wall_clock())
        intake = Intake("queue", context, progress, context.decoding.decoders["heartbeat"])
        running = asyncio.create_task(intake.run())
        await scenario(intake, store)
        running.cancel()

    asyncio.run(with_intake())


async def add(intake: Intake, messages: int) -> None:
    for _ in range(messages):
        intake.add(MESSAGE)
    await _settle()


def test_what_comes_while_the_store_is_busy_travels_together() -> None:
    """The first batch leaves at once; of a backlog the next is whatever came meanwhile."""

    async def scenario(intake: Intake, store: SlowStore) -> None:
        await add(intake, SIZE)
        await add(intake, 3 * SIZE + 1)
        assert store.sizes == [SIZE]
        await store.answer()
        assert store.sizes == [SIZE, 3 * SIZE + 1]
        await store.answer()
        await add(intake, SIZE)
        assert store.sizes == [SIZE, 3 * SIZE + 1, SIZE]

    run(scenario)


def test_too_few_for_a_batch_wait_no_longer_than_they_would() -> None:
    """Once the store has answered they leave when their time is over, not before."""

    async def scenario(intake: Intake, store: SlowStore) -> None:
        await add(intake, SIZE)
        await add(intake, 1)
        await store.answer()
        assert store.sizes == [SIZE]
        await asyncio.wait_for(store.given.wait(), 5)
        assert store.sizes == [SIZE, 1]
        await add(intake, 1)
        # Their time is over, and the store is still busy.
        await asyncio.sleep(0.1)
        assert store.sizes == [SIZE, 1]
        await store.answer()
        assert store.sizes == [SIZE, 1, 1]

    run(scenario, seconds=0.05)


def test_messages_that_were_just_sent_grow_as_well() -> None:
    """A batch that is full waits for the store with what comes meanwhile."""

    async def scenario(intake: Intake, store: SlowStore) -> None:
        intake.progress.nothing_waited(wall_clock())
        await add(intake, 3 * SIZE)
        await store.answer()
        assert store.sizes == [SIZE, 2 * SIZE]

    run(scenario)


def test_messages_that_were_just_sent_keep_their_time_of_receipt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long the store is busy, a batch of them is closed soon."""
    monkeypatch.setattr("blinkenlights.collector.intake.GROWING_SECONDS", 0.05)

    async def scenario(intake: Intake, store: SlowStore) -> None:
        intake.progress.nothing_waited(wall_clock())
        await add(intake, SIZE + 1)
        # Their time is over, and the store is still busy.
        await asyncio.sleep(0.2)
        await add(intake, 1)
        await store.answer()
        assert store.sizes == [SIZE, 1]

    run(scenario, seconds=0.05)
