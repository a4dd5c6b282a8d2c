"""`blinkenlights collect`: the collector as a process of its own."""

import asyncio
import logging
import signal
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial

from blinkenlights.collector.daemon import Collector, OpenSource
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError

log = logging.getLogger("blinkenlights.collector")

NOTHING_TO_COLLECT = (
    "no source is configured; add an [[amqp]] or a [[lines]] table, "
    "`blinkenlights config reference` says how"
)


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "collect",
        description="Take signals from the configured brokers and sockets into the store, until "
        "SIGTERM or Ctrl-C. SIGHUP reads the configuration again.",
        allow_abbrev=False,
    )
    add_config(parser)


def run(options: Namespace) -> int:
    """Collect until told to stop; returns 0 after an orderly stop."""
    log_to_stderr()
    asyncio.run(collect(partial(_configured, options.config)))
    return 0


async def collect(configured: Callable[[], Config], others: Sequence[OpenSource] = ()) -> None:
    """Collect until SIGTERM or SIGINT, with what `configured` returns now and at each SIGHUP.

    `others` are sources beside those that are configured.
    """
    collector = Collector(configured(), others=others)
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        # A second Ctrl-C ends the process at once.
        loop.remove_signal_handler(number)
        log.info("%s: storing what is in hand, then ending", number.name)
        collector.stop()

    def reload() -> None:
        try:
            config = configured()
        except ConfigError as error:
            for problem in error.problems:
                log.error("SIGHUP: %s", problem)  # noqa: TRY400 - no traceback for a typo
            log.error("SIGHUP: what was configured before stays in use")  # noqa: TRY400
        else:
            collector.reload(config)
            log.info("SIGHUP: configuration read again")

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    loop.add_signal_handler(signal.SIGHUP, reload)
    await collector.run()


def _configured(path: str | None) -> Config:
    config = load(path)
    if not config.amqp and not config.lines:
        raise ConfigError(NOTHING_TO_COLLECT)
    return config
