"""Writes facts, reports and declarations, for the daemons and the command line."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from redis.exceptions import NoScriptError

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.inventory import InventoryKeeper
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.fact import Speedo
from blinkenlights.kinds.transfer.write import Counting
from blinkenlights.store import layout
from blinkenlights.store.report import CollectorReport, Gap, Limits, PoolLimits, Sample
from blinkenlights.store.script import Script

CLOCK_TOLERANCE = 30.0
"""Seconds by which a sender's clock may differ from ours before it counts as wrong."""

log = logging.getLogger("blinkenlights.store")

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


class Beat(NamedTuple):
    """A heartbeat as it was received."""

    fact: Heartbeat
    receipt: float
    source: str
    live: bool
    """Nothing waited in the source's queue, so the message has just been sent."""


class MachineRow(NamedTuple):
    """What was told of a machine, as it was received."""

    fact: MachineEvent
    receipt: float
    source: str


@dataclass
class Batch:
    """What is stored in one round trip."""

    beats: list[Beat] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Keys as in `layout.COUNTERS`."""
    samples: list[Sample] = field(default_factory=list)
    counting: Counting | None = None
    """The transfers, when there are any."""
    speedos: list[Speedo] = field(default_factory=list)
    machines: list[MachineRow] = field(default_factory=list)


class Found(NamedTuple):
    """What a report found in the store."""

    is_new: bool
    """The store was empty until now."""
    went_back_to: float | None
    """Everything stored after this is lost: the store came back from an older copy of itself."""


class StoreWriter(InventoryKeeper):
    """The store, for writing. All methods raise a `StoreError` that says what is wrong."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = wall_clock,
        **options: Any,  # noqa: ANN401 - those of StoreClient
    ) -> None:
        """Prepare a client by `clock`; the further arguments are those of `StoreClient`."""
        super().__init__(url, **options)
        self._beats_script = Script("blinkenlights.kinds.heartbeat", "store")
        self._transfers_script = Script("blinkenlights.kinds.transfer", "store")
        self._speedos_script = Script("blinkenlights.kinds.transfer", "store_speedos")
        self._machines_script = Script("blinkenlights.kinds.machine", "store")
        self._gaps = self._redis.register_script(Script(__package__, "gaps").text)
        self._loaded = False
        self._clock = clock
        self._reported = 0.0
        self._unreadable: set[str] = set()

    async def store(self, batch: Batch) -> list[float]:
        """Store a batch in one round trip. Storing it again changes only the counters.

        Returns when the senders of its messages that were not live lived, by our clock, in order.
        """
        if not self._loaded:
            for script in (
                self._beats_script,
                self._transfers_script,
                self._speedos_script,
                self._machines_script,
            ):
                await self._ask(self._redis.script_load(script.text))
            self._loaded = True
        pipe = self._redis.pipeline(transaction=False)
        if batch.beats:
            rows = [
                (*fact[:6], receipt, source, live) for fact, receipt, source, live in batch.beats
            ]
            now = f"{self._clock():.3f}"
            self._beats_script.queue(
                pipe, heartbeat_keys.PREFIX, _pack(rows), str(CLOCK_TOLERANCE), now
            )
        counting = batch.counting
        if counting is not None:
            self._transfers_script.queue(
                pipe,
                transfer_keys.PREFIX,
                counting.packed(),
                counting.session,
                counting.number,
                f"{counting.receipt:.3f}",
            )
        if batch.speedos:
            speedos = [
                (f"{fact.scope}\0{fact.name}", fact.event, _speedo(fact)) for fact in batch.speedos
            ]
            self._speedos_script.queue(pipe, transfer_keys.PREFIX, _pack(speedos))
        if batch.machines:
            events = [machine_row(*row) for row in batch.machines]
            self._machines_script.queue(
                pipe,
                machine_keys.PREFIX,
                _pack(events),
                str(CLOCK_TOLERANCE),
                machine_keys.OUTCOMES_KEPT,
            )
        for name, count in batch.counts.items():
            pipe.hincrby(layout.COUNTERS, name, count)
        if batch.samples:
            pipe.lpush(layout.SAMPLES, *map(_json, batch.samples))
            pipe.ltrim(layout.SAMPLES, 0, layout.SAMPLES_KEPT - 1)
        try:
            answers = await self._ask(pipe.execute())
        except NoScriptError:
            # The store was restarted or flushed its scripts.
            self._loaded = False
            return await self.store(
                Batch(
                    batch.beats,
                    counting=counting,
                    speedos=batch.speedos,
                    machines=batch.machines,
                )
            )
        return [float(moment) for moment in answers[0][2]] if batch.beats else []

    async def report(self, report: CollectorReport) -> Found:
        """Replace the report of this collector; returns in what state that found the store."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.hget(layout.LIVE, report.name)
        pipe.set(layout.BORN, f"{report.beat:.3f}", nx=True)
        pipe.hset(layout.LIVE, report.name, _json(report))
        before, born, _ = await self._ask(pipe.execute())
        earlier = _readable(report.name, before) if before else None
        went_back_to = None
        if earlier and earlier.host == report.host and earlier.beat < self._reported:
            went_back_to = earlier.beat
        self._reported = report.beat
        return Found(bool(born), went_back_to)

    async def set_limits(self, limits: Sequence[Limits]) -> None:
        """Replace what is demanded of clients and sources; of several the first holds."""
        await self._ask(self._redis.set(transfer_keys.LIMITS, _json(limits)))

    async def set_pool_limits(self, limits: Sequence[PoolLimits]) -> None:
        """Replace what is demanded of worker pools; of several that match one the first holds."""
        await self._ask(self._redis.set(machine_keys.LIMITS, _json(limits)))

    async def reports(self) -> dict[str, CollectorReport]:
        """Return the reports of all collectors this store knows, by name.

        Those that cannot be read are left out, and said in the log once each.
        """
        raw = await self._ask(self._redis.hgetall(layout.LIVE))
        read = {name.decode(errors="replace"): text for name, text in raw.items()}
        reports = {name: _readable(name, text) for name, text in read.items()}
        for name in [name for name, report in reports.items() if report is None]:
            if name not in self._unreadable:
                self._unreadable.add(name)
                log.warning(
                    "%s: the report of collector %r cannot be read and is left out; it is of "
                    "another version, or: blinkenlights forget --collector NAME",
                    self.address,
                    name,
                )
        return {name: report for name, report in reports.items() if report is not None}

    async def shortest_interval(self) -> int | None:
        """Return the shortest interval of any component, in seconds; None when nobody beats."""
        intervals = await self._ask(self._redis.smembers(heartbeat_keys.INTERVALS))
        return min((int(each) for each in intervals if each.isdigit()), default=None)

    async def add_gap(self, gap: Gap) -> None:
        """Record that a source could not be heard for a while."""
        limits = [layout.GAPS_KEPT, layout.GAPS_SECONDS]
        await self._ask(self._gaps(keys=[layout.GAPS], args=[_json(gap), *limits]))

    async def forget_collector(self, name: str) -> bool:
        """Remove a collector that will not come back; returns whether it was known."""
        return bool(await self._ask(self._redis.hdel(layout.LIVE, name)))


def machine_row(fact: MachineEvent, receipt: float, source: str) -> tuple[object, ...]:
    """Return what machine.lua wants to know of an event."""
    started = -1.0 if fact.started is None else fact.started
    return (*fact[:7], started, receipt, source)


def _speedo(fact: Speedo) -> str:
    return _json((fact.event, *fact[3:])).decode()


def _readable(name: str, text: bytes) -> CollectorReport | None:
    try:
        report = msgspec.json.decode(text, type=CollectorReport)
    except (msgspec.DecodeError, ValueError):
        return None
    return report if report.name == name else None
