"""What the collector asks of a source, of whatever sort it is."""

from collections.abc import Callable, Mapping
from typing import Protocol

from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.store.report import SourceReport


class Source(Protocol):
    """What delivers signals."""

    @property
    def address(self) -> str:
        """Its name for people."""

    def report(self) -> SourceReport:
        """Return how far it is."""

    def store_went_back(self, moment: float) -> None:
        """Note that what was stored after `moment` is lost."""

    def clock_broke(self, broken: Break) -> None:
        """Note that the clock did not go on evenly."""

    def close(self) -> None:
        """Let `run` come to its end."""

    async def run(self) -> None:
        """Deliver until `close`; then store what is in hand."""


OpenSource = Callable[[SourceContext, Mapping[str, float]], Source]
"""Makes a source from what all of them share, and how far each was ever stored, by its id."""
