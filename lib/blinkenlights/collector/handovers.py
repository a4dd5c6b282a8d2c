"""What this collector writes into the store for checks to find, as its configuration has it."""

from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import Config
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Handover


class Handovers:
    """The handovers of all signals, which are made once the store takes them."""

    def __init__(self) -> None:
        self._all: list[Handover] = []
        self._are_due = False

    def follow(self, config: Config) -> None:
        """Hand over what a configuration says; problems with it are said in the log."""
        self._all = _handovers(config)
        self._are_due = True

    def repeat(self) -> None:
        """Hand everything over once more, because the store has lost it."""
        self._are_due = True

    async def make(self, store: RetryingStore, now: float) -> None:
        """Make those that are due, if that is possible now."""
        if self._are_due:
            # Meanwhile there may be others.
            self._are_due = False
            was_done = await store.hand_over(self._all, now)
            self._are_due |= not was_done


def _handovers(config: Config) -> list[Handover]:
    heard = {each.kind for each in config.amqp}
    return [
        hand_over
        for signal in signals()
        if signal.handovers
        for hand_over in signal.handovers(config, bool(config.lines) or signal.name in heard)
    ]
