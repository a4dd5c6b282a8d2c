"""A socket that takes JSON lines, as a source: Unix, TCP or UDP."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.chunks import Chunk
from blinkenlights.collector.datagrams import Datagrams
from blinkenlights.collector.drops import Drops
from blinkenlights.collector.fairness import Connections
from blinkenlights.collector.gathering import Gathering, gathered_decoder
from blinkenlights.collector.line_kinds import line_decoder
from blinkenlights.collector.listening import listening
from blinkenlights.collector.live_source import FROM_SOCKET, LiveSource
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import LinesConfig
from blinkenlights.config_keys.addresses import listen_address
from blinkenlights.kinds.format import JSON
from blinkenlights.outage import Backoff, Outage

log = logging.getLogger("blinkenlights.collector")

TOO_FAST = "datagrams were lost, because they came faster than they could be read"
STORE_SLOW = "datagrams were lost, because the store did not take them"
LAST_SECONDS = 0.1
"""How long everything that was sent is read after `close`."""


def lines_address(config: LinesConfig, collector: str) -> str:
    """Return the name of a source for people; no two collectors have the same socket."""
    return f"{config.listen} on {collector}"


class LinesSource(LiveSource):
    """Listens on one socket until closed.

    Args:
        config: Where to listen.
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    transport = "lines"

    def __init__(
        self, config: LinesConfig, context: SourceContext, watermarks: Mapping[str, float]
    ) -> None:
        address = lines_address(config, context.settings.name)
        form = (config.kind, config.format)
        decoding = context.decoding
        if config.format in ("", JSON):
            decode = line_decoder(decoding.decoders, config.kind)
        else:
            decode = gathered_decoder(decoding.formats[form])
        super().__init__(address, context, watermarks, decode)
        gatherer = decoding.gatherers.get(form)
        self._gathering = gatherer and Gathering(
            gatherer(), context.store, context.clock, self._intake.add
        )
        self._config = config
        self._intake.settle = self._make_room
        self._connections = Connections(address)
        self._datagrams: Datagrams | None = None
        self._drops = Drops(address)
        self._is_ending = False
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
        async with listening(address, self._config, self._connections, self._take) as datagrams:
            self._datagrams = datagrams
            with self._taking():
                self._outage.worked("listen")
                log.info("listening on %s%s", self.address, self._room())
                await self._watch()
                # What was sent before we were told to stop is still in the kernel.
                await asyncio.sleep(LAST_SECONDS)
                self._take_the_last()
                if self._gathering is not None:
                    await self._gathering.flush_when_due(at_last=True)

    def _room(self) -> str:
        """Return in words what the kernel keeps for us, if that is less than what is wanted."""
        wanted, given = self._config.receive_buffer, self._datagrams
        if given is None or given.buffer >= wanted:
            return ""
        return (
            f"; the kernel keeps {given.buffer} bytes of datagrams until they are read, not the "
            f"{wanted} of receive_buffer: net.core.rmem_max is its limit"
        )

    def _is_paused(self) -> bool:
        return self._connections.paused

    def _has_read_all(self) -> bool:
        if self._datagrams is None:
            return True
        is_all = self._datagrams.read_all()
        self._count_drops(self._datagrams)
        return is_all

    def _count_drops(self, datagrams: Datagrams) -> None:
        dropped = datagrams.newly_dropped()
        if dropped:
            self._context.tally.dropped += dropped
            self._note_lost(STORE_SLOW if self._is_paused() else TOO_FAST)
        self._drops.count(dropped, datagrams.buffer)

    def _take_the_last(self) -> None:
        """Read what is left of datagrams, though there may be no room: more will not come."""
        if self._datagrams is not None:
            self._is_ending = True
            self._datagrams.resume()
            self._datagrams.read_all()
            self._count_drops(self._datagrams)
            self._drops.say()

    async def _hand_on(self) -> None:
        if self._gathering is not None:
            await self._gathering.flush_when_due()

    def _handed_on(self, now: float) -> float:
        return now if self._gathering is None else min(now, self._gathering.since)

    def _take(self, lines: list[bytes]) -> None:
        left = lines if self._gathering is None else self._gathering.take(lines)
        for line in left:
            if line and not line.isspace():
                self._intake.add((line, FROM_SOCKET, None))
        if self._intake.in_hand >= self._most and not self._is_ending:
            self._note_waiting("it was not read, because the store did not take what it sent")
            self._connections.pause()
            if self._datagrams is not None:
                self._datagrams.pause()

    async def _make_room(self, _chunk: Chunk, _refused: Sequence[Refused]) -> None:
        if self._intake.in_hand <= self._most // 2:
            self._connections.resume()
            if self._datagrams is not None:
                self._datagrams.resume()
