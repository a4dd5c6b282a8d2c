"""What a scheduler does from when it gets the lease until it loses it."""

import asyncio
from collections.abc import Callable, Mapping
from math import inf

from blinkenlights.clock import Clock
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.prober.message import LocationMessage
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.result import line_of
from blinkenlights.probing.engine import Begun, Engine
from blinkenlights.probing.jobs import routes
from blinkenlights.probing.jobs.messages import WorkReport
from blinkenlights.probing.own_report import OwnReport
from blinkenlights.probing.scheduling.confirmations import Confirmations
from blinkenlights.probing.scheduling.dispatch import Dispatch
from blinkenlights.probing.scheduling.exchange import GATHER_SECONDS, Exchange
from blinkenlights.probing.scheduling.location import Location
from blinkenlights.probing.scheduling.locations import Locations
from blinkenlights.probing.scheduling.outgoing import KEPT, Outgoing
from blinkenlights.probing.scheduling.sheets import Sheets
from blinkenlights.probing.scheduling.workers import Workers

LOOK_SECONDS = 0.2
SHEET_SECONDS = 1.0
LONGEST_BACK = 60.0
"""How far back another scheduler's work is taken up at most."""

Told = Callable[[Endpoint, ResultMessage], None]
"""Is given each result of an endpoint that has outputs; never raises, and returns at once."""


class Term:
    """Gives out jobs until `end`.

    Args:
        name: Of the schedulers that share the work; results have it as their prober.
        prefix: Of ids of jobs; unique among all schedulers and terms.
        epoch: Of the lease.
        clock: The time.
        exchange: The broker.
        workers: Who reports.
        told: Is given results of endpoints that have outputs.
        per_host: Probes of one host at a time, at each location.
        may_give_out: Says whether the lease is ours still.
    """

    def __init__(
        self,
        name: str,
        prefix: str,
        epoch: int,
        clock: Clock,
        *,
        exchange: Exchange,
        workers: Workers,
        told: Told,
        per_host: int,
        may_give_out: Callable[[], bool],
    ) -> None:
        self.started = clock()
        self.epoch = epoch
        self._clock = clock
        self._exchange = exchange
        self._workers = workers
        self._told = told
        self._may_give_out = may_give_out
        self._locations = Locations(workers, per_host)
        self._endpoints: Mapping[str, Endpoint] = {}
        self._sheets = Sheets(name, epoch, clock, exchange)
        self._dispatch = Dispatch(prefix, epoch, clock, exchange, self._suspect)
        self._confirmations = Confirmations(exchange, workers, self._decided)
        self.engine = Engine(
            self._dispatch,
            clock,
            self._locations.of,
            capacity=0,
            missed=self._missed,
            step=GATHER_SECONDS,
        )
        self.own = OwnReport(name, self.started, self.engine)
        """Makes what is reported of it, without its locations."""
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, endpoints: Mapping[str, Endpoint], through: float) -> None:
        """Give out what was due since a moment, if that is not long ago, and what will be."""
        now = self._clock()
        is_known = 0 < now - through <= LONGEST_BACK
        self.follow(endpoints, through if is_known else now)
        self._tasks = [
            asyncio.create_task(self.engine.run()),
            asyncio.create_task(self._look_again_and_again()),
            asyncio.create_task(self._send_sheets()),
        ]

    def follow(self, endpoints: Mapping[str, Endpoint], since: float | None = None) -> None:
        """Have these endpoints from now on."""
        self._endpoints = endpoints
        self._sheets.follow(endpoints)
        self._locations.follow(endpoints.values(), self._clock())
        self._exchange.serve(self._locations.names())
        self._dispatch.follow(endpoints)
        self.engine.follow(endpoints, since)
        self._look()

    def go_on(self, epoch: int) -> None:
        """Take another epoch."""
        self.epoch = self._dispatch.epoch = self._sheets.epoch = epoch

    def end(self) -> None:
        """Give out no more."""
        self.engine.stop()
        self._confirmations.stop()
        for task in self._tasks:
            task.cancel()

    def check(self) -> None:
        """Raise what made one of our own tasks fail."""
        for task in self._tasks:
            if task.done() and not task.cancelled():
                task.result()

    def take(self, report: WorkReport) -> None:
        """Take what a worker says; the workers know it already."""
        self._dispatch.take(report, self.engine)
        for result in self._confirmations.take(report):
            endpoint = self._endpoints.get(result.endpoint)
            if endpoint is not None and endpoint.outputs and endpoint.location == report.location:
                self._told(endpoint, result)
        if not self._workers.knows(report):
            return
        location = self._locations.named(report.location)
        self._set_capacity(location)
        if report.wants_witnesses:
            self._sheets.send_witnesses(location, report.worker)

    def through(self) -> float:
        """Return up to when everything that was due is with the broker.

        What waits at a location without room does not count: whoever goes on there begins with
        whoever is due then, and has no more room either.
        """
        found = min(self._clock(), self._exchange.handed_over)
        for location in self._locations.all():
            if location.busy < location.most:
                waits = (self.engine.waits_since(name) for name in location.first())
                found = min(found, min((each for each in waits if each), default=inf))
        return found

    def messages(self) -> list[LocationMessage]:
        """Return the locations as a report has them."""
        return self._locations.messages()

    def _missed(self, endpoint: Endpoint) -> None:
        if self._exchange.is_settled:
            self._locations.of(endpoint).missed(endpoint, self._clock())

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._dispatch.give_up(self.engine)
            self._look()

    def _look(self) -> None:
        """Note how many workers live, and what waits for them."""
        now = self._clock()
        for location in list(self._locations.all()):
            self._set_capacity(location)
            # Of a broker that was away nobody knows yet which workers live.
            if self._exchange.is_settled:
                location.look(now, location.waiting)
        self.engine.capacity = sum(each.most for each in self._locations.all())

    def _set_capacity(self, location: Location) -> None:
        ticks = asyncio.get_running_loop().time()
        may = self._may_give_out()
        location.most = self._workers.capacity(location.name, ticks) if may else 0
        self.engine.begin(location)

    async def _send_sheets(self) -> None:
        while True:
            for location in self._locations.all():
                if self._exchange.takes_sheets and self._may_give_out():
                    self._sheets.send(location)
            await asyncio.sleep(SHEET_SECONDS)

    def _suspect(self, begun: Begun, result: ResultMessage) -> None:
        self._confirmations.ask(begun, result, self.epoch, self._dispatch.new_id)

    def _decided(self, begun: Begun, result: ResultMessage) -> None:
        endpoint = begun.job.endpoint
        key = routes.result_key(endpoint.location)
        self._exchange.put(Outgoing(key, line_of(result), properties=KEPT, is_mandatory=True))
        if endpoint.outputs:
            self._told(endpoint, result)
        self.engine.end(begun)
