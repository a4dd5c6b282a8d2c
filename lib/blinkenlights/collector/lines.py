"""A socket that takes JSON lines, as a source: Unix, TCP or UDP."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.fairness import Connections
from blinkenlights.collector.intake import Chunk, SourceContext
from blinkenlights.collector.line_kinds import line_decoder
from blinkenlights.collector.listening import listening
from blinkenlights.collector.live_source import FROM_SOCKET, LiveSource
from blinkenlights.config import LinesConfig
from blinkenlights.config_keys.addresses import listen_address
from blinkenlights.outage import Backoff, Outage

log = logging.getLogger("blinkenlights.collector")

LAST_SECONDS = 0.1
"""How long everything that was sent is read after `close`."""


def lines_address(config: LinesConfig, collector: str) -> str:
    """Return the name of a source for people; no two collectors have the same socket."""
    return f"{config.listen} on {collector}"


class LinesSource(LiveSource):
    """Listens on one socket until closed.

    Args:
        config: Where to listen.
        around: What all sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    transport = "lines"

    def __init__(
        self, config: LinesConfig, around: SourceContext, watermarks: Mapping[str, float]
    ) -> None:
        address = lines_address(config, around.settings.name)
        super().__init__(address, around, watermarks, line_decoder(around.decoders))
        self._config = config
        self._intake.settle = self._make_room
        self._connections = Connections(address)
        self._outage = Outage(address, "trying again")

    async def _take_until_closed(self) -> None:
        backoff = Backoff(first=0.5, longest=10.0)
        while not self._closing.is_set():
            try:
                await self._listen()
            except OSError as error:
                self._error = f"{self._config.listen} cannot be opened: {error.strerror or error}"
                self._outage.failed("listen", self._error)
                await self._rest(backoff.pause())

    async def _listen(self) -> None:
        """Take lines until closing; raises OSError when the socket cannot be opened."""
        address = listen_address(self._config.listen)
        mode, connections = self._config.mode, self._connections
        async with listening(address, mode, connections, self._take, self._take_datagram):
            with self._taking():
                self._outage.worked("listen")
                log.info("listening on %s", self.address)
                await self._watch()
                # What was sent before we were told to stop is still in the kernel.
                await asyncio.sleep(LAST_SECONDS)

    def _is_paused(self) -> bool:
        return self._connections.paused

    def _take(self, lines: list[bytes]) -> None:
        for line in lines:
            if line and not line.isspace():
                self._intake.add((line, FROM_SOCKET, None))
        if self._intake.in_hand >= self._most:
            why = "it was not read, because the store did not take what it sent"
            self._note_missed(why, lost=False)
            self._connections.pause()

    def _take_datagram(self, lines: list[bytes]) -> None:
        if self._intake.in_hand < self._most:
            self._take(lines)
        else:
            why = "datagrams were lost, because the store did not take them"
            self._note_missed(why, lost=True)
            self._around.tally.dropped += 1

    async def _make_room(self, _chunk: Chunk, _refused: Sequence[Refused]) -> None:
        if self._intake.in_hand <= self._most // 2:
            self._connections.resume()
