"""Whom a scheduler asks about a bad result, and until when it waits."""

import asyncio
from typing import TYPE_CHECKING, cast

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.endpoint import Confirm, Endpoint, Request
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.engine import Begun
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.queue import ProbeQueue
from blinkenlights.probing.scheduling.confirmations import Confirmations
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.workers import Workers

if TYPE_CHECKING:
    from blinkenlights.probing.scheduling.exchange import Exchange

DUE = 1_764_000_000.0
SHOP = Endpoint(
    "shop", "a.yml", 1, Request("http", "u", "u", host="shop"), Every(10.0), confirm=Confirm(2, 3)
)
BEGUN = Begun(Job(SHOP, DUE, DUE + 10), ProbeQueue(10, 10), "shop")
BAD = ResultMessage(endpoint="shop", prober="p", due=DUE, result="failed", worker="w1")


class Out:
    """Keeps what goes to workers."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.has_some = asyncio.Event()

    def put(self, outgoing: Outgoing) -> None:
        """Keep it."""
        self.sent.append(outgoing)
        self.has_some.set()


def test_workers_that_report_a_moment_later_are_asked_still() -> None:
    """After a start the first one alone must not decide: others live, and are not known yet."""

    async def asked() -> list[str]:
        out, workers, decided = Out(), Workers(), list[ResultMessage]()
        loop = asyncio.get_running_loop()

        def report(name: str) -> None:
            there = WorkReport(name, SHOP.location, f"i-{name}", DUE, 10)
            workers.take(there, DUE, loop.time())

        confirmations = Confirmations(
            cast("Exchange", out), workers, lambda _begun, result: decided.append(result)
        )
        report("w1")
        confirmations.ask(BEGUN, BAD, 1, lambda: f"job{len(out.sent)}")
        assert out.sent == []
        assert decided == []

        report("w2")
        report("w3")
        async with asyncio.timeout(20):
            await out.has_some.wait()
        assert decided == []
        confirmations.stop()
        return sorted(each.key.rpartition(".")[2] for each in out.sent)

    assert asyncio.run(asked()) == ["w2", "w3"]


def test_where_nobody_else_comes_the_first_one_decides() -> None:
    """A dead endpoint is told all the same, with how many looked."""

    async def told() -> ResultMessage:
        decided = asyncio.get_running_loop().create_future()
        workers = Workers()
        confirmations = Confirmations(
            cast("Exchange", Out()),
            workers,
            lambda _begun, result: decided.set_result(result),
        )
        confirmations.ask(BEGUN, BAD, 1, lambda: "job")
        async with asyncio.timeout(20):
            return cast("ResultMessage", await decided)

    result = asyncio.run(told())

    assert result.result == "failed"
    assert result.reasons[-1] == "confirmed by 1 of 1 worker, 2 of 3 wanted"
