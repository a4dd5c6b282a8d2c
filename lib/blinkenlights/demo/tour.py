"""The demo: a store, a collector and a fleet, and what the checks say while things go wrong."""

import asyncio
import logging
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import CollectorConfig, Config, HeartbeatConfig, LinesConfig, StoreConfig
from blinkenlights.demo.fleet import (
    INTERVAL,
    MISSING,
    NEVER_COMES,
    TURN,
    run_fleet,
    until_listening,
)
from blinkenlights.demo.screen import Screen
from blinkenlights.demo.situations import TOUR, Answer, Situation, ask, command, copyable, program
from blinkenlights.errors import BlinkenlightsError
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.machine_declarations import MachineStore
from blinkenlights.store.users import login_beside
from blinkenlights.store.writer import StoreWriter

PATIENCE_SECONDS = 13.0
"""How much later than planned a situation may come about: a round of the slowest member."""
ASK_AGAIN_SECONDS = 0.3
STATUS_SECONDS = 2.0


def run(*, once: bool) -> int:
    """Give the tour, then stay until Ctrl-C unless `once`.

    Returns 0 when every situation came out as announced, and 1 when one did not.
    """
    screen = Screen()
    try:
        return asyncio.run(_run(screen, once=once))
    except KeyboardInterrupt:
        if once:
            raise
        screen.say("\nStopped; the temporary folder is removed.")
        return 0


async def _run(screen: Screen, *, once: bool) -> int:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)
    with TemporaryDirectory(prefix="blinkenlights-demo-") as name:
        folder = Path(name)
        _log_to(folder / "demo.log")
        screen.say("Starting a store and a collector ...", "dim")
        async with EmbeddedStore(folder) as store:
            collector = Collector(_config(store))
            collecting = asyncio.create_task(collector.run())
            touring = asyncio.create_task(_with_fleet(Tour(screen, store), stay=not once))
            try:
                return await _first(touring, collecting)
            finally:
                touring.cancel()
                await asyncio.wait([touring])
                collector.stop()
                await collecting


async def _with_fleet(tour: "Tour", *, stay: bool) -> int:
    socket = tour.store.folder / "lines.sock"
    await until_listening(socket)
    fleet = asyncio.create_task(run_fleet(socket, wall_clock))
    try:
        return await tour.give(stay=stay)
    finally:
        fleet.cancel()


async def _first(touring: asyncio.Task[int], collecting: asyncio.Task[None]) -> int:
    """Return the result of the tour; raises what ended the collector if that came first."""
    await asyncio.wait([touring, collecting], return_when=asyncio.FIRST_COMPLETED)
    if not touring.done():
        collecting.result()
        raise BlinkenlightsError("the collector ended in the middle of the tour; start it again")
    return touring.result()


def _config(store: EmbeddedStore) -> Config:
    """Return a configuration in which two seconds are what a minute is elsewhere."""
    return Config(
        store=StoreConfig(
            url=store.url, username=store.username, password_file=str(store.password_file)
        ),
        lines=[LinesConfig(listen=f"unix://{store.folder}/lines.sock")],
        collector=CollectorConfig(name="demo"),
        heartbeat=HeartbeatConfig(interval=INTERVAL),
    )


def _log_to(path: Path) -> None:
    logger = logging.getLogger("blinkenlights")
    logger.handlers = [logging.FileHandler(path)]
    logger.propagate = False


class Tour:
    """Shows one situation after the other as they come about."""

    def __init__(self, screen: Screen, store: EmbeddedStore) -> None:
        """Prepare to tell of `store` on `screen`."""
        self._screen = screen
        self.store = store
        self._began = 0.0

    async def give(self, *, stay: bool) -> int:
        """Show all situations, then the state of things until cancelled if `stay`.

        Returns 0 when all came out as announced, else 1.
        """
        self._began = asyncio.get_running_loop().time()
        self._screen.say(
            f"A fleet of twelve beats every {INTERVAL} seconds: late after "
            f"{1.5 * INTERVAL:g}, silent after {2 * INTERVAL}. Trouble begins in {TURN:g} seconds."
        )
        declared = False
        right = 0
        for situation in TOUR:
            if situation.moment > TURN and not declared:
                await self._declare()
                declared = True
            right += await self._show(situation)
        verdict = f"\n{right} of {len(TOUR)} situations came out as announced."
        self._screen.say(verdict, "bold green" if right == len(TOUR) else "bold red")
        if stay:
            await self._stay()
        return 0 if right == len(TOUR) else 1

    async def _declare(self) -> None:
        login = login_beside(self.store.socket)
        writer = StoreWriter(self.store.url, **(login._asdict() if login else {}))
        await writer.expect(NEVER_COMES, 1, wall_clock())
        await writer.close()
        machines = MachineStore(self.store.url, **(login._asdict() if login else {}))
        await machines.expect(MISSING, wall_clock())
        await machines.close()

    async def _show(self, situation: Situation) -> bool:
        """Wait until `situation` has come about, show it, and return whether it did."""
        words = command(situation, self.store.folder)
        with self._screen.waiting(f"Next: {situation.story}"):
            answer = await self._wait_for(situation, words)
        self._screen.show(self._elapsed, situation.story, copyable(words), answer)
        if answer.state != situation.state:
            self._screen.say(f"  This was announced as {situation.state}.", "bold red")
        return answer.state == situation.state

    async def _wait_for(self, situation: Situation, words: list[str]) -> Answer:
        await asyncio.sleep(situation.moment - self._elapsed)
        answer = await ask(words)
        while (
            answer.state != situation.state and self._elapsed < situation.moment + PATIENCE_SECONDS
        ):
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            answer = await ask(words)
        return answer

    async def _stay(self) -> None:
        socket = f"unix://{self.store.folder}/lines.sock"
        send = [*program("blinkenlights"), "send", "heartbeat", "--name", "you", "--to", socket]
        self._screen.say("\nThe fleet goes on until Ctrl-C. Try the commands above, and join in:")
        self._screen.say(f"  $ {copyable(send)}\n", "cyan")
        checks = [
            [*program(name), "--redis", self.store.url]
            for name in ("check_collector", "check_heartbeat")
        ]
        shown: list[str] = []
        with self._screen.live() as show:
            while True:
                answers = [await ask(words) for words in checks]
                states = [answer.state for answer in answers]
                if self._screen.is_live or states != shown:
                    show(answers)
                shown = states
                await asyncio.sleep(STATUS_SECONDS)

    @property
    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self._began
