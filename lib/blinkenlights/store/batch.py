"""What one batch holds on its way to the store: rows of each signal, counts and samples."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from blinkenlights.store.report import Sample
from blinkenlights.store.script import Script

Argument = str | bytes | int | float


class Call(NamedTuple):
    """One call of a script in the store."""

    script: Script
    key: str
    """The prefix of the keys that it touches."""
    arguments: Sequence[Argument]


class Loss(NamedTuple):
    """What the store had acknowledged, and does not have any more."""

    source: str
    """Id of the source by which it came."""
    what: str
    """In words: `transfers`."""
    start: float
    """When the last came that is still there, seconds since the epoch."""
    end: float
    """When the last came that was acknowledged."""


class Rows(ABC):
    """What a batch holds of one signal."""

    @abstractmethod
    def calls(self, now: float) -> Sequence[Call]:
        """Return the calls that store these rows, the same ones however often they are run.

        A call is run again when the store had forgotten its script, and all of them are when
        nobody knows whether the batch was stored.
        """

    def moments(self, answers: Sequence[Any]) -> Sequence[float] | None:
        """Return when the senders of what had waited lived, by our clock, in order.

        None where the store does not find that out; then the times that senders wrote have to do.

        Args:
            answers: What the store answered to `calls`, in their order.
        """
        del answers
        return None

    async def instead(self, answers: Sequence[Any], now: float) -> Sequence[Call]:
        """Return what to call in place of what the store refused to carry out; mostly nothing.

        It may wait for what has to be known first.

        Args:
            answers: What the store answered to `calls`, or to what was called in place of them.
            now: The present.
        """
        del answers, now
        return ()

    def loss(self, answers: Sequence[Any]) -> Loss | None:
        """Return what the answers prove to be missing of what was stored before these rows.

        To be asked once, when the rows are stored: that they are is remembered, too.
        """
        del answers
        return None

    def proof(self) -> "Rows | None":
        """Return rows that change nothing, and find out whether these are still there.

        None where the store does not tell.
        """
        return None


class Stored(NamedTuple):
    """What the store said to a batch."""

    lived: list[float] | None
    """When the senders of its messages that were not live lived, by our clock, in order; None when
    the store does not find that out for any of its rows."""
    losses: list[Loss]
    """What is missing of earlier batches, because the store went back."""


@dataclass
class Batch:
    """What is stored in one round trip."""

    rows: Sequence[Rows] = ()
    counts: Counter[str] = field(default_factory=Counter)
    """Keys as in `layout.COUNTERS`."""
    samples: Sequence[Sample] = ()
