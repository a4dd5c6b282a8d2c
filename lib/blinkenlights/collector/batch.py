"""Turns messages into what is stored of them. Pure; the hot loop of the collector."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.heartbeat.fact import Heartbeat
from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.registry import Parse, Properties, Reception
from blinkenlights.kinds.transfer.fact import Speedo, Started, Transfer
from blinkenlights.kinds.transfer.write import Counting, Delivery, message_id
from blinkenlights.store.layout import SAMPLE_BYTES, SAMPLES_KEPT
from blinkenlights.store.report import Sample
from blinkenlights.store.writer import Batch, Beat, MachineRow

INTERNAL_ERROR = "internal error"
"""The reason for a message on which our own code failed."""
DETAIL_CHARACTERS = 200


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


Message = tuple[bytes, Origin, Properties | None]
"""Body, how it came, and the properties of one that came from a broker."""


class Refused(NamedTuple):
    """A message that holds no fact, and why."""

    message: Message
    why: Rejected


class Reading(NamedTuple):
    """What some messages hold."""

    batch: Batch
    refused: list[Refused]
    events: list[float]
    """The times that senders wrote, in the order in which messages came."""


class Arrival(NamedTuple):
    """What the messages of a batch have in common."""

    source: str
    """Id of the source."""
    receipt: float
    """When they came."""
    live: bool
    """Whether they were sent just before. One that a broker delivers again never was."""
    session: str
    """Names what sends batches one after the other, so that a number counts once."""
    number: int


def read(
    messages: Sequence[Message], parse: Parse, reception: Reception, arrival: Arrival
) -> Reading:
    """Return the facts of `messages` in their order, the counts, and what was refused.

    Args:
        messages: As they came from one source.
        parse: For each of them; whatever it raises refuses that message only.
        reception: What `parse` wants to know beside the message.
        arrival: Theirs.
    """
    source, receipt, live, session, number = arrival
    beats: list[Beat] = []
    events: list[float] = []
    counting = Counting(session, number, receipt)
    counts: Counter[str] = Counter()
    batch = Batch(beats, counts)
    refused: list[Refused] = []
    append, note = beats.append, events.append
    for message in messages:
        body, origin, properties = message
        key = origin.routing_key
        if not isinstance(key, str):
            key = readable(key)
        try:
            fact = parse(body, key, properties, reception, origin.exchange or "")
        except Exception as error:  # noqa: BLE001 - one message must never stop all others
            fact = Rejected(INTERNAL_ERROR, f"{type(error).__name__}: {error}")
        if isinstance(fact, Heartbeat):
            append(Beat(fact, receipt, source, live and not origin.redelivered))
            note(fact.event)
            if fact.trimmed:
                counts["trimmed:" + fact.trimmed] += 1
        elif isinstance(fact, Rejected):
            refused.append(Refused(message, fact))
            counts["rejected:" + fact.reason] += 1
        elif isinstance(fact, Skipped):
            counts["skipped:" + fact.reason] += 1
        elif isinstance(fact, MachineEvent):
            note(fact.event)
            batch.machines.append(_machine_row(fact, origin, arrival))
        else:
            note(fact.event)
            _add(fact, batch, counting, message, key)
    if counting.deliveries or counting.started:
        batch.counting = counting
    stored = {
        "heartbeat": len(beats),
        "machine": len(batch.machines),
        "transfer": len(counting.deliveries) + len(counting.started),
    }
    counts.update({f"stored:{kind}": number for kind, number in stored.items() if number})
    return Reading(batch, refused, events)


def _add(
    fact: Transfer | Started | Speedo, batch: Batch, counting: Counting, message: Message, key: str
) -> None:
    if isinstance(fact, Transfer):
        body, origin, _ = message
        again = bool(origin.redelivered)
        counting.deliveries.append(Delivery(fact, message_id(body, key), again))
    elif isinstance(fact, Started):
        counting.started.append(fact)
    else:
        # One from the future would pass for the newest until then.
        batch.speedos.append(fact._replace(event=min(fact.event, counting.receipt)))
        batch.counts["stored:speedo"] += 1


def _machine_row(fact: MachineEvent, origin: Origin, arrival: Arrival) -> MachineRow:
    # What waited, or was given to somebody before, was not sent just now.
    if fact.is_undated and arrival.live and not origin.redelivered:
        fact = fact._replace(event=arrival.receipt)
    return MachineRow(fact, arrival.receipt, arrival.source)


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
        for (body, _, _), why in refused[-SAMPLES_KEPT:]
    ]


def readable(key: object) -> str:
    """Return a routing key as text: pika leaves one that is not UTF-8 as it is."""
    if isinstance(key, bytes):
        return key.decode(errors="backslashreplace")
    return key if isinstance(key, str) else ""


def printable(text: str) -> str:
    """Return `text` as ASCII, with a backslash escape for everything that is not printable."""
    return text.encode("unicode_escape").decode("ascii")
