"""What is wrong with tables whose keys are right one by one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.config.shape import AmqpConfig, LinesConfig, TransferConfig
from blinkenlights.config.words import shown

MOST_ERRORS = 100


class Conflict(NamedTuple):
    """A key that cannot be beside the others."""

    number: int
    key: str
    sentence: str


def conflicts(sources: Sequence[msgspec.Struct | None]) -> Iterator[Conflict]:
    """Give the conflicts within one list of tables; None stands for one with other problems."""
    amqp = {n: each for n, each in enumerate(sources) if isinstance(each, AmqpConfig)}
    yield from _unbound(amqp)
    yield from _shared_queues(amqp)
    yield from _shared_sockets(
        {n: each for n, each in enumerate(sources) if isinstance(each, LinesConfig)}
    )
    for n, each in enumerate(sources):
        if isinstance(each, TransferConfig):
            yield from _unclear(n, each)


def _unbound(amqp: dict[int, AmqpConfig]) -> Iterator[Conflict]:
    for n, each in amqp.items():
        if each.type in ("direct", "topic") and not each.keys:
            yield Conflict(n, "keys", f"is missing; a {each.type} exchange sends nothing without")


def _shared_queues(amqp: dict[int, AmqpConfig]) -> Iterator[Conflict]:
    owner: dict[tuple[str, str], int] = {}
    for n, each in amqp.items():
        first = owner.setdefault((_broker(each), each.queue), n)
        if first != n:
            yield Conflict(n, "queue", f"{shown(each.queue)} is the queue of amqp[{first}] already")
    for n, each in amqp.items():
        consumer = owner.get((_broker(each), each.rejected_queue))
        if consumer is not None:
            yield Conflict(
                n,
                "rejected_queue",
                f"{shown(each.rejected_queue)} is consumed by amqp[{consumer}], so rejected "
                "messages would come back for ever; name another",
            )


def _shared_sockets(lines: dict[int, LinesConfig]) -> Iterator[Conflict]:
    owner: dict[str, int] = {}
    for n, each in lines.items():
        first = owner.setdefault(each.listen, n)
        if first != n:
            yield Conflict(n, "listen", f"is where lines[{first}] listens already; choose another")


def _unclear(n: int, limits: TransferConfig) -> Iterator[Conflict]:
    if bool(limits.client) == bool(limits.source):
        yield Conflict(n, "client", 'write either client or source, for example client = "ddsr*"')
    if limits.seconds() is None and not limits.min_rate and limits.max_errors == MOST_ERRORS:
        yield Conflict(n, "deadline", "demands nothing; write deadline, min_rate or max_errors")


def _broker(source: AmqpConfig) -> str:
    return source.url.rpartition("@")[2].rpartition("://")[2].rstrip("/")
