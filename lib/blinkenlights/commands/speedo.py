"""`blinkenlights speedo`: publishes how much goes through, or shows it live."""

import asyncio
import sys
from argparse import Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.publishing import speedos_of
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.commands.supervision import Supervision
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.config import Config, load
from blinkenlights.errors import UsageError
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.plugin.settings import store_settings
from blinkenlights.speedo.table import Table, read_table
from blinkenlights.speedo.watch import as_data, as_text, show_live
from blinkenlights.store.reader import StoreReader

STORE_SECONDS = 5.0


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "speedo",
        description="Publish, until SIGTERM or Ctrl-C, how much went through to each client, from "
        "each source, and in all, to the exchange of [speedo] in the configuration and to that of "
        "each source. Several may run; each speedo is published once. With --watch, show it live.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--watch", action="store_true", help="show the clients live, the worst first; publish none"
    )
    parser.add_argument(
        "--client", metavar="GLOB", action="append", help="with --watch: these only; repeatable"
    )
    parser.add_argument(
        "--source",
        metavar="GLOB",
        action="append",
        help="with --watch: these sources in place of clients; repeatable",
    )
    add_json(parser)
    add_store(parser)
    add_config(parser)


def run(options: Namespace) -> int:
    """Publish until told to stop, or show; returns 0."""
    if options.watch:
        return _watch(options)
    if options.client or options.source or options.json:
        raise UsageError("--client, --source and --json go with --watch")
    config = load(options.config)
    log_to_stderr()
    asyncio.run(_publish(options, config))
    return 0


def _watch(options: Namespace) -> int:
    if options.client and options.source:
        raise UsageError("give one of --client and --source")
    scope = "source" if options.source else "client"
    names = options.source or options.client or []
    settings = store_settings(options)

    def read(most: int | None = None) -> Table:
        with StoreReader(settings.address(), STORE_SECONDS, settings.ca_file) as store:
            return read_table(store, scope, names, wall_clock(), most=most)

    if options.json:
        say_json(as_data(read()))
    elif sys.stdout.isatty():
        show_live(read)
    else:
        for line in as_text(read()):
            say(line)
    return 0


async def _publish(options: Namespace, config: Config) -> None:
    store = open_client(options, SpeedoStore)
    speedos = speedos_of(config, store)
    async with Supervision().watched():
        await until_signal(speedos.run(), speedos.stop)
