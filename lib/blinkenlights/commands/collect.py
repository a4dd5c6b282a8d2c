"""`blinkenlights collect`: the collector as a process of its own."""

import asyncio
import logging
import signal
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from blinkenlights.collector.daemon import Collector
from blinkenlights.collector.decoding import Decoding, as_it_is
from blinkenlights.collector.source import OpenSource
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError

log = logging.getLogger("blinkenlights.collector")

NOTHING_TO_COLLECT = (
    "no source is configured; add an [[amqp]] or a [[lines]] table, "
    "`blinkenlights config reference` says how"
)


class Daemon(Protocol):
    """What runs in this process and follows its configuration."""

    async def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """Let `run` come to its end in an orderly way."""

    def reload(self, config: Config) -> None:
        """Follow another configuration."""


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


async def collect(
    configured: Callable[[], Config],
    beside: Sequence[Callable[[Config], Daemon]] = (),
    others: Sequence[OpenSource] = (),
    guarded: Callable[[Decoding], Decoding] = as_it_is,
) -> None:
    """Collect until SIGTERM or SIGINT, with what `configured` returns now and at each SIGHUP.

    With `beside` other daemons run in the same process, made of the same configuration; when one
    fails, all end. `others` are sources beside those that are configured, and `guarded`
    may let fewer messages count.
    """
    config = configured()
    daemons: list[Daemon] = [
        Collector(config, others=others, guarded=guarded, reported=Supervision().reported)
    ]
    daemons += [make(config) for make in beside]
    _heed_signals(daemons, configured, config)
    try:
        async with asyncio.TaskGroup() as group:
            for daemon in daemons:
                group.create_task(daemon.run())
    except BaseExceptionGroup as several:
        # The first one says what is wrong; the others end because of it.
        raise several.exceptions[0] from None


def _heed_signals(
    daemons: Sequence[Daemon], configured: Callable[[], Config], first: Config
) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        # A second Ctrl-C ends the process at once.
        loop.remove_signal_handler(number)
        log.info("%s: storing what is in hand, then ending", number.name)
        for daemon in daemons:
            daemon.stop()

    def reload() -> None:
        try:
            config = configured()
        except ConfigError as error:
            for problem in error.problems:
                log.error("SIGHUP: %s", problem)  # noqa: TRY400 - no traceback for a typo
            log.error("SIGHUP: what was configured before stays in use")  # noqa: TRY400
        else:
            for daemon in daemons:
                daemon.reload(config)
            log.info("SIGHUP: configuration read again")
            _say_what_stays(config, first)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _say_what_stays(config: Config, first: Config) -> None:
    """Warn of tables that have changed, and are not followed."""
    if config.probe != first.probe:
        log.warning("SIGHUP: what has changed in [probe] takes a restart")
    if config.workers != first.workers:
        log.warning("SIGHUP: what has changed in [workers] takes a restart")


def _configured(path: str | None) -> Config:
    config = load(path)
    if not config.amqp and not config.lines:
        raise ConfigError(NOTHING_TO_COLLECT)
    return config
