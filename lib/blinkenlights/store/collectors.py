"""What collectors write about themselves, and what they could not hear."""

import logging
from contextlib import suppress
from typing import NamedTuple

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.layout_version import refuse_another_layout
from blinkenlights.store.report import CollectorReport, Gap
from blinkenlights.store.script import Script

log = logging.getLogger("blinkenlights.store")

_GAPS = Script(__package__, "gaps")
_json = msgspec.json.Encoder().encode


class Found(NamedTuple):
    """What a report found in the store."""

    is_new: bool
    """The store was empty until now."""
    went_back_to: float | None
    """Everything stored after this is lost: the store came back from an older copy of itself."""


class CollectorRecords:
    """The store, for reports of collectors. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store
        self._reported = 0.0
        self._unreadable: set[str] = set()

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def report(self, report: CollectorReport) -> Found:
        """Replace the report of this collector; returns in what state that found the store."""
        # Before anything is written: who was emptied may have been begun anew by a newer one.
        pipe = self._store.redis.pipeline(transaction=False)
        pipe.get(layout.VERSION)
        pipe.get(layout.BORN)
        version, born = await self._store.ask(pipe.execute())
        refuse_another_layout(version, born, self._store.address)
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hget(layout.LIVE, report.name)
        pipe.set(layout.BORN, f"{report.beat:.3f}", nx=True)
        pipe.get(layout.BORN)
        pipe.set(layout.VERSION, layout.LAYOUT, nx=True)
        pipe.hset(layout.LIVE, report.name, _json(report))
        before, born, born_at, _, _ = await self._store.ask(pipe.execute())
        await self._correct_birth(born_at, report.beat)
        earlier = _readable(report.name, before) if before else None
        went_back_to = None
        if earlier and earlier.host == report.host and earlier.beat < self._reported:
            went_back_to = earlier.beat
        self._reported = report.beat
        return Found(bool(born), went_back_to)

    async def _correct_birth(self, born: bytes | None, now: float) -> None:
        """Let learning begin now in a store that a clock ahead of its time has said is not born.

        Otherwise nothing would be judged until that moment, however far ahead it is.
        """
        with suppress(TypeError, ValueError):
            ahead = float(born or b"") - now
            if ahead > CLOCK_TOLERANCE:
                await self._store.ask(self._store.redis.set(layout.BORN, f"{now:.3f}"))
                log.warning(
                    "the store was born %.0f seconds ahead of our clock, which was set back since "
                    "or is behind; learning who is there begins now",
                    ahead,
                )

    async def reports(self) -> dict[str, CollectorReport]:
        """Return the reports of all collectors this store knows, by name.

        Those that cannot be read are left out, and said in the log once each.
        """
        raw = await self._store.ask(self._store.redis.hgetall(layout.LIVE))
        read = {name.decode(errors="replace"): text for name, text in raw.items()}
        reports = {name: _readable(name, text) for name, text in read.items()}
        for name in [name for name, report in reports.items() if report is None]:
            if name not in self._unreadable:
                self._unreadable.add(name)
                log.warning(
                    "%s: the report of collector %r cannot be read and is left out; it is of "
                    "another version, or: blinkenlights forget --collector NAME",
                    self._store.address,
                    name,
                )
        return {name: report for name, report in reports.items() if report is not None}

    async def born(self) -> float | None:
        """Return when the store was first reported to; None when it never was."""
        born = await self._store.ask(self._store.redis.get(layout.BORN))
        return None if born is None else float(born)

    async def add_gap(self, gap: Gap) -> None:
        """Record that a source could not be heard for a while."""
        limits = (layout.GAPS_KEPT, layout.GAPS_SECONDS)
        await self._store.call(_GAPS, layout.GAPS, _json(gap), *limits)

    async def forget_collector(self, name: str) -> bool:
        """Remove a collector that will not come back; returns whether it was known."""
        return bool(await self._store.ask(self._store.redis.hdel(layout.LIVE, name)))


def _readable(name: str, text: bytes) -> CollectorReport | None:
    try:
        report = msgspec.json.decode(text, type=CollectorReport)
    except (msgspec.DecodeError, ValueError):
        return None
    return report if report.name == name else None
