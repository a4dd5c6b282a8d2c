"""The prober as a source of the collector: what it finds takes the way that all signals take."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from msgspec import structs

from blinkenlights.collector.batch import Refused
from blinkenlights.collector.chunks import Chunk
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.live_source import FROM_SOCKET, LiveSource
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.config import ProbeConfig
from blinkenlights.kinds.endpoint.keys import PROBES_BY
from blinkenlights.kinds.endpoint.prober.fitting import fitting
from blinkenlights.kinds.endpoint.prober.message import ProberMessage
from blinkenlights.kinds.endpoint.signal import ENDPOINTS
from blinkenlights.posting.posting import Posting
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.judge import FAILED, judge
from blinkenlights.probe.result import Probed, line_of, removed, result_of
from blinkenlights.probing import own_report
from blinkenlights.probing.engine import Engine
from blinkenlights.probing.followed_files import FollowedFiles
from blinkenlights.probing.own_lines import decoder
from blinkenlights.probing.own_probes import OwnProbes
from blinkenlights.probing.own_report import OwnReport
from blinkenlights.probing.publishing import emitter, metric_of
from blinkenlights.probing.queue import ProbeQueue
from blinkenlights.probing.witnesses import Witnesses
from blinkenlights.store.report import SourceReport

log = logging.getLogger("blinkenlights.probe")

LAST_SECONDS = 2.0
"""How long what is published may take at the end."""


class ProbeSource(LiveSource):
    """Probes endpoints until closed.

    Args:
        config: Which, and how many at a time.
        context: What all sources share.
        watermarks: How far each source was ever stored, by its id.
    """

    transport = "probe"
    _error = "not probing yet"

    def __init__(
        self, config: ProbeConfig, context: SourceContext, watermarks: Mapping[str, float]
    ) -> None:
        self._name = config.name or context.settings.name
        super().__init__(PROBES_BY + self._name, context, watermarks, decoder(context.decoding))
        self._config = config
        self._intake.settle = self._make_room
        self._room = asyncio.Event()
        self._room.set()
        self._files = FollowedFiles(config.endpoints, self._name, context.clock, config.location)
        self._publisher = emitter(config)
        self._posting = Posting(
            context.store.client,
            self._name,
            context.clock,
            kept=config.post_kept,
            give_up=config.post_give_up,
        )
        self._blind: tuple[float, str] | None = None
        self._asker = Asker()
        queue = ProbeQueue(config.at_once, config.at_once_for_host)
        self._engine = Engine(
            OwnProbes(self._asker, context.clock, self._tell),
            context.clock,
            lambda _endpoint: queue,
            capacity=config.at_once,
        )
        self._witnesses = Witnesses(self._asker, context.clock)
        self._own = OwnReport(self._name, context.clock(), self._engine)

    def report(self) -> SourceReport:
        """Return how far this source is. Nothing else than endpoints can come by it."""
        return structs.replace(super().report(), kind=ENDPOINTS.name)

    def clock_broke(self, broken: Break) -> None:
        """Note that the clock did not go on evenly: no run was missed by that.

        What was due while our own work kept us busy is late or missed as ever.
        """
        super().clock_broke(broken)
        if not broken.was_busy:
            self._engine.clock_broke(self._context.clock())

    async def _take_until_closed(self) -> None:
        async with self._asker:
            async with asyncio.TaskGroup() as group:
                publishing = group.create_task(self._publisher.run())
                posting = group.create_task(self._posting.run())
                following = group.create_task(self._follow_files())
                working = group.create_task(self._engine.run())
                reporting = group.create_task(self._report_again_and_again())
                with self._taking():
                    log.info("probing the endpoints of %s as %s", self._files.path, self._name)
                    await self._watch()
                    self._engine.stop()
                    await working
                self._publisher.close()
                self._posting.close()
                await asyncio.wait([publishing, posting], timeout=LAST_SECONDS)
                for task in (following, reporting, publishing):
                    task.cancel()
            self._add(line_of(self._made(stopped=True)))

    async def _follow_files(self) -> None:
        """Take endpoints from their files whenever these change."""
        async for change in self._files.changes(self._closing):
            self._posting.follow(change.after)
            self._engine.follow(change.own)
            self._witnesses.follow(change.own)
            gone = change.gone
            if change.is_first:
                known = await self._files.met(self._context.store)
                self._witnesses.learn(known)
                gone |= known.keys() - change.after.endpoints.keys()
            now = self._context.clock()
            for name in sorted(gone):
                self._add(line_of(removed(name, now, self._name)))
            self._add(line_of(self._made()))

    async def _tell(self, probed: Probed) -> None:
        """Judge a probe and hand it on, unless it is we who reach nothing."""
        if self._witnesses.note(probed):
            self._sees_again()
        else:
            why = self._blind[1] if self._blind else await self._witnesses.why_blind(probed)
            if why:
                self._goes_blind(probed.started, why)
                return
        endpoint = probed.job.endpoint
        judged = judge(endpoint, probed.observation)
        await self._room.wait()
        result = result_of(probed, judged, self._name)
        self._add(line_of(result))
        self._posting.put(endpoint, result)
        if self._config.publish and judged.level < FAILED:
            self._publisher.put(metric_of(result))

    def _goes_blind(self, since: float, why: str) -> None:
        if self._blind is not None:
            return
        log.warning("nothing is reached, so nothing is said of endpoints: %s", why)
        self._blind = (since, why)
        self._is_taking = False
        self._error = f"nothing is reached: {why}"
        self._intake.interrupted(self._error, since, lost=True)

    def _sees_again(self) -> None:
        if self._blind is None:
            return
        log.warning("something is reached again")
        self._blind = None
        self._is_taking = True
        self.progress.listening(lost=True)

    def _has_read_all(self) -> bool:
        return self._blind is None

    async def _report_again_and_again(self) -> None:
        while not self._closing.is_set():
            await self._rest(own_report.SECONDS)
            if self._blind is not None and not await self._witnesses.still_blind():
                self._sees_again()
            if self._intake.in_hand < self._most:
                self._add(line_of(self._made()))

    def _made(self, *, stopped: bool = False) -> ProberMessage:
        message = self._own.made(
            self._context.clock(),
            asyncio.get_running_loop().time(),
            self._files.collection.problems,
            self._files.collection.files,
            self._blind,
            stopped=stopped,
        )
        self._posting.report(message)
        return fitting(message)

    def _add(self, line: bytes) -> None:
        self._intake.add((line, FROM_SOCKET, None))
        if self._intake.in_hand >= self._most:
            self._room.clear()

    async def _make_room(self, _chunk: Chunk, _refused: Sequence[Refused]) -> None:
        if self._intake.in_hand <= self._most // 2:
            self._room.set()
