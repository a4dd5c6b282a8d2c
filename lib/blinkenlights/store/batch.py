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


@dataclass
class Batch:
    """What is stored in one round trip."""

    rows: Sequence[Rows] = ()
    counts: Counter[str] = field(default_factory=Counter)
    """Keys as in `layout.COUNTERS`."""
    samples: Sequence[Sample] = ()
