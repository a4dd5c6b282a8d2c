"""Gives what the store has taken on to InfluxDB, where that is configured."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blinkenlights.clock import Clock
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.config import InfluxConfig
from blinkenlights.errors import StoreError
from blinkenlights.influx.annotations import line_of
from blinkenlights.kinds.signal import SignalRows
from blinkenlights.store.annotations import written_after
from blinkenlights.store.batch import Rows

if TYPE_CHECKING:
    from blinkenlights.influx.sender import Sender

log = logging.getLogger("blinkenlights.collector")

LAST_SECONDS = 3.0
"""How long a stop waits for what is left to be sent."""


class Onward:
    """What goes on of all that one collector stores.

    Args:
        name: Of the collector.
        clock: The time.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._config = InfluxConfig()
        self._sender: Sender | None = None
        self._sending: asyncio.Task[None] | None = None
        self._has_failed = False
        self._newest = ""
        """Of the annotations that were taken."""

    @property
    def trouble(self) -> str:
        """What is the matter with it, for people; empty when nothing is."""
        return self._sender.trouble() if self._sender else ""

    async def follow(self, config: InfluxConfig, group: asyncio.TaskGroup) -> None:
        """Send to what is configured now. What waits for another one goes there, too."""
        if config == self._config:
            return
        await self.close()
        self._config, self._newest = config, ""
        if config.url:
            # aiohttp is for those who have an InfluxDB: it takes a tenth of a second to load.
            from blinkenlights.influx.sender import Sender  # noqa: PLC0415

            folder = Path(config.buffer, f"collector-{self._name}")
            sender = Sender(config, folder, self._clock)
            await sender.open()
            self._sender = sender
            self._sending = group.create_task(sender.run())

    def take(self, rows: Sequence[Rows]) -> None:
        """Take what the store has acknowledged. Never raises: it is stored, whatever happens."""
        if self._sender is None:
            return
        try:
            for each in rows:
                if isinstance(each, SignalRows):
                    self._sender.add(each.influx_lines())
        except Exception as error:
            if not self._has_failed:
                self._has_failed = True
                log.exception("our own code failed on lines for InfluxDB: %s", type(error).__name__)

    async def take_annotations(self, store: RetryingStore) -> None:
        """Take annotations that were written since the last time, if that is possible now.

        At first all that are kept: some may have been written while nobody sent them.
        """
        if self._sender is None:
            return
        try:
            written, self._newest = await store.once(
                lambda client: written_after(client, self._newest)
            )
        except StoreError:
            # The report says that the store is away.
            return
        self._sender.add([line_of(each) for each in written])

    async def close(self) -> None:
        """End it. What is not sent stays on disk."""
        if self._sender is None or self._sending is None:
            return
        await self._sender.finish(LAST_SECONDS)
        self._sending.cancel()
        await asyncio.wait([self._sending])
        self._sender.close()
        self._sender = self._sending = None
        self._config = InfluxConfig()
