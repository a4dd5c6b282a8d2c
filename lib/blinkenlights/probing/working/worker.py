"""A worker from its start to its end."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Mapping

from blinkenlights.broker.connection import BrokerConnection
from blinkenlights.broker.session import Session
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.collector.guarded_clock import Break, GuardedClock, seconds_since_boot
from blinkenlights.config import Config
from blinkenlights.plugin.words import count
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probing.publishing import emitter
from blinkenlights.probing.working.inbox import Inbox
from blinkenlights.probing.working.known_endpoints import KnownEndpoints
from blinkenlights.probing.working.link import Link
from blinkenlights.probing.working.lookout import Lookout
from blinkenlights.probing.working.maker import Maker
from blinkenlights.probing.working.pace import Pace
from blinkenlights.probing.working.pace_watch import PaceWatch
from blinkenlights.probing.working.scheduler_clock import SchedulerClock
from blinkenlights.probing.working.setting import Setting
from blinkenlights.probing.working.sight import Sight
from blinkenlights.probing.working.teller import Teller, Who
from blinkenlights.yaml_files.permitted import Permitted

log = logging.getLogger("blinkenlights.probe")

GATHER_SECONDS = 0.1
"""How long what came of jobs waits for others, after the last was told, ..."""
GATHERED = 200
"""... by a worker that makes so many probes at a time or more. One that makes fewer waits less: a
job has its place until it is told."""
LEAVE_SECONDS = 10.0
"""How long probes may take that run when the worker is told to stop; then they are given back."""
END_SECONDS = 3.0
"""How long the last things that are to be told may take."""
BROKER_SECONDS = 5
"""Heartbeat between us and the broker. Until it misses two it gives jobs to a worker that is frozen
or cut off, as to all others."""
NOTABLE = 0.1
"""By which share the capacity has to change before the broker is told."""


class Worker:
    """Takes jobs until `stop`.

    Args:
        config: The broker, and how many probes at a time.
        who: Its name and place.
        asker: Makes probes.
        clock: The time of this machine.
        environment: Where secrets are.
    """

    def __init__(
        self,
        config: Config,
        who: Who,
        asker: Asker | None = None,
        clock: Clock = wall_clock,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._workers = config.workers
        self._who = who
        self._asker = asker or Asker()
        scheduler = SchedulerClock(clock)
        self._emitter = emitter(config.probe) if config.probe.publish else None
        self._setting = Setting(
            name=who.name,
            location=who.location,
            clock=scheduler,
            stalls=GuardedClock(seconds_since_boot, self._stood_still, who=f"worker {who.name}"),
            sight=Sight(self._asker, scheduler),
            endpoints=KnownEndpoints(environment, Permitted(self._workers.secrets), scheduler),
            emitter=self._emitter,
            wake=asyncio.Event(),
        )
        self._pace = Pace(config.probe.at_once)
        self._maker = Maker(self._setting, self._asker)
        self._teller = Teller(
            self._setting, who.labels, maker=self._maker, pace=self._pace, clock=clock
        )
        self._session = Session(
            self._workers.amqp(),
            f"blinkenlights worker {who.name}",
            "no jobs are taken meanwhile",
            heartbeat=BROKER_SECONDS,
        )
        self._inbox = Inbox(self._setting, self._maker, self._teller, self._drop)
        self._lookout = Lookout(self._setting)
        self._link: Link | None = None

    def stop(self) -> None:
        """Take no further jobs, finish what runs, and leave."""
        self._teller.is_leaving = True
        self._setting.wake.set()
        if self._link is None:
            self._session.stop()

    async def run(self) -> None:
        """Work until `stop`."""
        who = self._who
        log.info("working as %s at location %s", who.name, who.location)
        async with self._asker, asyncio.TaskGroup() as group:
            beside = [
                group.create_task(self._setting.stalls.watch()),
                group.create_task(PaceWatch(self._pace, self._maker, self._setting).run()),
            ]
            if self._emitter is not None:
                beside.append(group.create_task(self._emitter.run()))
            await self._session.run(self._use)
            for task in (*beside, *self._maker.tasks):
                task.cancel()
            self._lookout.stop()
        made, returned = self._maker.run, self._maker.returned
        log.info("leaving after %s, %s given back", count(made, "probe"), f"{returned:,}")

    async def _use(self, connection: BrokerConnection) -> None:
        setting = self._setting
        self._link = link = await Link.open(
            connection,
            address=self._session.address,
            exchange=self._workers.exchange,
            location=setting.location,
            worker=setting.name,
            taken=self._inbox.on_job,
            told=self._inbox.on_told,
        )
        try:
            while not self._teller.is_leaving:
                await self._work(link)
                # A broker that is short of memory lets us in, and takes nothing.
                self._session.works()
            await self._leave(link)
        finally:
            self._link = None
            self._maker.lost_connection()
            if self._teller.is_leaving:
                # What could not be told, the broker gives to others.
                self._session.stop()

    async def _work(self, link: Link) -> None:
        """Tell what is to be told, and take as many jobs as may be taken."""
        link.check()
        self._look_around()
        await link.take(self._prefetch(link))
        told_at = asyncio.get_running_loop().time()
        await self._teller.tell(link)
        gather = GATHER_SECONDS * min(1.0, self._pace.capacity / GATHERED)
        await asyncio.sleep(max(0.0, told_at + gather - self._ticks()))
        if not self._maker.outcomes and not self._teller.is_leaving:
            await self._rest(self._teller.next_report)

    async def _rest(self, seconds: float) -> None:
        """Wait until there is something to tell, or it is time for a report."""
        wake = self._setting.wake
        wake.clear()
        timer = asyncio.get_running_loop().call_later(seconds, wake.set)
        await wake.wait()
        timer.cancel()

    async def _leave(self, link: Link) -> None:
        """Give back what has not begun, finish what runs, and say so."""
        maker = self._maker
        await link.take(0)
        why = f"{self._setting.who} leaves"
        maker.return_waiting(why)
        until = self._ticks() + LEAVE_SECONDS
        while maker.busy and self._ticks() < until:
            await self._teller.tell(link)
            await self._rest(GATHER_SECONDS)
        maker.return_all(why)
        if self._emitter is not None:
            self._emitter.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._teller.tell_last(link)

    def _prefetch(self, link: Link) -> int:
        """Return how many jobs the broker shall give us; it is not told of each small change."""
        capacity, now = self._teller.capacity, link.prefetch
        if (
            capacity
            and now
            and abs(capacity - now) <= NOTABLE * now
            and capacity != self._pace.most
        ):
            return now
        return capacity

    def _look_around(self) -> None:
        """See to it that we know whether anything is reached."""
        sight = self._setting.sight
        if not sight.sees:
            self._maker.return_waiting(f"{self._setting.who} reaches nothing: {sight.why}")
            self._lookout.look()

    def _drop(self, tag: int) -> None:
        if self._link is not None:
            self._link.acknowledge([tag])

    def _stood_still(self, broken: Break) -> None:
        if not broken.was_busy:
            self._maker.stood_still()
            self._pace.forgive()

    def _ticks(self) -> float:
        return asyncio.get_running_loop().time()
