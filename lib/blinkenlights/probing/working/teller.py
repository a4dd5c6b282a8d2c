"""Tells the scheduler and the broker what came of jobs."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.outage import Outage
from blinkenlights.probing.jobs.messages import WorkReport, encode
from blinkenlights.probing.working.held import Outcomes
from blinkenlights.probing.working.link import Link
from blinkenlights.probing.working.maker import Maker
from blinkenlights.probing.working.pace import Pace
from blinkenlights.probing.working.setting import Setting

REPORT_SECONDS = 1.0
WITNESS_SECONDS = 300.0
"""How often the scheduler is asked for witnesses anew: files change."""


class Who(NamedTuple):
    """A worker, as it is named."""

    name: str
    location: str
    labels: Mapping[str, str]


class Teller:
    """Publishes results and reports; a job is acknowledged once the broker has what came of it.

    Args:
        setting: Where and as whom.
        labels: What is shown with the worker.
        maker: Has what is to be told.
        pace: Knows how many probes are made at a time.
        clock: The time of this machine.
    """

    def __init__(
        self, setting: Setting, labels: Mapping[str, str], *, maker: Maker, pace: Pace, clock: Clock
    ) -> None:
        self.is_leaving = False
        """Whether no further jobs are taken."""
        self._setting = setting
        self._labels = dict(labels)
        self._maker = maker
        self._pace = pace
        self._wall = clock
        self._instance = uuid.uuid4().hex
        self._outage = Outage("the queue of results", "they are published again")
        self._reported_at = float("-inf")
        self._witnessed_at = float("-inf")

    @property
    def next_report(self) -> float:
        """Seconds until a report is due, whatever there is to tell."""
        return max(0.0, self._reported_at + REPORT_SECONDS - _ticks())

    @property
    def capacity(self) -> int:
        """How many probes at a time may be given to us now."""
        setting = self._setting
        may_take = setting.sight.sees and setting.clock.scheduler and not self.is_leaving
        return self._pace.capacity if may_take else 0

    def has_witnesses(self) -> None:
        """Note that the scheduler has named witnesses."""
        self._witnessed_at = _ticks()

    def wants_witnesses(self) -> None:
        """Ask for witnesses with the next report."""
        self._witnessed_at = float("-inf")

    async def tell(self, link: Link) -> None:
        """Publish what is to be told, and a report when one is due. Raises BrokerError."""
        maker = self._maker
        some, maker.outcomes = maker.outcomes, Outcomes()
        try:
            if some.results:
                why = await link.publish_results(line for _, line in some.results)
                if why:
                    # The scheduler hears of us all the same: we live, and it may mend the queue.
                    self._outage.failed("publish", why)
                    await link.publish_report(encode(self._report(Outcomes())))
                    self._reported_at = _ticks()
                    maker.outcomes = some.put_before(maker.outcomes)
                    await asyncio.sleep(REPORT_SECONDS)
                    return
                self._outage.worked("publish")
                held = [each for each, _ in some.results]
                some.results = []
                some.done += [each.done for each in held]
                link.acknowledge(each.tag for each in held if each.tag)
                for each in held:
                    maker.over(each)
            if some or not self.next_report:
                await link.publish_report(encode(self._report(some)))
                self._reported_at = _ticks()
                link.acknowledge(each.tag for each in some.told if each.tag)
                for each in some.told:
                    maker.over(each)
        except BaseException:
            maker.outcomes = some.put_before(maker.outcomes)
            raise

    async def tell_last(self, link: Link) -> None:
        """Publish all that is to be told, and that we leave. Raises BrokerError."""
        while self._maker.outcomes:
            await self.tell(link)
        await link.publish_report(encode(self._report(Outcomes(), is_last=True)))

    def _report(self, some: Outcomes, *, is_last: bool = False) -> WorkReport:
        setting, pace, maker = self._setting, self._pace, self._maker
        sight = setting.sight
        return WorkReport(
            worker=setting.name,
            location=setting.location,
            instance=self._instance,
            now=round(self._wall(), 3),
            capacity=self.capacity,
            busy=maker.busy,
            run=maker.run,
            returned_before=maker.returned,
            ahead=round(setting.clock.ahead, 3),
            behind_since=pace.behind_since,
            blind_since=sight.blind_since,
            blind=sight.why,
            labels=self._labels,
            is_leaving=is_last,
            wants_witnesses=_ticks() - self._witnessed_at >= WITNESS_SECONDS,
            done=some.done,
            returned=some.returned,
            suspects=some.suspects,
            results=some.copies,
        )


def _ticks() -> float:
    return asyncio.get_running_loop().time()
