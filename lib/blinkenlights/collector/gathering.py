"""Lines of which few facts are made now and then, such as the counts of statsd."""

import logging
from collections.abc import Callable, Mapping, Sequence

from blinkenlights.clock import Clock
from blinkenlights.collector.batch import Message
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.errors import StoreError
from blinkenlights.kinds.format import Gatherer
from blinkenlights.kinds.signal import Decode, Decoded, Fact, Properties

log = logging.getLogger("blinkenlights.collector")


class Gathered:
    """How a fact came that was made of several lines.

    It is carried along with a line that says the same, as what a broker says of a message is.
    """

    __slots__ = ("fact",)

    exchange = ""
    headers: Mapping[str, object] | None = None
    redelivered = False
    routing_key = ""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact


def gathered_decoder(decode: Decode) -> Decode:
    """Return what gives the facts that were gathered, and decodes everything else."""

    def fact_or_decode(
        line: bytes, key: str, about: Properties | None, receipt: float | None, exchange: str
    ) -> Decoded:
        if type(about) is Gathered:
            return about.fact
        return decode(line, key, about, receipt, exchange)

    return fact_or_decode


class Gathering:
    """What one socket gathers, and when facts are made of it.

    Args:
        gatherer: Gathers.
        store: Where it reads what it needs.
        clock: The time.
        add: Takes the messages that are made.
    """

    def __init__(
        self,
        gatherer: Gatherer,
        store: RetryingStore,
        clock: Clock,
        add: Callable[[Message], None],
    ) -> None:
        self.since = clock()
        """When what is gathered now began to be: before that, everything is handed on."""
        self._gatherer = gatherer
        self._store = store
        self._clock = clock
        self._add = add

    def take(self, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Gather lines; returns those that could not be."""
        take = self._gatherer.take
        left = [line for line in lines if not take(line)]
        if self._gatherer.is_full:
            self._flush()
        return left

    async def flush_when_due(self, *, at_last: bool = False) -> None:
        """Hand on what was gathered, when it is time; `at_last` it is, come what may."""
        now = self._clock()
        if at_last or not self.since <= now < self.since + self._gatherer.seconds:
            if not self._store.is_lost():
                try:
                    await self._store.once(self._gatherer.prepare)
                except StoreError as error:
                    log.debug("what was gathered goes on without what the store knows: %s", error)
            self._flush()

    def _flush(self) -> None:
        now = self._clock()
        self.since = now
        for line, fact in self._gatherer.flush(now):
            about = Gathered(fact)
            self._add((line, about, about))
