"""Sends what waits in a buffer to InfluxDB, for as long as that takes."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from blinkenlights.clock import Clock
from blinkenlights.config import InfluxConfig
from blinkenlights.config_keys.addresses import without_login
from blinkenlights.errors import ConfigError
from blinkenlights.influx.buffer import Buffer
from blinkenlights.influx.target import NotTakenError, Target
from blinkenlights.outage import Backoff, Outage
from blinkenlights.plugin.words import count, span

log = logging.getLogger("blinkenlights.collector")

GATHERED_SECONDS = 1.0
"""How long lines wait for others to share their request."""
SAID_AFTER_SECONDS = 60.0
"""How long it is away before a report says so: a restart of it is nobody's business."""
LONGEST_PAUSE = 30.0


class Sender:
    """Keeps lines on disk and sends them.

    Args:
        config: Where to.
        folder: For what waits.
        clock: The time.
    """

    def __init__(self, config: InfluxConfig, folder: Path, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._folder = folder
        self._name = f"InfluxDB at {without_login(config.url)}"
        self._outage = Outage(self._name, f"what is stored waits in {folder}, retrying")
        self._room = Outage(f"the buffer {folder}", "points are dropped, and counted")
        self._buffer: Buffer | None = None
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        """Nothing waits, or nothing can be sent."""
        self._closing = asyncio.Event()
        self._failing: tuple[float, str] | None = None
        """Since when, by the loop's clock, and why."""
        self._refused = 0
        self._why_not_open = ""
        self._said_dropped = 0
        self._unwritten = 0
        """Lines dropped because there is no buffer."""

    @property
    def dropped(self) -> int:
        """Points that were dropped since the start, or that it refused."""
        return self._refused + self._unwritten + (self._buffer.dropped if self._buffer else 0)

    async def open(self) -> None:
        """Look for what waits since an earlier run, which may be long."""
        await asyncio.to_thread(self._open)
        self._say_open()

    def add(self, lines: Sequence[str]) -> None:
        """Take lines, to be sent. Never raises."""
        if not lines:
            return
        buffer = self._opened()
        if buffer is None:
            self._unwritten += len(lines)
            return
        before = buffer.dropped
        try:
            buffer.add(lines, self._clock())
        except OSError as error:
            self._room.failed("write", error.strerror or error)
        else:
            self._room.worked("write")
            if buffer.dropped > before:
                self._room.failed("room", "it is full, so the oldest points go")
        self._wake.set()
        self._idle.clear()

    def trouble(self) -> str:
        """Return what is the matter, for people; empty when nothing is, or only for a moment."""
        if self._buffer is None:
            return (
                f"{self._name}: {self._folder} cannot be used ({self._why_not_open}), "
                f"{self.dropped} points were dropped"
            )
        if self._failing is None:
            return ""
        since, why = self._failing
        lasted = asyncio.get_running_loop().time() - since
        if lasted < SAID_AFTER_SECONDS:
            return ""
        dropped = f", {self.dropped} were dropped" if self.dropped else ""
        return (
            f"{self._name} fails for {span(round(lasted))}, limit {span(SAID_AFTER_SECONDS)}: "
            f"{why}; {count(self._buffer.waiting, 'point')} waiting{dropped}"
        )

    async def run(self) -> None:
        """Send until cancelled."""
        self._wake.set()
        backoff = Backoff(0.5, LONGEST_PAUSE)
        async with aiohttp.ClientSession(
            skip_auto_headers=["Accept-Encoding"], cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            target: Target | None = None
            while True:
                await self._wake.wait()
                if self._buffer is not None and not self._buffer.is_backlog:
                    await self._pause(GATHERED_SECONDS)
                try:
                    target = target or Target(self._config, session)
                    await self._send_oldest(target)
                except (NotTakenError, ConfigError, OSError) as error:
                    self._failed(error)
                    await self._pause(backoff.pause())
                except Exception as error:  # noqa: BLE001 - must not end the collector
                    self._failed(f"our own code failed, {type(error).__name__}: {error}")
                    await self._pause(backoff.pause())
                else:
                    self._failing = None
                    self._outage.worked("write")
                    backoff.reset()

    async def finish(self, seconds: float) -> None:
        """Send what is left, if that is possible within so many seconds; the rest stays on disk."""
        self._closing.set()
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Close the buffer."""
        if self._buffer is not None:
            self._buffer.close()

    async def _send_oldest(self, target: Target) -> None:
        buffer = self._buffer
        segment = buffer.oldest() if buffer is not None else None
        if buffer is None or segment is None:
            self._wake.clear()
            self._idle.set()
            self._room.worked("room")
            return
        try:
            lines = await asyncio.to_thread(buffer.lines_of, segment)
        except FileNotFoundError:
            # It gave way to newer ones just now.
            lines = []
        if lines:
            refused = await target.write(lines)
            if refused.number:
                self._refused += refused.number
                log.error(
                    "%s refuses %d of %d points, which are dropped: %s",
                    self._name,
                    refused.number,
                    len(lines),
                    refused.why,
                )
        buffer.done(segment)
        if buffer.dropped > self._said_dropped:
            log.error(
                "%s: %d points were dropped, because the buffer %s was full",
                self._name,
                buffer.dropped - self._said_dropped,
                self._folder,
            )
            self._said_dropped = buffer.dropped

    def _opened(self) -> Buffer | None:
        if self._buffer is None:
            self._open()
            self._say_open()
        return self._buffer

    def _open(self) -> None:
        try:
            self._buffer = Buffer(self._folder, self._config.buffer_bytes)
        except OSError as error:
            self._why_not_open = error.strerror or str(error)

    def _say_open(self) -> None:
        if self._buffer is None:
            self._room.failed("open", self._why_not_open)
        else:
            self._room.worked("open")

    def _failed(self, error: object) -> None:
        if self._failing is None:
            self._failing = (asyncio.get_running_loop().time(), str(error))
        self._failing = (self._failing[0], str(error))
        self._idle.set()
        self._outage.failed("write", error)

    async def _pause(self, seconds: float) -> None:
        """Wait, unless it is to end."""
        try:
            async with asyncio.timeout(0.0 if self._closing.is_set() else seconds):
                await self._closing.wait()
        except TimeoutError:
            return
