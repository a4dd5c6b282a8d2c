"""How many names of one sort the store has, and which of some it does not have."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from blinkenlights.store.batch import Call, Rows
from blinkenlights.store.client import StoreClient
from blinkenlights.store.script import Script

NAMES = Script(__package__, "names")

_pack = msgspec.msgpack.Encoder().encode


class Kept(NamedTuple):
    """Where names of one sort are kept."""

    key: str
    form: Literal["hash", "set", "sorted"]
    """Whether they are the fields of a hash, or the members of a set or a sorted set."""


class Asked(NamedTuple):
    """What the store says of names."""

    size: int
    """How many of this sort there are."""
    unknown: list[str]
    """Those of the ones asked for that are not there, in their order."""


async def ask(store: StoreClient, kept: Kept, names: Sequence[str]) -> Asked:
    """Return how many names there are, and which of some are not; raises a StoreError."""
    size, unknown = await store.call(NAMES, kept.key, kept.form, _pack(names))
    return Asked(size, [names[index] for index in unknown])


async def sizes_of(store: StoreClient, some: Sequence[Kept]) -> list[int]:
    """Return how many names of each sort there are; raises a StoreError."""
    pipe = store.redis.pipeline(transaction=False)
    for kept in some:
        {"hash": pipe.hlen, "set": pipe.scard, "sorted": pipe.zcard}[kept.form](kept.key)
    sizes: list[int] = await store.ask(pipe.execute())
    return sizes


class Sizes(Rows):
    """Stores nothing; asks on the way of a batch how many names there are.

    Args:
        kept: Of which sorts.
        found: Is given their numbers, in this order, when the batch is stored.
    """

    def __init__(self, kept: Sequence[Kept], found: Callable[[Sequence[int]], None]) -> None:
        self._kept = kept
        self._found = found

    def calls(self, now: float) -> Sequence[Call]:
        """Return a call for each sort."""
        del now
        return [Call(NAMES, kept.key, (kept.form,)) for kept in self._kept]

    def moments(self, answers: Sequence[Any]) -> Sequence[float] | None:
        """Pass the numbers on; when senders lived is not in them."""
        self._found([answer[0] for answer in answers])
        return None
