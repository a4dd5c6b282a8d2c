"""A signal: what arrives, and all that the collector and the store have to know of it."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from blinkenlights.config_keys.table import Table
from blinkenlights.kinds.duty import Duty
from blinkenlights.kinds.fact import Rejected, Several, Skipped
from blinkenlights.kinds.format import JSON, Format
from blinkenlights.kinds.number import Number
from blinkenlights.kinds.sending import Sending
from blinkenlights.store.batch import Rows
from blinkenlights.store.client import StoreClient
from blinkenlights.store.names import Kept

S = TypeVar("S", bound=Struct)


class Properties(Protocol):
    """What a broker delivers with a body. Those of pika are read only when they are asked for."""

    @property
    def headers(self) -> Mapping[str, object] | None:
        """What the sender put beside the body."""


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


class Fact(Protocol):
    """What a decoder makes of a message: an instance of one of the signal's `facts`."""

    @property
    def event(self) -> float:
        """When it was, by the clock of who sent it."""


Decoded = Fact | Several | Skipped | Rejected
"""What is in a message."""

Decode = Callable[[bytes, str, Properties | None, float | None, str], Decoded]
"""Turns body, routing key, properties, receipt and exchange of a message into facts, or says why
there are none. The receipt is None where the message may have waited in a queue."""


def nowhere_else() -> bool:
    """Return False: nobody else was given the messages."""
    return False


class Acknowledged(NamedTuple):
    """The last batch of a session with rows of one signal that the store acknowledged."""

    number: int
    came: float
    """Its receipt."""
    first: float
    """Receipt of the first one."""


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
    may_be_elsewhere: Callable[[], bool] = nowhere_else
    """Whether the broker may by now have given the messages to somebody else."""
    are_gone: Callable[[], bool] = nowhere_else
    """Whether it has, for so long that nobody can tell whether these were counted. Then they are
    nobody's business here: whoever has them stores them."""
    ask_broker: Callable[[], Awaitable[None]] | None = None
    """Waits until the broker has answered, so that the other two are true at that moment. None
    where no broker delivered the messages, so that nobody else can have them."""
    acknowledged: dict[str, Acknowledged] | None = None
    """By the name of the signal; the same one for all of a session. None where nobody goes on."""


class SignalRows(Rows):
    """The rows of one signal in one batch, while messages are being read."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """What is to be counted beside the messages that are stored, as `trimmed:<reason>`."""

    @abstractmethod
    def add(self, fact: Any, body: bytes, key: str, origin: Origin) -> None:  # noqa: ANN401 - one of the signal's `facts`
        """Add a fact. What it raises refuses that message only, and must not have added it."""

    @property
    @abstractmethod
    def stored(self) -> int:
        """How many messages these rows hold."""

    def influx_lines(self) -> Sequence[str]:
        """Return the points that go on to InfluxDB, in its line protocol; mostly none.

        Their times are microseconds since the epoch.
        """
        return ()


class Settings(Protocol):
    """The tables of the configuration that belong to signals."""

    def table(self, struct: type[S]) -> S:
        """Return the table `[name]` that the struct describes."""

    def tables(self, struct: type[S]) -> Sequence[S]:
        """Return the tables `[[name]]`, in their order."""


Handover = Callable[[StoreClient, float], Awaitable[None]]
"""Writes what is configured into the store, for the checks to find; is given the present. Raises
a StoreError, and is then tried again."""


class Passing(NamedTuple):
    """How those are bounded that come and go by themselves, so that new ones are no new names."""

    most: Callable[[Settings], int]
    """How many there may be at a time."""
    setting: str
    """What the configuration calls that: `most in [inflight]`."""
    reason: str
    """For a message with one for which there is no room: `too many in flight`."""


class Names(NamedTuple):
    """The names of one sort of thing that facts give. Senders may invent them, so they are bounded.

    Each is a member of one key in the store from its first message on, until it is forgotten.
    """

    of: Callable[[Any], str]
    """The name in a fact, its parts joined by zero bytes; empty when it has none of this sort."""
    kept: Kept
    passing: Passing | None = None
    """None for names that stay."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One sort of message, from its bytes to the store."""

    name: str
    """As `kind` in the configuration and in lines has it."""
    decoder: Callable[[Settings], Decode]
    """Makes the decoder that the configuration asks for. What it makes is pure. Sources are opened
    anew when a table that it asks for has changed."""
    facts: tuple[type, ...]
    """The classes of what its decoder gives, which are no other signal's."""
    rows: Callable[[Arrival], SignalRows]
    """Makes the empty rows of a batch."""
    names: Mapping[type, Sequence[Names]] = field(default_factory=dict)
    """The names that facts give, by their class. What has none here is not bounded."""
    form: str = JSON
    """What the form of its messages is called, which its decoder reads."""
    formats: tuple[Format, ...] = ()
    """Further forms, which a source may name."""
    tables: tuple[Table, ...] = ()
    handovers: Callable[[Settings, bool], Sequence[Handover]] | None = None
    """What the store is handed at the start, after a reload, and when it was emptied; the second
    argument tells whether we listen to this signal. Nothing where that is the matter of other
    collectors. What is wrong with files that the configuration names is said in the log."""
    body: type[Struct] | None = None
    """What one message holds that is posted by itself, for the OpenAPI document; None where it is
    only taken as a line that names its signal."""
    interval: Callable[[Settings], int] | None = None
    """Seconds between two messages of a sender that does not say; None when senders have none."""
    shortest_interval: Callable[[StoreClient], Awaitable[int | None]] | None = None
    """The shortest interval of any sender in the store, None when nobody has one."""
    sending: Sending | None = None
    """How `blinkenlights send` makes one; None where it sends none."""
    duties: Callable[[Settings, bool], Sequence[Duty]] | None = None
    """What is to be done from time to time; the second argument tells whether we listen to this
    signal."""
    numbers: Callable[[Any], Sequence[Number]] | None = None
    """The numbers that a fact holds beside what it is about. That they find no room never refuses
    the message."""
    of_number: Callable[[Number], Fact | None] | None = None
    """Makes a fact of a number that another signal gives; None where that cannot be one. Has a name
    of its own (`names`), by which it is bounded. None where this signal keeps no numbers."""
