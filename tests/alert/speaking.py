"""Channels for tests, and senders that speak by them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from alert.records import NOON
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.evaluation_store import Change, EvaluationStore
from blinkenlights.alert.message import Message
from blinkenlights.alert.telling import AlertSenders, senders_of
from blinkenlights.kinds.alert.keys import Evaluation
from blinkenlights.outbox.lease import Manner
from blinkenlights.outbox.sending import seconds_since_boot
from blinkenlights.rules.receiver import Receiver

SECONDS = 20.0
"""A test that waits for longer has failed."""
EVALUATION = Evaluation(NOON, 15.0, "a", 1, 1, 1, 0.01, [], [])


class Speaker:
    """A channel that keeps what it said.

    Args:
        answers: What comes of each message in turn, an error or a reference; then all is taken.
        hangs: Whether it never answers.
        has_key: As channels have it.
    """

    def __init__(
        self,
        *answers: Exception | Mapping[str, str],
        hangs: bool = False,
        has_key: bool = False,
    ) -> None:
        self.has_key = has_key
        self.messages: list[Message] = []
        self.closed = 0
        self.may_close = asyncio.Event()
        self.may_close.set()
        self.may_answer = asyncio.Event()
        if not hangs:
            self.may_answer.set()
        self._answers = list(answers)

    async def say(self, message: Message) -> Mapping[str, str]:
        """Keep it."""
        self.messages.append(message)
        await self.may_answer.wait()
        answer = self._answers.pop(0) if self._answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def recovers(self) -> None:
        """Take all that comes from now on."""
        self._answers.clear()

    async def close(self) -> None:
        """Count that."""
        self.closed += 1
        await self.may_close.wait()


class Stage:
    """Senders, their clocks, and the receivers that hear them."""

    def __init__(self, store: EvaluationStore, outbox: AlertOutbox) -> None:
        self.now = NOON
        self.ticks = seconds_since_boot
        self.speakers: dict[str, Speaker] = {}
        self.manner = Manner(give_up=86_400, lease=60, say=30, pace=0)
        self.linked: Callable[[Message], Message] = lambda message: message
        self._store = store
        self._outbox = outbox

    async def queue(self, *changes: Change) -> None:
        """Queue what is told of some changes."""
        epoch = await self._store.lease("a", 60)
        assert await self._store.commit(epoch, changes, {}, EVALUATION) == []

    async def hear(self, *names: str) -> Sequence[Speaker]:
        """Make known some receivers; returns what they hear by."""
        for name in names:
            self.speakers.setdefault(name, Speaker())
        await self._store.remember([Receiver(name, "webhook", {}, "d1") for name in names])
        return [self.speakers[name] for name in names]

    def senders(self) -> AlertSenders:
        """Return some that speak to these receivers."""
        return senders_of(
            self._outbox, self._open, self.manner, self.clock, self.uptime, linked=self.linked
        )

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def uptime(self) -> float:
        """Return how long the machine is up."""
        return self.ticks()

    async def until(
        self, condition: Callable[[], object], senders: AlertSenders | None = None
    ) -> None:
        """Let senders work until something holds, and end them."""
        senders = senders or self.senders()
        running = asyncio.create_task(senders.run())
        try:
            await eventually(condition)
        finally:
            senders.stop()
            await running

    def _open(self, receiver: Receiver) -> Channel:
        return self.speakers[receiver.name]


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - anything, also in the store
            await asyncio.sleep(0.01)
