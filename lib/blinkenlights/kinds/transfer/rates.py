"""How much went through to clients or from sources, in the last whole minutes."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.keys import Slot
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import StoreReader


class Rate(NamedTuple):
    """What went through in a number of minutes: whole ones where we count ourselves."""

    minutes: float
    """0 while the store has not counted a whole one yet; then no rate is known."""
    good: float
    bad: float
    size: float
    """Bytes, good and bad."""

    @property
    def per_minute(self) -> float | None:
        """Transfers a minute, good and bad."""
        return (self.good + self.bad) / self.minutes if self.minutes else None

    @property
    def good_per_minute(self) -> float | None:
        """Good transfers a minute."""
        return self.good / self.minutes if self.minutes else None

    @property
    def errors(self) -> float | None:
        """Share of bad ones in percent; None when there were none at all."""
        total = self.good + self.bad
        return 100 * self.bad / total if total else None

    @property
    def bytes_per_minute(self) -> float | None:
        """Bytes a minute, good and bad."""
        return self.size / self.minutes if self.minutes else None


def rates(
    store: StoreReader, scope: str, names: Sequence[str], window: float, horizon: Horizon
) -> dict[str, Rate]:
    """Return the rate of each flow over the last whole minutes of the window.

    Minutes before the store was new are left out: what was then, nobody counted.
    """
    last = int(horizon.stored_up_to // 60) - 1
    first = last - max(1, round(window / 60)) + 1
    if horizon.born is not None:
        first = max(first, ceil(horizon.born / 60))
    if first > last:
        return dict.fromkeys(names, Rate(0, 0, 0, 0))
    history = transfers.minutes_of(store, scope, names, first, last)
    return {name: _rate(slots) for name, slots in history.items()}


def _rate(slots: Sequence[Slot]) -> Rate:
    return Rate(
        len(slots),
        sum(slot.good for slot in slots),
        sum(slot.bad for slot in slots),
        sum(slot.good_bytes + slot.bad_bytes for slot in slots),
    )
