"""`blinkenlights speedo`: publishes how much goes through, or shows it live."""

import asyncio
from argparse import Namespace

from blinkenlights.commands.log import until_signal
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.config import Config, load
from blinkenlights.speedo.daemon import Speedos
from blinkenlights.store.speedos import SpeedoStore
from blinkenlights.transferlog.queues import common_log


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "speedo",
        description="Publish, until SIGTERM or Ctrl-C, how much went through to each client, from "
        "each source, and in all, to the exchange of [speedo] in the configuration and to that of "
        "each source. Several may run; each speedo is published once. With --watch, show it live.",
        allow_abbrev=False,
    )
    add_store(parser)
    add_config(parser)


def run(options: Namespace) -> int:
    """Publish until told to stop; returns 0."""
    config = load(options.config)
    log_to_stderr()
    asyncio.run(_publish(options, config))
    return 0


async def _publish(options: Namespace, config: Config) -> None:
    store = open_client(options, SpeedoStore)
    broker = common_log(config)
    speedos = Speedos(config.speedo, broker, config.log.source_exchange, store)
    await until_signal(speedos.run(), speedos.stop)
