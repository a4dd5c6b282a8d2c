"""A socket that takes JSON lines, as a source: Unix, TCP or UDP."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence

import msgspec

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.intake import SUSPENDED, Chunk, Intake, SourceContext
from blinkenlights.collector.lineprotocol import FROM_SOCKET, LINE_BYTES, Connections
from blinkenlights.collector.listening import listening
from blinkenlights.collector.suspension import Pace
from blinkenlights.collector.watermark import Progress
from blinkenlights.config import LinesConfig
from blinkenlights.config_keys.addresses import listen_address
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.signal import Decode, Fact, Properties
from blinkenlights.outage import Backoff, Outage
from blinkenlights.store.report import SourceReport, source_id

log = logging.getLogger("blinkenlights.collector")

LOOK_SECONDS = 0.5
"""How often the watermark moves."""
LAST_SECONDS = 0.1
"""How long everything that was sent is read after `close`."""


class _Line(msgspec.Struct):
    kind: str = ""


_decode = msgspec.json.Decoder(_Line).decode


def line_decoder(decoders: Mapping[str, Decode]) -> Decode:
    """Return what decodes a line, by the kind that it names; `decoders` has those by their kind."""

    def decode(
        line: bytes,
        _routing_key: str,
        properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Fact | Skipped | Rejected:
        if len(line) > LINE_BYTES:
            return Rejected("too large", f"a line of more than {LINE_BYTES} bytes")
        try:
            kind = _decode(line).kind
        except msgspec.ValidationError as error:
            return Rejected("no kind", str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Rejected("not JSON", str(error))
        if not kind:
            return Rejected("no kind", 'it names no kind; begin it with {"kind": "heartbeat", ...')
        of_kind = decoders.get(kind)
        if of_kind is None:
            known = ", ".join(sorted(decoders))
            return Rejected("unknown kind", f"{kind[:80]!r}, known: {known}")
        return of_kind(line, "", properties, receipt, "")

    return decode


def lines_address(config: LinesConfig, collector: str) -> str:
    """Return the name of a source for people; no two collectors have the same socket."""
    return f"{config.listen} on {collector}"


class LinesSource:
    """Listens on one socket until closed.

    Args:
        config: Where to listen.
        around: What all sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    def __init__(
        self, config: LinesConfig, around: SourceContext, watermarks: Mapping[str, float]
    ) -> None:
        self.address = lines_address(config, around.settings.name)
        known = watermarks.get(source_id(self.address))
        self.progress = Progress(around.interval, known, around.clock())
        self._config = config
        self._around = around
        decode = line_decoder(around.decoders)
        self._intake = Intake(self.address, around, self.progress, decode, is_now=True)
        self._intake.settle = self._make_room
        self._connections = Connections(self.address)
        self._outage = Outage(self.address, "trying again")
        self._most = around.settings.prefetch
        self._was_full = False
        self._closing = asyncio.Event()
        self._connected = False
        self._error = "not listening yet"

    def report(self) -> SourceReport:
        """Return how far this source is."""
        return SourceReport(
            source=self._intake.source,
            kind="",
            transport="lines",
            address=self.address,
            connected=self._connected,
            watermark=min(self.progress.watermark, self._around.clock()),
            ready=None,
            error="" if self._connected else self._error,
            is_unused=not self._intake.has_heard,
        )

    def store_went_back(self, moment: float) -> None:
        """Note that what was stored after `moment` is lost."""
        self._intake.interrupted("the store came back from an older copy", moment, lost=True)

    def close(self) -> None:
        """Let `run` come to its end."""
        self._closing.set()

    async def run(self) -> None:
        """Listen until `close`; then store what is in hand."""
        async with asyncio.TaskGroup() as group:
            storing = group.create_task(self._intake.run())
            backoff = Backoff(first=0.5, longest=10.0)
            while not self._closing.is_set():
                try:
                    await self._listen()
                except OSError as error:
                    self._error = (
                        f"{self._config.listen} cannot be opened: {error.strerror or error}"
                    )
                    self._outage.failed("listen", self._error)
                    await self._rest(backoff.pause())
            await self._intake.finish()
            storing.cancel()

    async def _listen(self) -> None:
        """Take lines until closing; raises OSError when the socket cannot be opened."""
        address = listen_address(self._config.listen)
        async with listening(
            address, self._config.mode, self._connections, self._take, self._take_datagram
        ):
            self._connected = True
            self._outage.worked("listen")
            log.info("listening on %s", self.address)
            self.progress.listening(lost=True)
            try:
                await self._watch()
                # What was sent before we were told to stop is still in the kernel.
                await asyncio.sleep(LAST_SECONDS)
            finally:
                self._connected = False

    async def _watch(self) -> None:
        """Move the watermark along with the present, as nothing waits while everything is read."""
        pace = Pace(self._around.clock, asyncio.get_running_loop().time)
        while not self._closing.is_set():
            now = self._around.clock()
            if pace.broke():
                self._intake.interrupted(SUSPENDED, now, lost=True)
            elif not self._was_full:
                self.progress.nothing_waited(now)
                self._intake.caught_up(now)
            # What waited in the sockets is read between this look and the next.
            self._was_full = self._connections.paused
            await self._rest(pace.rest(LOOK_SECONDS))

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def _take(self, lines: list[bytes]) -> None:
        for line in lines:
            if line and not line.isspace():
                self._intake.add((line, FROM_SOCKET, None))
        if self._intake.in_hand >= self._most:
            self._note_that_full(
                "it was not read, because the store did not take what it sent", lost=False
            )
            self._connections.pause()

    def _take_datagram(self, lines: list[bytes]) -> None:
        if self._intake.in_hand < self._most:
            self._take(lines)
        else:
            self._note_that_full(
                "datagrams were lost, because the store did not take them", lost=True
            )
            self._around.tally.dropped += 1

    def _note_that_full(self, why: str, *, lost: bool) -> None:
        self._intake.deaf_because = why
        if not self._was_full or lost:
            self._was_full = True
            self.progress.listening(lost=lost)

    async def _make_room(self, _chunk: Chunk, _refused: Sequence[Refused]) -> None:
        if self._intake.in_hand <= self._most // 2:
            self._connections.resume()
