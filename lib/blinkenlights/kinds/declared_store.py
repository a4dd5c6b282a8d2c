"""What somebody declares of the things of one kind, and what is known of them, in the store.

Of each such kind there are, under its prefix, the hashes `facts` and `expected` and the sorted sets
`names`, `awaited` and `retired`, all of them by the names of things.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

_SCANNED = 1000

Facts = TypeVar("Facts")


class Declared(NamedTuple):
    """A thing that somebody declared with `blinkenlights expect`."""

    name: str
    since: float
    """Seconds since the epoch."""
    seen: bool
    """Whether it was ever heard."""
    minimum: int = 1
    """How many instances of it have to be alive."""


class DeclaredStore(ABC, Generic[Facts]):
    """The store, for declaring the things of a kind. All methods raise a `StoreError`."""

    prefix: ClassVar[str]
    """Of the keys of the kind."""
    declare_script: ClassVar[Script]
    """Declares or retires one."""
    forget_script: ClassVar[Script]
    """Forgets several."""

    def __init__(self, store: StoreClient) -> None:
        self._store = store

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def expect(self, name: str, now: float) -> None:
        """Declare a thing; takes back a retirement."""
        await self._declare("expect", name, f"{now:.3f}")

    async def retire(self, name: str, now: float) -> bool:
        """Keep what is known of a thing but alarm nobody; returns whether it was known."""
        return await self._declare("retire", name, f"{now:.3f}")

    async def forget(self, names: Sequence[str]) -> list[bool]:
        """Remove everything known of some things; returns of which there was anything."""
        packed = msgspec.msgpack.encode(names)
        return [*map(bool, await self._store.call(self.forget_script, self.prefix, packed))]

    async def expected(self) -> list[Declared]:
        """Return all that are declared, sorted by name."""
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.hgetall(self.prefix + "expected")
        pipe.zrange(self.prefix + "awaited", 0, -1)
        declared, awaited = await self._store.ask(pipe.execute())
        never = set(awaited)
        try:
            return [
                self._declared(name.decode(), text.decode(), seen=name not in never)
                for name, text in sorted(declared.items())
            ]
        except ValueError as error:
            raise self._store.not_ours(self.prefix + "expected", error) from error

    async def retired(self) -> dict[str, float]:
        """Return those that are retired and when each was."""
        key = self.prefix + "retired"
        pairs = await self._store.ask(self._store.redis.zrange(key, 0, -1, withscores=True))
        try:
            return {name.decode(): when for name, when in pairs}
        except ValueError as error:
            raise self._store.not_ours(key, error) from error

    async def known(self) -> set[str]:
        """Return all of which anything is known, be it by declaration."""
        pipe = self._store.redis.pipeline(transaction=True)
        for key in ("names", "awaited", "retired"):
            pipe.zrange(self.prefix + key, 0, -1)
        return {name.decode() for each in await self._store.ask(pipe.execute()) for name in each}

    async def facts(self) -> AsyncIterator[tuple[str, Facts]]:
        """Yield all that were ever heard, some perhaps twice, and what is known of them.

        Those whose facts cannot be read are left out.
        """
        cursor = 0
        while True:
            cursor, found = await self._store.ask(
                self._store.redis.hscan(self.prefix + "facts", cursor, count=_SCANNED)
            )
            for name, packed in found.items():
                try:
                    yield name.decode(), self.parse_facts(packed)
                except ValueError:
                    continue
            if not cursor:
                return

    @abstractmethod
    def parse_facts(self, packed: bytes) -> Facts:
        """Return the facts of a thing as they are packed; raises ValueError."""

    def _declared(self, name: str, text: str, *, seen: bool) -> Declared:
        """Return what `expected` has under a name; raises ValueError."""
        return Declared(name, float(text), seen)

    async def _declare(self, *words: str | int) -> bool:
        return bool(await self._store.call(self.declare_script, self.prefix, *words))
