"""What runs beside a collector while the configuration has it, and anew when that changes."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from blinkenlights.config import Config


class Runs(Protocol):
    """Something that works until it is stopped."""

    async def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """Let `run` come to its end in an orderly way."""


class Following:
    """Follows a configuration.

    Args:
        config: The first one.
        about: Returns what of a configuration matters; None while there is nothing to run.
        make: Makes what is to run.
    """

    def __init__(
        self, config: Config, about: Callable[[Config], object], make: Callable[[Config], Runs]
    ) -> None:
        self._config = config
        self._about = about
        self._make = make
        self._running: Runs | None = None
        self._stopping = False
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            self._changed.clear()
            if self._about(self._config) is None:
                await self._changed.wait()
                continue
            self._running = self._make(self._config)
            await self._running.run()
            self._running = None

    def stop(self) -> None:
        """Let `run` come to its end, when what runs has come to its own."""
        self._stopping = True
        self._begin_anew()

    def reload(self, config: Config) -> None:
        """Follow another configuration."""
        before, self._config = self._config, config
        if self._about(before) != self._about(config):
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._changed.set()
        if self._running is not None:
            self._running.stop()
