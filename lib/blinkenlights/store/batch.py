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
        """Return the calls that store these rows, the same ones however often it is asked.

        A call is sent again when the store had forgotten its script, and the whole batch when
        nobody knows whether it was stored.
        """

    def moments(self, answers: Sequence[Any]) -> Sequence[float]:
        """Return when senders lived, by our clock, in order, as far as the store found that out.

        Args:
            answers: What the store answered to `calls`, in their order.
        """
        del answers
        return ()


@dataclass
class Batch:
    """What is stored in one round trip."""

    rows: list[Rows] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Keys as in `layout.COUNTERS`."""
    samples: list[Sample] = field(default_factory=list)
