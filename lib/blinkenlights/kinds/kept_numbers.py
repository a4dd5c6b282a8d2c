"""Who keeps the numbers that kinds give beside what they are about, and under which names."""

from typing import NamedTuple

from blinkenlights.kinds.number import Number
from blinkenlights.kinds.registry import KINDS
from blinkenlights.kinds.signal import Signal
from blinkenlights.kinds.subject import Subject


class Keeper(NamedTuple):
    """The signal that keeps numbers as series, and the subject of these."""

    signal: Signal
    subject: Subject

    def series_of(self, number: Number) -> str:
        """Return what the series of a number is called; empty where it cannot be one."""
        fact = self.signal.of_number(number) if self.signal.of_number else None
        return "" if fact is None else self.signal.names[type(fact)][0].of(fact)


def keeper_of_numbers() -> Keeper | None:
    """Return who keeps numbers and shows them; None where nobody does."""
    for kind in KINDS:
        for signal in kind.signals if kind.subjects else ():
            if signal.of_number and kind.subjects[0].display:
                return Keeper(signal, kind.subjects[0])
    return None
