"""Heartbeats on their way to the store."""

from collections.abc import Sequence
from typing import Any

import msgspec

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

STORE = Script(__package__, "store")

_pack = msgspec.msgpack.Encoder().encode

HeartbeatRow = tuple[str, float, int, str, str, str, float, str, bool]
"""What store.lua takes: the first six of a Heartbeat, receipt, source, and whether nothing waited
in the source's queue, so that the message had just been sent."""


class HeartbeatRows(SignalRows):
    """The heartbeats of one batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.rows: list[HeartbeatRow] = []
        self._receipt = arrival.receipt
        self._source = arrival.source
        self._live = arrival.live

    def add(self, fact: Heartbeat, _body: bytes, _key: str, origin: Origin) -> None:
        """Add a heartbeat."""
        live = self._live and not origin.redelivered
        self.rows.append((*fact[:6], self._receipt, self._source, live))
        if fact.trimmed:
            self.counts["trimmed:" + fact.trimmed] += 1

    @property
    def stored(self) -> int:
        """How many heartbeats these are."""
        return len(self.rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        arguments = (_pack(self.rows), str(CLOCK_TOLERANCE), f"{now:.3f}")
        return [Call(STORE, keys.PREFIX, arguments)]

    def moments(self, answers: Sequence[Any]) -> Sequence[float]:
        """Return when the senders of those that had waited lived, by our clock."""
        return [float(moment) for moment in answers[0][2]]


async def shortest_interval(store: StoreClient) -> int | None:
    """Return the shortest interval of any component, in seconds; None when nobody beats."""
    intervals = await store.ask(store.redis.smembers(keys.INTERVALS))
    return min((int(each) for each in intervals if each.isdigit()), default=None)
