"""The demo: all daemons in one process, a fleet, a shop and a pager, and what is said of them."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory

from blinkenlights.alert.daemon import Alerting
from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.demo.configuration import configuration, log_to, page_configuration
from blinkenlights.demo.fleet import (
    INTERVAL,
    MISSING,
    NEVER_COMES,
    TURN,
    run_fleet,
    until_listening,
)
from blinkenlights.demo.pager import RULES, Pager
from blinkenlights.demo.screen import Screen
from blinkenlights.demo.shop import Shop
from blinkenlights.demo.situations import TOUR, Answer, Situation, ask, command, copyable, program
from blinkenlights.errors import BlinkenlightsError
from blinkenlights.kinds.heartbeat.declare import Declarations
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.probing.opening import opened
from blinkenlights.store.client import StoreClient
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.memory import share_of_memory
from blinkenlights.store.users import login_beside
from blinkenlights.web.page_links import link_to
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
        log_to(folder / "demo.log")
        screen.say("Starting a store, a collector with a prober, and the status page ...", "dim")
        async with (
            EmbeddedStore(folder, rules_of_embedded(), maxmemory=share_of_memory()) as store,
            WebServer(page_configuration(store)) as page,
            Shop() as shop,
            Pager() as pager,
        ):
            config = configuration(store, page.address)
            shop.write_files(Path(config.probe.endpoints))
            pager.write_files(Path(config.alert.rules))
            collector = Collector(config, others=[opened(config.probe)])
            alerting = Alerting(config, link_to)
            collecting = asyncio.create_task(_together(collector.run(), alerting.run()))
            touring = asyncio.create_task(
                _with_fleet(Tour(screen, store, page.address, shop, pager), stay=not once)
            )
            try:
                return await _first(touring, collecting)
            finally:
                touring.cancel()
                await asyncio.wait([touring])
                alerting.stop()
                collector.stop()
                await collecting


async def _together(*daemons: Coroutine[None, None, None]) -> None:
    """Run daemons until all have ended; raises what ended one of them."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in daemons:
                group.create_task(each)
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


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


class Tour:
    """Shows one situation after the other as they come about."""

    def __init__(
        self, screen: Screen, store: EmbeddedStore, page: str, shop: Shop, pager: Pager
    ) -> None:
        """Prepare to tell of `store` on `screen`; `page` is where it can be read.

        `shop` goes bad once it was shown to be well, however busy the machine is; `pager` is told.
        """
        self._screen = screen
        self.store = store
        self._page = page
        self._shop = shop
        self._pager = pager
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
        right += await self._show_pager()
        all_of_them = len(TOUR) + 1
        verdict = f"\n{right} of {all_of_them} situations came out as announced."
        self._screen.say(verdict, "bold green" if right == all_of_them else "bold red")
        if stay:
            await self._stay()
        return 0 if right == all_of_them else 1

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

    async def _show_pager(self) -> bool:
        """Show what people were told, and return whether it was of each rule."""
        is_told = await self._pager.was_told(PATIENCE_SECONDS)
        self._screen.say(f"\n{self._elapsed:4.1f}s  The pager of whoever is on call says:", "bold")
        for title in self._pager.told:
            self._screen.say(f"  {title}", "red")
        if not is_told:
            self._screen.say(f"  It was announced to be told of {' and '.join(RULES)}.", "bold red")
        return is_told

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
