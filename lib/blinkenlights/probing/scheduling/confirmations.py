"""Bad results that wait for what other workers find."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probe.endpoint import Confirm, Endpoint
from blinkenlights.probing.engine import Begun
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.definitions import definition_of
from blinkenlights.probing.jobs.messages import Job, WorkReport, encode
from blinkenlights.probing.scheduling.confirming import verdict
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.outgoing import Outgoing
from blinkenlights.probing.scheduling.workers import Workers
from blinkenlights.probing.witnesses import WITNESS_SECONDS

REPORT_SECONDS = 2.0
"""How long others are waited for where fewer are known than a file wants: each that lives reports
within a second, but after a start or a broken connection not all have done so yet."""
ANSWER_SECONDS = WITNESS_SECONDS + 2.0
"""Beside its timeout: a worker that reached nobody asks witnesses first, and the way takes time."""


@dataclass(slots=True)
class Asking:
    """One bad result."""

    confirm: Confirm
    begun: Begun
    first: ResultMessage
    awaited: set[str]
    """Workers who have not answered."""
    ids: list[str] = field(default_factory=list)
    found: dict[str, ResultMessage] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    """Who gave the job back, and why."""
    timer: asyncio.TimerHandle | None = None

    def awaits(self, report: WorkReport) -> bool:
        """Return whether a worker is asked, at the location of the endpoint."""
        where = self.begun.job.endpoint.location
        return report.worker in self.awaited and report.location == where


class Confirmations:
    """Asks further workers, and tells what they came to.

    Args:
        exchange: Where jobs go.
        workers: Whom can be asked.
        decided: Is given the result that counts, whose job it was, and whether it was told by more
            than who made the probe.
    """

    def __init__(
        self,
        exchange: Exchange,
        workers: Workers,
        decided: Callable[[Begun, ResultMessage], None],
    ) -> None:
        self._exchange = exchange
        self._workers = workers
        self._decided = decided
        self._asking: dict[tuple[str, float], Asking] = {}
        self._by_id: dict[str, tuple[tuple[str, float], str]] = {}
        """Job -> what it is about, and the worker who has it."""
        self._early: dict[tuple[str, float], asyncio.TimerHandle] = {}
        """Bad results for which further workers are waited for."""

    def ask(
        self, begun: Begun, first: ResultMessage, epoch: int, new_id: Callable[[], str]
    ) -> None:
        """Ask as many other workers of the location as the file of an endpoint wants."""
        confirm = begun.job.endpoint.confirm or Confirm(1, 1)
        if len(self._others(begun, first)) >= confirm.of - 1:
            self._ask(begun, first, epoch, new_id)
            return
        about = (begun.job.endpoint.name, first.due)
        loop = asyncio.get_running_loop()
        self._early[about] = loop.call_later(REPORT_SECONDS, self._ask, begun, first, epoch, new_id)

    def _others(self, begun: Begun, first: ResultMessage) -> list[str]:
        """Return who can be asked beside the worker that made the probe."""
        ticks = asyncio.get_running_loop().time()
        return [
            each.report.worker
            for each in self._workers.living(begun.job.endpoint.location, ticks)
            if each.report.capacity and each.report.worker != first.worker
        ]

    def _ask(
        self, begun: Begun, first: ResultMessage, epoch: int, new_id: Callable[[], str]
    ) -> None:
        endpoint = begun.job.endpoint
        about = (endpoint.name, first.due)
        self._early.pop(about, None)
        confirm = endpoint.confirm or Confirm(1, 1)
        others = self._others(begun, first)
        chosen = random.sample(others, min(confirm.of - 1, len(others)))
        if not chosen:
            self._decided(begun, verdict(confirm, first, {}, {}))
            return
        asking = self._asking[about] = Asking(confirm, begun, first, set(chosen))
        for worker in chosen:
            self._send(endpoint, asking, worker, epoch, new_id())
        seconds = endpoint.request.timeout + ANSWER_SECONDS
        asking.timer = asyncio.get_running_loop().call_later(seconds, self._decide, about)

    def take(self, report: WorkReport) -> list[ResultMessage]:
        """Take what a worker answers; returns those of its results that answer nothing."""
        others = []
        for result in report.results:
            about = (result.endpoint, result.due)
            asking = self._asking.get(about)
            if asking is None or not asking.awaits(report) or result.worker != report.worker:
                others.append(result)
                continue
            asking.awaited.discard(report.worker)
            asking.found[report.worker] = result
            if not asking.awaited:
                self._decide(about)
        for returned in report.returned:
            known = self._by_id.get(returned.id)
            if known is not None and self._asking[known[0]].awaits(report):
                about, worker = known
                asking = self._asking[about]
                asking.awaited.discard(worker)
                asking.silent[worker] = returned.why
                if not asking.awaited:
                    self._decide(about)
        return others

    def stop(self) -> None:
        """Wait for nobody any more."""
        for timer in self._early.values():
            timer.cancel()
        self._early.clear()
        for each in self._asking.values():
            if each.timer is not None:
                each.timer.cancel()
        self._asking.clear()
        self._by_id.clear()

    def _send(
        self, endpoint: Endpoint, asking: Asking, worker: str, epoch: int, job_id: str
    ) -> None:
        first = asking.first
        job = Job(
            id=job_id,
            epoch=epoch,
            definition=definition_of(endpoint),
            due=first.due,
            next=first.next or asking.begun.job.next,
            planned=first.planned,
            is_confirmation=True,
        )
        asking.ids.append(job_id)
        self._by_id[job_id] = (endpoint.name, first.due), worker
        self._exchange.put(Outgoing(routes.worker_key(endpoint.location, worker), encode(job)))

    def _decide(self, about: tuple[str, float]) -> None:
        asking = self._asking.pop(about, None)
        if asking is None:
            return
        if asking.timer is not None:
            asking.timer.cancel()
        for each in asking.ids:
            self._by_id.pop(each, None)
        silent = dict.fromkeys(asking.awaited, "it said nothing in time") | asking.silent
        self._decided(asking.begun, verdict(asking.confirm, asking.first, asking.found, silent))
