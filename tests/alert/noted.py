"""What is in the store of what was told."""

from typing import Any

import msgspec

from blinkenlights.alert.told import Letter, Told
from blinkenlights.kinds.alert import keys
from blinkenlights.outbox.taken import Tries
from servers.valkey import Valkey


class Noted:
    """A look into a store."""

    def __init__(self, store: Valkey) -> None:
        # redis-py's own types leave open whether an answer is one or is still to come.
        self.client: Any = store.client()

    def history(self) -> list[Told]:
        """Return who was told what, newest first."""
        rows = self.client.lrange(keys.HISTORY, 0, -1)
        return [msgspec.json.decode(row, type=Told) for row in rows]

    def letters(self) -> list[Letter]:
        """Return what could not be delivered, newest first."""
        rows = self.client.lrange(keys.DEAD, 0, -1)
        return [msgspec.json.decode(row, type=Letter) for row in rows]

    def tries(self) -> int:
        """Return how often all queues failed since something of them was told."""
        rows = self.client.hvals(keys.TRIES)
        return sum(msgspec.json.decode(row, type=Tries).times for row in rows)

    def counters(self) -> dict[str, int]:
        """Return all counters."""
        return {name: int(number) for name, number in self.client.hgetall(keys.COUNTERS).items()}

    def has_any(self, *names: str) -> bool:
        """Return whether one of some keys is there."""
        return bool(self.client.exists(*names))

    def rest(self, address: str) -> tuple[float, float]:
        """Return for how long a receiver still rests, by the store's clock, and of how long."""
        until, seconds = self.client.hget(keys.PAUSED, address).split()
        return float(until) - self.now(), float(seconds)

    def pass_time(self, seconds: float) -> None:
        """Let the store's clock go on, as far as receivers that rest are concerned."""
        for address, text in self.client.hgetall(keys.PAUSED).items():
            until, of_seconds = text.split()
            self.client.hset(keys.PAUSED, address, f"{float(until) - seconds:.6f} {of_seconds}")

    def now(self) -> float:
        """Return the store's time."""
        seconds, microseconds = self.client.time()
        return float(seconds + microseconds / 1e6)
