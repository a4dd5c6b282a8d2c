"""Probes when they are due, by an injected clock and an asker without a network."""

import asyncio

from blinkenlights.clock import Clock
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.observation import Observation, Phases
from blinkenlights.probe.result import Probed
from blinkenlights.probe.schedule import Every, following, offset_of
from blinkenlights.probing.engine import Begun, Engine
from blinkenlights.probing.own_probes import OwnProbes
from blinkenlights.probing.queue import ProbeQueue

NOW = 1_764_000_000.0
SHOP = Endpoint("shop", "a.yml", 1, Request("http", "u", "u", host="shop"), Every(10.0))
DUE = following(SHOP.schedule, NOW, offset_of("shop", SHOP.schedule))
LATE = Observation(Phases(5.0), "timeout", "no answer within 5s")
THERE = Observation(Phases(0.1), status=200, address="192.0.2.1:80")


class Asked(Asker):
    """Gives its answers one after the other, each when it is told to."""

    def __init__(self, *answers: Observation) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked = asyncio.Semaphore(0)
        self.goes_on = asyncio.Semaphore(0)

    async def ask(self, request: Request, now: Clock) -> Observation:
        """Return the next answer."""
        del request, now
        self.asked.release()
        await self.goes_on.acquire()
        return self.answers.pop(0)


class Probing:
    """An engine that runs, at a time that stands still until it is set."""

    def __init__(self, *answers: Observation) -> None:
        self.now = NOW
        self.asker = Asked(*answers)
        self.told: list[Probed] = []
        queue = ProbeQueue(2, 1)
        probes = OwnProbes(self.asker, self.time, self.tell)
        self.engine = Engine(probes, self.time, lambda _endpoint: queue, capacity=2)

    def time(self) -> float:
        """Return the time that it is taken to be."""
        return self.now

    async def tell(self, probed: Probed) -> None:
        """Keep what came of a probe."""
        self.told.append(probed)

    async def begun(self) -> None:
        """Wait until a probe is asked for."""
        async with asyncio.timeout(10):
            await self.asker.asked.acquire()

    async def end(self, running: asyncio.Task[None]) -> None:
        """Let the probes come to their end."""
        self.asker.goes_on.release()
        self.engine.stop()
        async with asyncio.timeout(10):
            await running


def test_a_probe_during_which_all_stood_still_is_made_once_more() -> None:
    """That time ran out while the machine was suspended says nothing of the endpoint."""

    async def probed() -> Probing:
        site = Probing(LATE, THERE)
        site.engine.follow({"shop": SHOP})
        site.now = DUE
        running = asyncio.create_task(site.engine.run())
        await site.begun()
        site.now = DUE + 60
        site.engine.clock_broke(site.now)
        site.asker.goes_on.release()
        await site.begun()
        site.now = DUE + 61
        await site.end(running)
        return site

    site = asyncio.run(probed())

    assert [(each.started, each.ended, each.observation) for each in site.told] == [
        (DUE + 60, DUE + 61, THERE)
    ]
    assert site.engine.counts == (1, 1, 0, 0, 6)


def test_a_lag_is_from_due_to_begun() -> None:
    """It is within a tenth of what it was, and no probe is counted before it is over."""

    async def probed() -> float:
        site = Probing(THERE)
        site.engine.follow({"shop": SHOP})
        site.now = DUE + 0.5
        running = asyncio.create_task(site.engine.run())
        await site.begun()
        assert site.engine.busy == 1
        assert site.engine.window.message(0.0).run == 0
        site.now = DUE + 3
        await site.end(running)
        window = site.engine.window.message(asyncio.get_running_loop().time())
        assert (window.due, window.run, window.missed) == (1, 1, 0)
        return window.lag_most

    assert abs(asyncio.run(probed()) - 0.5) < 0.001


def test_a_probe_that_runs_at_the_end_is_told_still() -> None:
    """Whoever stops the prober loses no result."""

    async def probed() -> Probing:
        site = Probing(THERE)
        site.engine.follow({"shop": SHOP})
        site.now = DUE
        running = asyncio.create_task(site.engine.run())
        await site.begun()
        site.engine.stop()
        await asyncio.sleep(0)
        assert not running.done()
        await site.end(running)
        return site

    assert [each.job.due for each in asyncio.run(probed()).told] == [DUE]


CART = SHOP._replace(name="cart")
BOTH_DUE = DUE + 10.0


def test_who_waits_for_a_host_is_probed_when_its_probe_is_over() -> None:
    """Nothing else has to become due for that."""

    async def probed() -> list[str]:
        site = Probing(THERE, THERE)
        site.engine.follow({"shop": SHOP, "cart": CART})
        site.now = BOTH_DUE
        running = asyncio.create_task(site.engine.run())
        await site.begun()
        site.asker.goes_on.release()
        await site.begun()
        await site.end(running)
        return [each.job.endpoint.name for each in site.told]

    assert sorted(asyncio.run(probed())) == ["cart", "shop"]


def test_who_waits_when_the_prober_is_stopped_is_not_probed_any_more() -> None:
    """A prober that is stopped would else go on until nobody waits."""

    async def probed() -> Probing:
        site = Probing(THERE)
        site.engine.follow({"shop": SHOP, "cart": CART})
        site.now = BOTH_DUE
        running = asyncio.create_task(site.engine.run())
        await site.begun()
        await site.end(running)
        return site

    site = asyncio.run(probed())

    assert len(site.told) == 1
    assert site.engine.counts.waiting == 1


class Kept:
    """Begins probes, and leaves it to the test when they are over."""

    def __init__(self) -> None:
        self.begun: list[Begun] = []

    def begin(self, begun: Begun, _engine: Engine) -> None:
        """Keep a probe that is made."""
        self.begun.append(begun)

    def clock_broke(self) -> None:
        """Go on."""

    async def finish(self) -> None:
        """Have nothing to wait for."""


def test_who_is_due_again_while_he_is_probed_waits_once() -> None:
    """From when that probe is over. Twice in line he would have twice the turns, where few fit."""
    bar = SHOP._replace(name="bar", request=SHOP.request._replace(host="bar"))
    both = {"shop": SHOP, "bar": bar}

    async def waiting() -> list[int]:
        queue, maker, now = ProbeQueue(1, 1), Kept(), [NOW]
        engine = Engine(maker, lambda: now[0], lambda _endpoint: queue, capacity=1)
        engine.follow(both)
        running = asyncio.create_task(engine.run())

        async def look() -> int:
            engine.follow(both)
            for _ in range(5):
                await asyncio.sleep(0)
            return queue.waiting

        now[0] += 10
        found = [await look()]
        now[0] += 10
        found.append(await look())
        [first] = maker.begun
        engine.over(first, 0.0, 10.0)
        engine.end(first)
        found.append(queue.waiting)
        engine.stop()
        await running
        assert maker.begun[1].host != first.host
        return found

    assert asyncio.run(waiting()) == [1, 1, 1]
