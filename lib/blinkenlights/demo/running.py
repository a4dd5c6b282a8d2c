"""The demo: all daemons in one process, a fleet, a shop, a pager, and workers where they can be."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from blinkenlights.alert.daemon import Alerting
from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.config import WorkersConfig
from blinkenlights.demo.broker import NoBroker, demo_broker
from blinkenlights.demo.configuration import configuration, log_to, page_configuration
from blinkenlights.demo.fleet import run_fleet, until_listening
from blinkenlights.demo.pager import Pager
from blinkenlights.demo.scheduling import Scheduling
from blinkenlights.demo.screen import Screen
from blinkenlights.demo.shop import DEFAULTS, Shop
from blinkenlights.demo.tour import Tour
from blinkenlights.demo.workers import WORKERS, Workers
from blinkenlights.errors import BlinkenlightsError
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.probing.opening import opened
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.memory import share_of_memory
from blinkenlights.web.page_links import link_to
from blinkenlights.web.server import WebServer


def run(*, once: bool) -> int:
    """Give the tour, then stay until Ctrl-C unless `once`.

    Returns 0 when every situation came out as announced, and 1 when one did not.
    """
    screen = Screen()
    # A shell lets a command in the background ignore SIGINT, which is also our way to end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
        async with AsyncExitStack() as stack:
            broker = await _broker(screen, stack)
            prober = "a scheduler of probes" if broker else "a prober"
            screen.say(
                f"Starting a store, a collector with {prober}, and the status page ...", "dim"
            )
            # Python takes a while to start, so they come before the store, which is new for 4 s.
            workers = await stack.enter_async_context(Workers(broker, folder)) if broker else None
            return await _with_daemons(screen, folder, broker, workers, once=once)


async def _broker(screen: Screen, stack: AsyncExitStack) -> str:
    """Return the URL of a broker for scheduler and workers; empty where there is none."""
    screen.say("Starting a broker for two workers, which takes some seconds ...", "dim")
    with screen.waiting("Waiting for RabbitMQ"):
        try:
            return await stack.enter_async_context(demo_broker())
        except (NoBroker, OSError) as missing:
            screen.say(f"Two workers that share the probes are not shown: that takes {missing}.")
            return ""


async def _with_daemons(
    screen: Screen, folder: Path, broker: str, workers: Workers | None, *, once: bool
) -> int:
    async with (
        EmbeddedStore(folder, rules_of_embedded(), maxmemory=share_of_memory()) as store,
        WebServer(page_configuration(store)) as page,
        Shop() as shop,
        Pager() as pager,
    ):
        config = configuration(store, page.address, WorkersConfig(broker=broker))
        endpoints = _made(Path(config.probe.endpoints))
        pager.write_files(Path(config.alert.rules))
        scheduling = Scheduling(config) if broker else None
        probing = scheduling.open if scheduling else opened(config.probe)
        collector = Collector(config, others=[probing])
        alerting = Alerting(config, link_to)
        collecting = asyncio.create_task(_together(collector.run(), alerting.run()))
        tour = Tour(screen, store, page.address, shop=shop, pager=pager, workers=workers)
        opening = asyncio.create_task(_open_shop(shop, endpoints, scheduling))
        touring = asyncio.create_task(_with_fleet(tour, stay=not once))
        try:
            return await _first(touring, collecting)
        finally:
            touring.cancel()
            opening.cancel()
            await asyncio.wait([touring, opening])
            alerting.stop()
            collector.stop()
            await collecting


def _made(folder: Path) -> Path:
    """Make the folder of endpoint files, with one in which no endpoint is: nobody leads without."""
    folder.mkdir()
    (folder / "shop.yml").write_text(DEFAULTS, "utf-8")
    return folder


async def _open_shop(shop: Shop, endpoints: Path, scheduling: Scheduling | None) -> None:
    """Let the shop be probed. Before workers are there its probes would be missed."""
    if scheduling is not None:
        await scheduling.until_there(len(WORKERS))
    shop.write_files(endpoints)


async def _together(*daemons: Coroutine[None, None, None]) -> None:
    """Run daemons until all have ended; raises what ended one of them."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in daemons:
                group.create_task(each)
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


async def _with_fleet(tour: Tour, *, stay: bool) -> int:
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
