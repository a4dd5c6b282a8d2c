"""Lamps on their way to the store: one row for each message."""

from collections.abc import Sequence

import msgspec
from blinkenlights.kinds.lamp import keys
from blinkenlights.kinds.lamp.fact import Lamp

from blinkenlights.kinds.signal import Arrival, Origin, SignalRows
from blinkenlights.store.batch import Call
from blinkenlights.store.script import Script

_script = Script(__package__, "store")
_pack = msgspec.msgpack.Encoder().encode


class LampRows(SignalRows):
    """The lamps of one batch."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self._arrival = arrival
        self._rows: list[tuple[str, float, str, str]] = []

    def add(self, fact: Lamp, body: bytes, key: str, origin: Origin) -> None:
        """Add what one lamp says. What is ahead of our clock was said now."""
        del body, key, origin
        event = min(fact.event, self._arrival.receipt)
        state = "on" if fact.is_on else "off"
        self._rows.append((fact.name, event, state, self._arrival.source))

    @property
    def stored(self) -> int:
        """How many messages these are."""
        return len(self._rows)

    def calls(self, now: float) -> Sequence[Call]:
        """Return the one call that stores them."""
        del now
        return [Call(_script, keys.PREFIX, [_pack(self._rows)])]
