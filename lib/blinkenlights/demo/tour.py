"""The guided tour: what is said of a fleet, a shop and whoever probes it, as things come about."""

import asyncio

from blinkenlights.clock import wall_clock
from blinkenlights.demo.asking import Answer, ask, copyable, program
from blinkenlights.demo.fleet import INTERVAL, MISSING, NEVER_COMES, TURN
from blinkenlights.demo.pager import RULES, Pager
from blinkenlights.demo.screen import Screen
from blinkenlights.demo.shop import Shop
from blinkenlights.demo.situations import Situation, command, tour
from blinkenlights.demo.workers import Workers
from blinkenlights.kinds.heartbeat.declare import ComponentStore
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.store.client import StoreClient
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.users import login_beside

PATIENCE_SECONDS = 13.0
"""How much later than planned a situation may come about: a round of the slowest member."""
ASK_AGAIN_SECONDS = 0.3
STATUS_SECONDS = 2.0


class Tour:
    """Shows one situation after the other as they come about.

    Args:
        screen: Where.
        store: What it tells of.
        page: Where that can be read.
        shop: Goes bad once it was shown to be well, however busy the machine is.
        pager: Is told.
        workers: Probe the shop, until one of them dies; None where one process probes.
    """

    def __init__(
        self,
        screen: Screen,
        store: EmbeddedStore,
        page: str,
        *,
        shop: Shop,
        pager: Pager,
        workers: Workers | None,
    ) -> None:
        self._screen = screen
        self.store = store
        self._page = page
        self._shop = shop
        self._pager = pager
        self._workers = workers
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
        situations = tour(has_workers=self._workers is not None)
        for situation in situations:
            if situation.moment > TURN and not is_trouble:
                await self._begin_trouble()
                is_trouble = True
            right += await self._show(situation)
        right += await self._show_pager()
        all_of_them = len(situations) + 1
        verdict = f"\n{right} of {all_of_them} situations came out as announced."
        self._screen.say(verdict, "bold green" if right == all_of_them else "bold red")
        if stay:
            await self._stay()
        return 0 if right == all_of_them else 1

    async def _begin_trouble(self) -> None:
        if self._workers is not None:
            await self._workers.kill_one()
        await self._declare()
        self._shop.go_bad()

    async def _declare(self) -> None:
        login = login_beside(self.store.socket)
        store = StoreClient(self.store.url, **(login._asdict() if login else {}))
        await ComponentStore(store).expect(NEVER_COMES, wall_clock())
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
            for name in ("check_collector", "check_heartbeat", "check_endpoint", "check_probe")
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
