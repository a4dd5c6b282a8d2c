"""What is wrong with tables whose keys are right one by one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from blinkenlights.config.alerting import AlertConfig
from blinkenlights.config.onward import InfluxConfig
from blinkenlights.config.probing import ProbeConfig
from blinkenlights.config.sources import AmqpConfig, LinesConfig
from blinkenlights.config.tables import Table
from blinkenlights.config.working import WorkersConfig
from blinkenlights.config_keys.words import shown
from blinkenlights.kinds.format import JSON
from blinkenlights.kinds.registry import signal_named

OF_THE_QUEUE = (
    *("url", "kind", "format", "rejected_queue"),
    *("password_file", "ca_file", "certificate_file", "key_file"),
)
"""What tables with one queue have to agree on; the exchange and how it is bound are their own."""


class Conflict(NamedTuple):
    """A key that cannot be beside the others."""

    number: int
    key: str
    sentence: str


def conflicts(table: Table, made: Sequence[msgspec.Struct | None]) -> Iterator[Conflict]:
    """Give the conflicts within all repetitions of a table; None stands for one with problems."""
    amqp = {n: each for n, each in enumerate(made) if isinstance(each, AmqpConfig)}
    yield from _unbound(amqp)
    yield from _unknown_forms(made)
    yield from _shared_queues(amqp)
    yield from _shared_sockets(
        {n: each for n, each in enumerate(made) if isinstance(each, LinesConfig)}
    )
    yield from _repeated(table, made)
    for n, each in enumerate(made):
        if isinstance(each, InfluxConfig | ProbeConfig | AlertConfig | WorkersConfig):
            yield from (Conflict(n, *found) for found in each.conflicts())
    if table.conflicts is not None:
        for n, each in enumerate(made):
            if each is not None:
                yield from (Conflict(n, *found) for found in table.conflicts(each))


def _unknown_forms(made: Sequence[msgspec.Struct | None]) -> Iterator[Conflict]:
    for n, each in enumerate(made):
        if not isinstance(each, AmqpConfig | LinesConfig) or not each.format:
            continue
        signal = signal_named(each.kind)
        if signal is None and each.format != JSON:
            yield Conflict(n, "format", "is of no use without `kind`; name the kind of its lines")
        elif signal is not None and each.format not in (
            known := [signal.form, *(one.name for one in signal.formats)]
        ):
            yield Conflict(
                n,
                "format",
                f"{shown(each.format)} is no form of kind {shown(each.kind)}; use "
                + " or ".join(known),
            )


def _unbound(amqp: dict[int, AmqpConfig]) -> Iterator[Conflict]:
    for n, each in amqp.items():
        if each.type in ("direct", "topic") and not each.keys:
            yield Conflict(n, "keys", f"is missing; a {each.type} exchange sends nothing without")


def _shared_queues(amqp: dict[int, AmqpConfig]) -> Iterator[Conflict]:
    owner: dict[tuple[str, str], int] = {}
    exchanges: set[tuple[int, str]] = set()
    for n, each in amqp.items():
        first = owner.setdefault((_broker(each), each.queue), n)
        yield from _unlike(n, each, first, amqp[first])
        if (first, each.exchange) in exchanges:
            yield Conflict(
                n,
                "queue",
                f"{shown(each.queue)} is the queue of amqp[{first}] already, and bound to "
                f"{shown(each.exchange)}; write all keys there, or name another",
            )
        exchanges.add((first, each.exchange))
    for n, each in amqp.items():
        consumer = owner.get((_broker(each), each.rejected_queue))
        if consumer is not None:
            yield Conflict(
                n,
                "rejected_queue",
                f"{shown(each.rejected_queue)} is consumed by amqp[{consumer}], so rejected "
                "messages would come back for ever; name another",
            )


def _unlike(n: int, each: AmqpConfig, first: int, other: AmqpConfig) -> Iterator[Conflict]:
    for name in OF_THE_QUEUE:
        if getattr(each, name) != getattr(other, name):
            # The values stay out of this: a URL may hold a password.
            yield Conflict(
                n,
                name,
                f"is another than in amqp[{first}], with which it shares the queue "
                f"{shown(each.queue)}; write the same, or name another queue",
            )


def _shared_sockets(lines: dict[int, LinesConfig]) -> Iterator[Conflict]:
    owner: dict[str, int] = {}
    for n, each in lines.items():
        first = owner.setdefault(each.listen, n)
        if first != n:
            yield Conflict(n, "listen", f"is where lines[{first}] listens already; choose another")


def _repeated(table: Table, made: Sequence[msgspec.Struct | None]) -> Iterator[Conflict]:
    if not table.unique:
        return
    owner: dict[object, int] = {}
    for n, each in enumerate(made):
        if each is not None:
            value = getattr(each, table.unique)
            first = owner.setdefault(value, n)
            if first != n:
                yield Conflict(
                    n,
                    table.unique,
                    f"{shown(value)} is that of {table.name}[{first}] already; choose another",
                )


def _broker(source: AmqpConfig) -> str:
    return source.url.rpartition("@")[2].rpartition("://")[2].rstrip("/")
