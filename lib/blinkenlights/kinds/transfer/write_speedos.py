"""Speedos on their way to the store."""

from collections.abc import Sequence

import msgspec

from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.fact import Speedo
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

STORE = Script(__package__, "store_speedos")

_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


class SpeedoRows(SignalRows):
    """The speedos of one batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.rows: list[tuple[str, float, str, bool, float, float]] = []
        """As the script wants to know them."""
        self._receipt = arrival.receipt
        self._live = arrival.live

    def add(self, fact: Speedo, _body: bytes, _key: str, origin: Origin) -> None:
        """Add a speedo."""
        # One from the future would pass for the newest until then.
        event = min(fact.event, self._receipt)
        text = _json((event, *fact[3:])).decode()
        received = self._receipt if self._live and not origin.redelivered else 0.0
        start = max(0.0, event - fact.interval)
        name = f"{fact.scope}\0{fact.name}"
        self.rows.append((name, event, text, fact.good > 0, received, start))

    @property
    def stored(self) -> int:
        """How many speedos these are."""
        return len(self.rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        return [Call(STORE, keys.PREFIX, (_pack(self.rows),))]
