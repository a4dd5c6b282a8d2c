"""How messages become facts, as the configuration has it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec import Struct

from blinkenlights.kinds.format import Gatherer
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.signal import Decode, Settings

S = TypeVar("S", bound=Struct)


class Decoding(NamedTuple):
    """The decoders of all signals, and what they were made from."""

    decoders: Mapping[str, Decode]
    """By the name of the signal."""
    formats: Mapping[tuple[str, str], Decode]
    """By the name of the signal and of a form; empty is its own."""
    gatherers: Mapping[tuple[str, str], Callable[[], Gatherer]]
    """What makes one, for those forms that are gathered from sockets."""
    of_many_lines: frozenset[tuple[str, str]]
    """The forms of which a message may hold thousands of facts."""
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
    formats = {}
    gatherers: dict[tuple[str, str], Callable[[], Gatherer]] = {}
    of_many_lines = set()
    for signal in signals():
        formats[signal.name, ""] = formats[signal.name, signal.form] = decoders[signal.name]
        for each in signal.formats:
            formats[signal.name, each.name] = each.decoder(noted)
            if each.holds_many:
                of_many_lines.add((signal.name, each.name))
            if each.gatherer is not None:
                gatherers[signal.name, each.name] = each.gatherer(noted)
    interval = min(signal.interval(noted) for signal in signals() if signal.interval)
    return Decoding(decoders, formats, gatherers, frozenset(of_many_lines), interval, noted.read)


def as_it_is(made: Decoding) -> Decoding:
    """Return decoding with nothing changed."""
    return made
