"""Turns messages into what is stored of them. Pure; the hot loop of the collector."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.registry import signal_of
from blinkenlights.kinds.signal import Arrival, Decode, Fact, Origin, Properties, Signal, SignalRows
from blinkenlights.masking import masked
from blinkenlights.store.batch import Batch
from blinkenlights.store.layout import SAMPLE_BYTES, SAMPLES_KEPT
from blinkenlights.store.report import Sample

INTERNAL_ERROR = "internal error"
"""The reason for a message on which our own code failed."""
DETAIL_CHARACTERS = 200
LOOKED_AT = 4 * SAMPLE_BYTES
"""Bytes of a body in which secrets are looked for before it is cut, so that a cut hides none."""

Message = tuple[bytes, Origin, Properties | None]
"""Body, how it came, and the properties of one that came from a broker."""

NO_ROOM = "trimmed:no room for a number"

Add = Callable[[Any, bytes, str, Origin], None]
"""`SignalRows.add`."""
WithoutRoom = Mapping[str, Mapping[str, int]]
"""Signal -> name in a fact -> how many numbers such facts have, for none of which there is room."""


class Refused(NamedTuple):
    """A message that holds no fact, and why."""

    message: Message
    why: Rejected


class NumbersOf(NamedTuple):
    """The numbers that one fact gives."""

    giver: str
    """The name of the fact's signal, or another one for who gives them."""
    name: str
    """The fact's own name; may be empty."""
    numbers: Sequence[Number]
    origin: Origin
    """How the fact came."""


class Reading(NamedTuple):
    """What some messages hold."""

    batch: Batch
    refused: list[Refused]
    events: list[float]
    """The times that senders wrote, in the order in which messages came."""
    facts: int
    """How many facts they hold."""
    numbers: list[NumbersOf]
    """What is not in the batch yet, because it may find no room."""
    rows: "RowsByFact"
    """Those of the batch."""

    def add(self, fact: Fact, origin: Origin) -> None:
        """Add a fact that is no message of its own, and counts as none."""
        self.rows[type(fact)](fact, b"", "", origin)
        if len(self.batch.rows) < len(self.rows.rows):
            # It is the first one of its signal.
            self.batch.rows = [*self.rows.rows.values()]


class RowsByFact(dict[type, Add]):
    """Class of a fact -> what adds one to the rows of its signal, which are made when asked for."""

    def __init__(self, arrival: Arrival, without_room: WithoutRoom | None = None) -> None:
        """Begin; numbers are not even looked for where nothing is known of the room for them."""
        super().__init__()
        self._without_room = without_room
        self.rows: dict[str, SignalRows] = {}
        """By the name of the signal."""
        self.refused: list[Refused] = []
        self.counts: Counter[str] = Counter()
        """How often each reason was given."""
        self.numbers: list[NumbersOf] = []
        """Those of all facts that were added, until they are taken out."""
        self._arrival = arrival

    def leave_out(self, message: Message, why: Rejected | Skipped) -> None:
        """Count why a message, or a part of one, gives no fact."""
        if isinstance(why, Rejected):
            self.refused.append(Refused(message, why))
            self.counts["rejected:" + why.reason] += 1
        else:
            self.counts["skipped:" + why.reason] += 1

    def _add_several(self, several: Several, _body: bytes, key: str, origin: Origin) -> None:
        """Add the facts of one message; what is wrong with one costs that one only."""
        for said, part in several.parts:
            fact = part
            if type(fact) is not Rejected and type(fact) is not Skipped:
                try:
                    self[type(fact)](fact, said, key, origin)
                    continue
                except Exception as error:  # noqa: BLE001 - as for a message
                    fact = internal(error)
            self.leave_out((said, origin, None), fact)

    def __missing__(self, fact: type) -> Add:
        if fact is Several:
            self[fact] = self._add_several
            return self._add_several
        signal = signal_of(fact)
        if signal is None:
            raise TypeError(f"{fact.__name__} is a fact of no signal")
        rows = signal.rows(self._arrival)
        self.rows[signal.name] = rows
        self.update((each, self._noting(signal, each, rows.add)) for each in signal.facts)
        return self[fact]

    def _noting(self, signal: Signal, sort: type, add: Add) -> Add:
        """Return what adds a fact, and notes its numbers where it has any."""
        numbers_of = signal.numbers
        if numbers_of is None or self._without_room is None:
            return add
        without_room = self._without_room.get(signal.name, {})
        name_of = signal.names[sort][0].of
        counts, note, giver = self.counts, self.numbers.append, signal.name

        def add_and_note(fact: Any, body: bytes, key: str, origin: Origin) -> None:  # noqa: ANN401 - as `Add`
            name = name_of(fact)
            left_out = without_room.get(name)
            if left_out is not None:
                counts[NO_ROOM] += left_out
                add(fact, body, key, origin)
                return
            # First: what fails before the fact is added refuses it as a whole.
            numbers = numbers_of(fact)
            add(fact, body, key, origin)
            if numbers:
                note(NumbersOf(giver, name, numbers, origin))

        return add_and_note


def read(
    messages: Sequence[Message],
    decode: Decode,
    arrival: Arrival,
    *,
    is_now: bool = False,
    without_room: WithoutRoom | None = None,
) -> Reading:
    """Return the rows of `messages`, in their order for each signal, the counts, and the refused.

    Args:
        messages: As they came from one source.
        decode: For each of them; whatever it raises refuses that message only.
        arrival: Theirs.
        is_now: None of them can have waited, so one without a time is of when it came.
        without_room: For whose numbers there is no room; without it numbers are not looked for.
    """
    receipt = arrival.receipt if is_now else None
    add = RowsByFact(arrival, without_room)
    events: list[float] = []
    note = events.append
    for message in messages:
        body, origin, properties = message
        key = origin.routing_key
        if not isinstance(key, str):
            key = readable(key)
        try:
            fact = decode(body, key, properties, receipt, origin.exchange or "")
            if type(fact) is not Rejected and type(fact) is not Skipped:
                event = fact.event
                add[type(fact)](fact, body, key, origin)
                note(event)
                continue
        except Exception as error:  # noqa: BLE001 - one message must never stop all others
            fact = internal(error)
        add.leave_out(message, fact)
    counts = add.counts
    facts = 0
    for name, rows in add.rows.items():
        counts.update(rows.counts)
        counts["stored:" + name] = rows.stored
        facts += rows.stored
    return Reading(
        Batch([*add.rows.values()], +counts), add.refused, events, facts, add.numbers, add
    )


def internal(error: Exception) -> Rejected:
    """Return why a message is refused on which our own code failed."""
    return Rejected(INTERNAL_ERROR, f"{type(error).__name__}: {error}")


def samples(refused: Sequence[Refused], address: str, receipt: float) -> list[Sample]:
    """Return what an operator wants to see of the last few: printable ASCII, and not much.

    Who may see it need not be whom the messages concern, so their secrets are masked.
    """
    return [
        Sample(
            time=receipt,
            source=address,
            reason=why.reason,
            detail=in_ascii(masked(why.detail))[:DETAIL_CHARACTERS],
            body=printable(masked(body[:LOOKED_AT].decode("latin-1")))[:SAMPLE_BYTES],
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


def in_ascii(text: str) -> str:
    """Return words of ours as ASCII; what they quote has its escapes already."""
    return "".join(
        each if each.isascii() and each.isprintable() else printable(each) for each in text
    )
