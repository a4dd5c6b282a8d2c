"""The demo: store, collector, prober, page, a fleet and a shop, and what is said of all that."""

import asyncio
import logging
import signal
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import (
    CollectorConfig,
    Config,
    LinesConfig,
    ProbeConfig,
    StoreConfig,
    WebConfig,
)
from blinkenlights.demo.fleet import (
    INTERVAL,
    MISSING,
    NEVER_COMES,
    TURN,
    run_fleet,
    until_listening,
)
from blinkenlights.demo.screen import Screen
from blinkenlights.demo.shop import Shop
from blinkenlights.demo.situations import TOUR, Answer, Situation, ask, command, copyable, program
from blinkenlights.errors import BlinkenlightsError
from blinkenlights.kinds.heartbeat.declare import Declarations
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.probing.opening import opened
from blinkenlights.store.client import StoreClient
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.memory import share_of_memory
from blinkenlights.store.users import login_beside
from blinkenlights.web.server import WebServer

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
        screen.say("Starting a store, a collector with a prober, and the status page ...", "dim")
        async with (
            EmbeddedStore(folder, rules_of_embedded(), maxmemory=share_of_memory()) as store,
            WebServer(_page_config(store)) as page,
            Shop() as shop,
        ):
            config = _config(store)
            shop.write_files(Path(config.probe.endpoints))
            collector = Collector(config, others=[opened(config.probe)])
            collecting = asyncio.create_task(collector.run())
            touring = asyncio.create_task(
                _with_fleet(Tour(screen, store, page.address, shop), stay=not once)
            )
            try:
                return await _first(touring, collecting)
            finally:
                touring.cancel()
                await asyncio.wait([touring])
                collector.stop()
                await collecting


async def _with_fleet(tour: "Tour", *, stay: bool) -> int:
    lines = tour.store.folder / "lines.sock"
    await until_listening(lines)
    fleet = asyncio.create_task(run_fleet(lines, wall_clock))
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
        probe=ProbeConfig(endpoints=str(store.folder / "endpoints"), name="demo"),
        of_kinds=(HeartbeatConfig(interval=INTERVAL),),
    )


def _page_config(store: EmbeddedStore) -> Config:
    """Return a configuration that serves the page of this store on a free port, to be read only."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Config(
        store=StoreConfig(url=store.url),
        web=WebConfig(listen=f"127.0.0.1:{port}", tokens_file=str(store.folder / "web.tokens")),
    )


def _log_to(path: Path) -> None:
    logger = logging.getLogger("blinkenlights")
    logger.handlers = [logging.FileHandler(path)]
    logger.propagate = False


class Tour:
    """Shows one situation after the other as they come about."""

    def __init__(self, screen: Screen, store: EmbeddedStore, page: str, shop: Shop) -> None:
        """Prepare to tell of `store` on `screen`; `page` is where it can be read.

        `shop` goes bad once it was shown to be well, however busy the machine is.
        """
        self._screen = screen
        self.store = store
        self._page = page
        self._shop = shop
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
        self._screen.say(f"The status page follows all of it: {self._page}", "bold")
        is_trouble = False
        right = 0
        for situation in TOUR:
            if situation.moment > TURN and not is_trouble:
                await self._declare()
                self._shop.go_bad()
                is_trouble = True
            right += await self._show(situation)
        verdict = f"\n{right} of {len(TOUR)} situations came out as announced."
        self._screen.say(verdict, "bold green" if right == len(TOUR) else "bold red")
        if stay:
            await self._stay()
        return 0 if right == len(TOUR) else 1

    async def _declare(self) -> None:
        login = login_beside(self.store.socket)
        store = StoreClient(self.store.url, **(login._asdict() if login else {}))
        await Declarations(store).expect(NEVER_COMES, 1, wall_clock())
        await MachineStore(store).expect(MISSING, wall_clock())
        await store.close()

    async def _show(self, situation: Situation) -> bool:
        """Wait until `situation` has come about, show it, and return whether it did."""
        words = command(situation, self.store.folder)
        with self._screen.waiting(f"Next: {situation.story}"):
            answer = await self._wait_for(situation, words)
        self._screen.show(self._elapsed, situation.story, copyable(words), answer)
        if situation.is_answered_by(answer):
            return True
        named = "".join(f", with {each}" for each in situation.shows)
        self._screen.say(f"  This was announced as {situation.state}{named}.", "bold red")
        return False

    async def _wait_for(self, situation: Situation, words: list[str]) -> Answer:
        await asyncio.sleep(situation.moment - self._elapsed)
        answer = await ask(words)
        while (
            not situation.is_answered_by(answer)
            and self._elapsed < situation.moment + PATIENCE_SECONDS
        ):
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            answer = await ask(words)
        return answer

    async def _stay(self) -> None:
        lines = f"unix://{self.store.folder}/lines.sock"
        send = [*program("blinkenlights"), "send", "heartbeat", "--name", "you", "--to", lines]
        self._screen.say("\nThe fleet goes on until Ctrl-C. Try the commands above, and join in:")
        self._screen.say(f"  $ {copyable(send)}", "cyan")
        self._screen.say(f"The status page: {self._page}\n", "bold")
        checks = [
            [*program(name), "--redis", self.store.url]
            for name in ("check_collector", "check_heartbeat", "check_endpoint")
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
