"""Makes the probes of jobs, and sorts what they came to by whom it is told."""

import asyncio
import logging
from collections import deque

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probe import agenda
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.judge import FAILED, judge
from blinkenlights.probe.result import Probed, line_of, result_of
from blinkenlights.probing.jobs.messages import Job, Returned, Suspect
from blinkenlights.probing.publishing import metric_of
from blinkenlights.probing.working.held import Held, Outcomes
from blinkenlights.probing.working.known_endpoints import CannotProbe
from blinkenlights.probing.working.setting import Setting

log = logging.getLogger("blinkenlights.probe")

AT_ONCE = 25
"""Probes that begin before what has come of others is looked at."""
MOST_SAID = 1000
"""Reasons that are remembered, so that each is in the log once."""


class Maker:
    """Has jobs, and makes their probes.

    Args:
        setting: Where and as whom.
        asker: Makes one probe.
    """

    def __init__(self, setting: Setting, asker: Asker) -> None:
        self.outcomes = Outcomes()
        """What is to be told; whoever tells it puts new ones here."""
        self.run = self.returned = 0
        """Since the start."""
        self._setting = setting
        self._asker = asker
        self._waiting: deque[Held] = deque()
        self._held: dict[str, Held] = {}
        self._tasks: dict[asyncio.Task[None], Held] = {}
        self._is_called = False
        self._breaks = 0
        self._said: set[str] = set()

    @property
    def busy(self) -> int:
        """Probes that are being made."""
        return len(self._tasks)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """Those that make them."""
        return set(self._tasks)

    def take(self, job: Job, tag: int) -> None:
        """Take a job; one that we have already came once more after a connection was lost."""
        known = self._held.get(job.id)
        if known is not None:
            known.tag = tag
            return
        held = self._held[job.id] = Held(job, tag)
        self._waiting.append(held)
        self._call()

    def over(self, held: Held) -> None:
        """Note that the broker knows what came of a job."""
        self._held.pop(held.job.id, None)

    def lost_connection(self) -> None:
        """Note that the broker gives all that we have to somebody once more."""
        for held in self._waiting:
            self.over(held)
        self._waiting.clear()
        for held in self._held.values():
            held.tag = 0

    def stood_still(self) -> None:
        """Note that this process was stopped: what timed out then is probed again."""
        self._breaks += 1

    def return_waiting(self, why: str) -> None:
        """Give back what has not begun."""
        while self._waiting:
            self._return(self._waiting.popleft(), why)

    def return_all(self, why: str) -> None:
        """Give back everything."""
        self.return_waiting(why)
        for task, held in list(self._tasks.items()):
            task.cancel()
            self._return(held, why)

    def _call(self) -> None:
        if not self._is_called and self._waiting:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._is_called = False
        for _ in range(min(AT_ONCE, len(self._waiting))):
            held = self._waiting.popleft()
            job, setting = held.job, self._setting
            if setting.clock.is_old(job.epoch):
                # Whoever sent it is no scheduler any more, and waits for nothing.
                self._tell(held)
                continue
            # For a confirmation the scheduler waits, however long the first probe took.
            if setting.clock() >= job.next and not job.is_confirmation:
                self._return(held, f"{setting.who} got it when it was due once more")
                continue
            try:
                endpoint = setting.endpoints.read(job.definition)
            except CannotProbe as why:
                self._say_once(str(why))
                self._return(held, f"{setting.who} {why}")
                continue
            if endpoint.location != setting.location:
                # Somebody has sent on what was for elsewhere; its scheduler waits for others.
                self._say_once(f"does not probe {endpoint.name}: it is of {endpoint.location}")
                self._tell(held)
                continue
            task = asyncio.create_task(self._make(held, endpoint))
            self._tasks[task] = held
            task.add_done_callback(self._ended)
        self._call()

    def _ended(self, task: asyncio.Task[None]) -> None:
        held = self._tasks.pop(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s: a probe failed by our own mistake", held.job.definition.endpoint)
            log.error("", exc_info=task.exception())
            self._return(held, f"{self._setting.who} failed by a mistake of its own; see its log")

    async def _make(self, held: Held, endpoint: Endpoint) -> None:
        setting, time = self._setting, self._setting.clock
        job = agenda.Job(endpoint, held.job.due, held.job.next)
        started, breaks = time(), self._breaks
        observation = await self._asker.ask(endpoint.request, time)
        setting.stalls()
        if self._breaks != breaks:
            # That time ran out while we stood still says nothing of the endpoint.
            started = time()
            observation = await self._asker.ask(endpoint.request, time)
        ended = max(started, time())
        held.lag, held.seconds = max(0.0, started - job.due), ended - started
        probed = Probed(job, started, ended, observation)
        why = await setting.sight.why_blind(probed)
        if why:
            self._return(held, f"{setting.who} reaches nothing: {why}")
            return
        self.run += 1
        judged = judge(endpoint, observation)
        result = result_of(probed, judged, setting.clock.scheduler)
        result.worker, result.location = setting.name, setting.location
        result.planned = held.job.planned
        self._sort(held, endpoint, result, is_bad=judged.level >= FAILED)

    def _sort(self, held: Held, endpoint: Endpoint, result: ResultMessage, *, is_bad: bool) -> None:
        outcomes = self.outcomes
        if held.job.is_confirmation:
            outcomes.copies.append(result)
            outcomes.done.append(held.done)
            self._tell(held)
            return
        if is_bad and endpoint.confirm is not None:
            outcomes.suspects.append(Suspect(held.job.id, result))
            outcomes.done.append(held.done)
            self._tell(held)
            return
        if not outcomes.results:
            self._setting.wake.set()
        outcomes.results.append((held, line_of(result)))
        if held.job.definition.is_posted:
            outcomes.copies.append(result)
        if not is_bad and self._setting.emitter is not None:
            self._setting.emitter.put(metric_of(result))

    def _return(self, held: Held, why: str) -> None:
        self.returned += 1
        self.outcomes.returned.append(Returned(held.job.id, why))
        self._tell(held)

    def _tell(self, held: Held) -> None:
        self.outcomes.told.append(held)
        self._setting.wake.set()

    def _say_once(self, why: str) -> None:
        if why not in self._said and len(self._said) < MOST_SAID:
            self._said.add(why)
            log.warning("this worker %s", why)
