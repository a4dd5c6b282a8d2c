"""Writes facts, reports and declarations, for the daemons and the command line."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import msgspec
from redis.exceptions import NoScriptError

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.signals.fact import Heartbeat, Speedo
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.counting import Counting
from blinkenlights.store.report import CollectorReport, Gap, Limits, Sample
from blinkenlights.store.script import Script

CLOCK_TOLERANCE = 30.0
"""Seconds by which a sender's clock may differ from ours before it counts as wrong."""

Packed = TypeVar("Packed", layout.Facts, layout.Status)

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


class Declared(NamedTuple):
    """A component somebody declared with `blinkenlights expect`."""

    component: str
    since: float
    minimum: int
    seen: bool


class Found(NamedTuple):
    """What a report found in the store."""

    is_new: bool
    """The store was empty until now."""
    went_back_to: float | None
    """Everything stored after this is lost: the store came back from an older copy of itself."""


class StoreWriter(StoreClient):
    """The store, for writing. All methods raise a `StoreError` that says what is wrong."""

    def __init__(self, *arguments: Any, clock: Clock = wall_clock, **named: Any) -> None:  # noqa: ANN401 - those of the client
        """Take the arguments of `StoreClient`, and the clock that senders' are compared with."""
        super().__init__(*arguments, **named)
        self._beats_script = Script("heartbeat")
        self._transfers_script = Script("transfer")
        self._speedos_script = Script("speedos")
        self._gaps = self._redis.register_script(Script("gaps").text)
        self._loaded = False
        self._clock = clock
        self._reported = 0.0
        self._unreadable: set[str] = set()

    async def store(self, batch: Batch) -> list[float]:
        """Store a batch in one round trip. Storing it again changes only the counters.

        Returns when the senders of its messages that were not live lived, by our clock, in order.
        """
        if not self._loaded:
            for script in (self._beats_script, self._transfers_script, self._speedos_script):
                await self._ask(self._redis.script_load(script.text))
            self._loaded = True
        pipe = self._redis.pipeline(transaction=False)
        if batch.beats:
            rows = [
                (*fact[:6], receipt, source, live) for fact, receipt, source, live in batch.beats
            ]
            now = f"{self._clock():.3f}"
            self._beats_script.queue(pipe, layout.HEARTBEAT, _pack(rows), str(CLOCK_TOLERANCE), now)
        counting = batch.counting
        if counting is not None:
            self._transfers_script.queue(
                pipe,
                layout.TRANSFER,
                counting.packed(),
                counting.session,
                counting.number,
                f"{counting.receipt:.3f}",
            )
        if batch.speedos:
            speedos = [
                (f"{fact.scope}\0{fact.name}", fact.event, _speedo(fact)) for fact in batch.speedos
            ]
            self._speedos_script.queue(pipe, layout.TRANSFER, _pack(speedos))
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
            return await self.store(Batch(batch.beats, counting=counting, speedos=batch.speedos))
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
        await self._ask(self._redis.set(layout.LIMITS, _json(limits)))

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

    async def add_gap(self, gap: Gap) -> None:
        """Record that a source could not be heard for a while."""
        limits = [layout.GAPS_KEPT, layout.GAPS_SECONDS]
        await self._ask(self._gaps(keys=[layout.GAPS], args=[_json(gap), *limits]))

    async def forget_collector(self, name: str) -> bool:
        """Remove a collector that will not come back; returns whether it was known."""
        return bool(await self._ask(self._redis.hdel(layout.LIVE, name)))

    async def expect(self, component: str, minimum: int, now: float) -> None:
        """Declare a component with its least number of instances; takes back a retirement."""
        facts = await self._facts(component)
        status = await self._unpacked(layout.STATUS, component, layout.parse_status)
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(layout.EXPECTED, component, f"{now:.3f} {minimum}")
        if minimum > 1:
            pipe.hset(layout.MINIMUM, component, minimum)
        else:
            pipe.hdel(layout.MINIMUM, component)
        pipe.zrem(layout.RETIRED, component)
        if facts is None:
            pipe.zadd(layout.AWAITED, {component: now}, nx=True)
        else:
            pipe.zadd(f"{layout.SEEN}{facts.interval}", {component: facts.seen}, gt=True)
            pipe.sadd(layout.INTERVALS, facts.interval)
        if status is not None and status.status != "ok":
            pipe.zadd(layout.TROUBLE, {component: status.since}, nx=True)
        pipe.hexists(layout.FACTS, component)
        *_, is_known = await self._ask(pipe.execute())
        if is_known and facts is None:
            # Its first heartbeat came while we looked.
            await self._ask(self._redis.zrem(layout.AWAITED, component))

    async def retire(self, component: str, now: float) -> bool:
        """Keep what is known of a component but alarm nobody; returns whether it was known."""
        facts = await self._facts(component)
        pipe = self._redis.pipeline(transaction=True)
        pipe.hdel(layout.EXPECTED, component)
        pipe.zrem(layout.AWAITED, component)
        pipe.hdel(layout.MINIMUM, component)
        for key in (layout.TROUBLE, layout.SKEWED):
            pipe.zrem(key, component)
        pipe.zadd(layout.RETIRED, {component: now})
        if facts is not None:
            pipe.zrem(f"{layout.SEEN}{facts.interval}", component)
        removed = await self._ask(pipe.execute())
        return facts is not None or any(removed[:2])

    async def forget(self, component: str) -> bool:
        """Remove everything known of a component; returns whether there was anything."""
        facts = await self._facts(component)
        pipe = self._redis.pipeline(transaction=True)
        for key in (layout.FACTS, layout.EXPECTED, layout.MINIMUM, layout.STATUS, layout.DOUBTED):
            pipe.hdel(key, component)
        for key in (layout.AWAITED, layout.RETIRED, layout.TROUBLE, layout.SKEWED):
            pipe.zrem(key, component)
        if facts is not None:
            pipe.zrem(f"{layout.SEEN}{facts.interval}", component)
        return any(await self._ask(pipe.execute()))

    async def expected(self) -> list[Declared]:
        """Return all declared components, sorted by name."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.hgetall(layout.EXPECTED)
        pipe.zrange(layout.AWAITED, 0, -1)
        declared, awaited = await self._ask(pipe.execute())
        never = set(awaited)
        rows = []
        for component, text in sorted(declared.items()):
            try:
                since, minimum = text.decode().split(" ")
                rows.append(
                    Declared(component.decode(), float(since), int(minimum), component not in never)
                )
            except ValueError as error:
                raise self._not_ours(layout.EXPECTED, error) from error
        return rows

    async def retired(self) -> dict[str, float]:
        """Return the retired components and when each was retired."""
        pairs = await self._ask(self._redis.zrange(layout.RETIRED, 0, -1, withscores=True))
        return {component.decode(): when for component, when in pairs}

    async def components(self) -> dict[str, float | None]:
        """Return all components, heard, declared or retired -> when last seen, None if not kept."""
        known: dict[str, float | None] = dict.fromkeys(await self.retired())
        known |= dict.fromkeys(each.component for each in await self.expected())
        for interval in await self._ask(self._redis.smembers(layout.INTERVALS)):
            key = f"{layout.SEEN}{interval.decode()}"
            pairs = await self._ask(self._redis.zrange(key, 0, -1, withscores=True))
            known |= {component.decode(): seen for component, seen in pairs}
        return known

    async def _facts(self, component: str) -> layout.Facts | None:
        return await self._unpacked(layout.FACTS, component, layout.parse_facts)

    async def _unpacked(
        self, key: str, component: str, parse: Callable[[str], Packed]
    ) -> Packed | None:
        text = await self._ask(self._redis.hget(key, component))
        try:
            return None if text is None else parse(text.decode())
        except ValueError as error:
            raise self._not_ours(key, error) from error


def _speedo(fact: Speedo) -> str:
    return _json((fact.event, *fact[3:])).decode()


def _readable(name: str, text: bytes) -> CollectorReport | None:
    try:
        report = msgspec.json.decode(text, type=CollectorReport)
    except (msgspec.DecodeError, ValueError):
        return None
    return report if report.name == name else None
