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
        self.rows: list[tuple[str, float, str]] = []
        """Scope and name, the end of the interval, and what went through, as JSON."""
        self._receipt = arrival.receipt

    def add(self, fact: Speedo, _body: bytes, _key: str, _origin: Origin) -> None:
        """Add a speedo."""
        # One from the future would pass for the newest until then.
        event = min(fact.event, self._receipt)
        text = _json((event, *fact[3:])).decode()
        self.rows.append((f"{fact.scope}\0{fact.name}", event, text))

    @property
    def stored(self) -> int:
        """How many speedos these are."""
        return len(self.rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        return [Call(STORE, keys.PREFIX, (_pack(self.rows),))]
