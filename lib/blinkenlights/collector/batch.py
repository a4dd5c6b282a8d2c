"""Turns messages into what is stored of them. Pure; the hot loop of the collector."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from blinkenlights.signals.fact import Heartbeat, Rejected
from blinkenlights.store.layout import SAMPLE_BYTES, SAMPLES_KEPT
from blinkenlights.store.report import Sample
from blinkenlights.store.writer import Batch, Beat

INTERNAL_ERROR = "internal error"
"""The reason for a message on which our own code failed."""
DETAIL_CHARACTERS = 200

Parse = Callable[[bytes, str], Heartbeat | Rejected]
"""Turns the body of a message and its routing key into a fact, or says why it holds none."""


class Origin(Protocol):
    """How a message came. A delivery by pika is one, without being copied."""

    @property
    def exchange(self) -> str | None:
        """What it was published to."""

    @property
    def routing_key(self) -> str | None:
        """What it was published with."""

    @property
    def redelivered(self) -> bool:
        """Whether it was given to somebody before."""


Message = tuple[bytes, Origin]


class Refused(NamedTuple):
    """A message that holds no fact, and why."""

    message: Message
    why: Rejected


class Reading(NamedTuple):
    """What some messages hold."""

    batch: Batch
    refused: list[Refused]


def read(
    messages: Sequence[Message], parse: Parse, source: str, receipt: float, *, live: bool
) -> Reading:
    """Return the facts of `messages` in their order, the counts, and what was refused.

    Args:
        messages: As they came from one source.
        parse: For each of them; whatever it raises refuses that message only.
        source: Id of the source.
        receipt: When they came.
        live: Whether they were sent just before. One that a broker delivers again never was.
    """
    beats: list[Beat] = []
    counts: Counter[str] = Counter()
    refused: list[Refused] = []
    append = beats.append
    for message in messages:
        body, origin = message
        key = origin.routing_key
        if not isinstance(key, str):
            key = readable(key)
        try:
            fact = parse(body, key)
        except Exception as error:  # noqa: BLE001 - one message must never stop all others
            fact = Rejected(INTERNAL_ERROR, f"{type(error).__name__}: {error}")
        if isinstance(fact, Heartbeat):
            append(Beat(fact, receipt, source, live and not origin.redelivered))
            if fact.trimmed:
                counts["trimmed:" + fact.trimmed] += 1
        else:
            refused.append(Refused(message, fact))
            counts["rejected:" + fact.reason] += 1
    if beats:
        counts["stored:heartbeat"] = len(beats)
    return Reading(Batch(beats, counts), refused)


def samples(refused: Sequence[Refused], address: str, receipt: float) -> list[Sample]:
    """Return what an operator wants to see of the last few: printable ASCII, and not much."""
    return [
        Sample(
            time=receipt,
            source=address,
            reason=why.reason,
            detail=printable(why.detail)[:DETAIL_CHARACTERS],
            body=printable(body[:SAMPLE_BYTES].decode("latin-1"))[:SAMPLE_BYTES],
        )
        for (body, _), why in refused[-SAMPLES_KEPT:]
    ]


def readable(key: object) -> str:
    """Return a routing key as text: pika leaves one that is not UTF-8 as it is."""
    if isinstance(key, bytes):
        return key.decode(errors="backslashreplace")
    return key if isinstance(key, str) else ""


def printable(text: str) -> str:
    """Return `text` as ASCII, with a backslash escape for everything that is not printable."""
    return text.encode("unicode_escape").decode("ascii")
