"""`blinkenlights up`: everything in one process, for one machine, with a store of its own."""

import asyncio
import logging
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from blinkenlights.collector.source import OpenSource
from blinkenlights.commands import probing
from blinkenlights.commands.collect import collect
from blinkenlights.commands.following import Following, Runs
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.publishing import publishing
from blinkenlights.config import Config, LinesConfig, StoreConfig, load
from blinkenlights.errors import UsageError
from blinkenlights.kinds.rights import rules_of_embedded
from blinkenlights.locations import state_folder
from blinkenlights.store.embedded import EmbeddedStore
from blinkenlights.store.memory import share_of_memory

log = logging.getLogger("blinkenlights.collector")


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "up",
        description="Run a store and a collector on this machine, until SIGTERM or Ctrl-C. "
        "The store is kept on disk, so that a restart loses nothing. Besides the configured "
        "sources, it takes JSON lines at lines.sock in the state folder. Where the configuration "
        "has the log of transfers at a broker, speedos are published there; with `listen` in [web] "
        "it serves the status page and the JSON API as well, and with `rules` in [alert] it "
        "evaluates rules and tells of alerts. With `endpoints` in [probe] it probes them itself; "
        "with `broker` in [workers] as well it is a scheduler and two workers, and further workers "
        "may join it from anywhere.",
        allow_abbrev=False,
    )
    add_config(parser)
    parser.add_argument(
        "--state",
        metavar="DIR",
        help="where the store keeps its files and sockets; else $BLINKENLIGHTS_STATE, else "
        "/var/lib/blinkenlights for root and ~/.local/state/blinkenlights for others",
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="watch a simulated fleet in a temporary folder, with a tour of what the checks say",
    )
    parser.add_argument("--once", action="store_true", help="with --demo: end after the tour")


def run(options: Namespace) -> int:
    """Run until told to stop; returns 0 after an orderly stop, and the tour's verdict after one."""
    if options.demo:
        from blinkenlights.demo.running import run as run_demo  # noqa: PLC0415 - rich is not for daemons

        return run_demo(once=options.once)
    if options.once:
        raise UsageError("--once goes with --demo only")
    log_to_stderr()
    asyncio.run(_up(Path(options.state or state_folder()), options.config))
    return 0


async def _up(folder: Path, config: str | None) -> None:
    # A mistake in it should be said before a store is started.
    maxmemory = load(config).store.maxmemory or share_of_memory()
    async with EmbeddedStore(folder, rules_of_embedded(), maxmemory=maxmemory) as store:
        log.info("the store is at %s", store.url)
        configured = with_store(load(config), store)
        async with _web(configured) as others:
            sources = [*others, *probing.sources(configured)]
            beside = (publishing, _alerting, *probing.workers(configured))
            await collect(lambda: with_store(load(config), store), beside, sources)


def _alerting(config: Config) -> Following:
    """Return what evaluates rules; nothing while the configuration names no folder of them."""

    def make(present: Config) -> Runs:
        from blinkenlights.alert.daemon import Alerting  # noqa: PLC0415 - aiohttp is dear to import
        from blinkenlights.web.page_links import link_to  # noqa: PLC0415

        return Alerting(replace(present, store=config.store), link_to)

    return Following(
        config, lambda each: (each.alert, each.web.url) if each.alert.rules else None, make
    )


@asynccontextmanager
async def _web(config: Config) -> AsyncIterator[Sequence[OpenSource]]:
    """Serve page and API where the configuration says so; gives the source for what is posted."""
    if not config.web.listen:
        yield ()
        return
    from blinkenlights.web.post_source import AwaitedPostSource  # noqa: PLC0415 - aiohttp is dear to import
    from blinkenlights.web.server import WebServer  # noqa: PLC0415

    posts = AwaitedPostSource() if config.web.post else None
    # Everybody who reaches the embedded store may read, and reading takes no more.
    reading = replace(config, store=StoreConfig(url=config.store.url))
    async with WebServer(reading, posts):
        yield (posts.open,) if posts else ()


def with_store(config: Config, store: EmbeddedStore) -> Config:
    """Return `config` with the embedded store, and with lines.sock beside it."""
    own = StoreConfig(
        url=store.url, username=store.username, password_file=str(store.password_file)
    )
    lines = [LinesConfig(listen=f"unix://{store.folder}/lines.sock")]
    lines += [each for each in config.lines if each.listen != lines[0].listen]
    alert = config.alert
    if alert.rules and not alert.canary:
        alert = replace(alert, canary=lines[0].listen)
    return probing.with_results(replace(config, store=own, lines=lines, alert=alert))
