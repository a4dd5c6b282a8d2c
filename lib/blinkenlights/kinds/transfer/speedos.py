"""Which speedos are due, shared by all who publish them, so that each is published once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from blinkenlights.kinds.transfer import keys
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.layout_version import refuse_another_layout
from blinkenlights.store.script import Script

_LEASE = Script(__package__, "lease_speedos")
_pack = msgspec.msgpack.Encoder().encode

LEASE_SECONDS = 10.0
"""After which another one publishes what was leased and not committed."""
MOST_LEASED = 500


class Due(NamedTuple):
    """What was counted of a client, a source, a pair of them, or everything, and is to be said.

    Times are seconds since the epoch, with three decimals, as text.
    """

    name: str
    start: str
    end: str
    good: int
    bad: int
    good_bytes: int
    bad_bytes: int
    files: int


class SpeedoStore:
    """The store, for those who publish speedos. All methods raise a `StoreError`."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def reconnect(self) -> None:
        """Ask whoever has the store's address now."""
        await self._store.reconnect()

    async def lease(self, scope: str, interval: float, now: float, born: float) -> list[Due]:
        """Return at most MOST_LEASED speedos that are due, which nobody else gets meanwhile.

        Args:
            scope: One of `keys.SCOPES`.
            interval: Seconds between two of the same name.
            now: The present.
            born: When the store was new, the start of the first ones.
        """
        arguments = (LEASE_SECONDS, MOST_LEASED, f"{born:.3f}")
        rows = await self._store.call(
            _LEASE, keys.PREFIX, "lease", scope, f"{now:.3f}", interval, *arguments
        )
        return [Due(*(each.decode() for each in row[:3]), *row[3:]) for row in rows]

    async def commit(
        self, scope: str, interval: float, now: float, published: Sequence[Due]
    ) -> int:
        """Take note that these are published; returns how many nobody had committed before."""
        rows = [(each.name, each.end) for each in published]
        return int(
            await self._store.call(
                _LEASE, keys.PREFIX, "commit", scope, f"{now:.3f}", interval, _pack(rows)
            )
        )

    async def heard(self) -> list[Any]:
        """Return what the checks' horizon is read from, as their reader has it."""
        pipe = self._store.redis.pipeline(transaction=False)
        pipe.hgetall(layout.LIVE)
        pipe.lrange(layout.GAPS, 0, -1)
        pipe.get(layout.BORN)
        pipe.get(layout.VERSION)
        live, gaps, born, version = await self._store.ask(pipe.execute())
        refuse_another_layout(version, born, self._store.address)
        reports = [text for pair in live.items() for text in pair]
        return [reports, gaps, born]
