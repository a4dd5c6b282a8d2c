"""The scheduler of the demo, and whether workers have come to it."""

import asyncio
from collections.abc import Mapping

from blinkenlights.collector.source import Source
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import Config
from blinkenlights.probing.scheduling.source import ScheduleSource

POLL_SECONDS = 0.05


class Scheduling:
    """Opens the scheduler for a collector.

    Args:
        config: What it schedules, and by which broker.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._source: ScheduleSource | None = None

    def open(self, context: SourceContext, watermarks: Mapping[str, float]) -> Source:
        """Return the scheduler, as a source of a collector."""
        config = self._config
        self._source = ScheduleSource(config.probe, config.workers, context, watermarks)
        return self._source

    async def until_there(self, workers: int) -> None:
        """Return once so many workers take jobs."""
        location = self._config.workers.location
        while self._there(location) < workers:  # noqa: ASYNC110 - no event tells us
            await asyncio.sleep(POLL_SECONDS)

    def _there(self, location: str) -> int:
        return self._source.workers_with_room(location) if self._source is not None else 0
