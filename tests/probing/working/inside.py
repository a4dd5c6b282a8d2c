"""A worker in a thread of the test, whose clock and network are the test's."""

import asyncio
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.config import Config, ProbeConfig, WorkersConfig
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Request
from blinkenlights.probe.observation import Observation, Phases
from blinkenlights.probing.working.teller import Who
from blinkenlights.probing.working.worker import Worker
from servers.rabbitmq import Broker

AWAY = Observation(Phases(5.0), "timeout", "no answer within 5s")
THERE = Observation(Phases(0.1), status=200, address="198.51.100.1:80")


class Answers(Asker):
    """Answers without a network."""

    def __init__(self, seen: Observation) -> None:
        super().__init__()
        self.seen = seen
        self.spins = 0.0
        """Seconds for which each probe keeps the processor, and everybody else from it."""
        self.asked: list[str] = []
        self.hold: threading.Event | None = None
        """No answer is given before it is set, when there is one."""

    async def ask(self, request: Request, now: Clock) -> Observation:
        """Return what all hosts answer."""
        del now
        self.asked.append(request.host)
        until = time.perf_counter() + self.spins
        while time.perf_counter() < until:
            pass
        if self.hold is not None:
            await asyncio.to_thread(self.hold.wait, 30)
        await asyncio.sleep(0)
        return self.seen


class Inside:
    """A worker that runs while it is entered.

    Args:
        broker: Where it works.
        asker: Makes its probes.
        clock: Its machine's time.
        at_once: Probes at a time.
        environment: Where secrets are.
    """

    def __init__(
        self,
        broker: Broker,
        asker: Asker,
        *,
        name: str = "w1",
        clock: Clock = wall_clock,
        at_once: int = 100,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        config = Config(
            workers=WorkersConfig(broker=broker.url), probe=ProbeConfig(at_once=at_once)
        )
        who = Who(name, "default", {"rack": "b7"})
        self.worker = Worker(config, who, asker, clock, environment or {})
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it, and wait until it is over."""
        self.stop()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def stop(self) -> None:
        """Tell it to end, as SIGTERM does."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.worker.stop)

    def _run(self) -> None:
        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            await self.worker.run()

        asyncio.run(run())
