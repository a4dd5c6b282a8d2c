"""How messages become facts, as the configuration has it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec import Struct

from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Decode, Settings

S = TypeVar("S", bound=Struct)


class Decoding(NamedTuple):
    """The decoders of all signals, and what they were made from."""

    decoders: Mapping[str, Decode]
    """By the name of the signal."""
    interval: int
    """Seconds between two messages of a sender that does not say; the least of all signals."""
    tables: Sequence[object]
    """All of the configuration that matters to them: while it is equal, they do the same."""


class _NotedSettings:
    """Settings that note what is read of them."""

    def __init__(self, settings: Settings) -> None:
        self.read: list[object] = []
        self._settings = settings

    def table(self, struct: type[S]) -> S:
        """Return the table `[name]` that the struct describes."""
        found = self._settings.table(struct)
        self.read.append(found)
        return found

    def tables(self, struct: type[S]) -> Sequence[S]:
        """Return the tables `[[name]]`, in their order."""
        found = self._settings.tables(struct)
        self.read.append(found)
        return found


def decoding(settings: Settings) -> Decoding:
    """Return how messages are decoded by these settings."""
    noted = _NotedSettings(settings)
    decoders = {signal.name: signal.decoder(noted) for signal in signals()}
    interval = min(signal.interval(noted) for signal in signals() if signal.interval)
    return Decoding(decoders, interval, noted.read)
