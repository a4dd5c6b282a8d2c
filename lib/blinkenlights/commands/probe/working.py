"""`blinkenlights probe work`: one of many workers, which make the probes of a scheduler."""

import argparse
import asyncio
import os
import socket
from argparse import Namespace
from typing import TYPE_CHECKING

from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import add_config
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.config_keys.words import check_location
from blinkenlights.errors import ConfigError, UsageError
from blinkenlights.probing.working.teller import Who
from blinkenlights.probing.working.worker import Worker

if TYPE_CHECKING:
    from argparse import _SubParsersAction

NO_BROKER = (
    "workers.broker is not set, so there is nobody to get jobs from; name the broker of the "
    "scheduler there"
)


def add_parser(actions: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = actions.add_parser(
        "work",
        help="make probes for a scheduler, beside other workers",
        description="Take jobs of one location from the broker in [workers], probe, and publish "
        "what came of it, until SIGTERM or Ctrl-C. It needs no store. Secrets of endpoints "
        "come from its own environment and files.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--location", metavar="NAME", help="where it is (default: location in [workers])"
    )
    parser.add_argument(
        "--name",
        metavar="NAME",
        help="its name, unique at its location (default: name in [workers], else machine and "
        "number of the process)",
    )
    parser.add_argument(
        "--label",
        dest="labels",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="what is shown with it; repeatable",
    )
    add_config(parser, is_repeated=True)


def run(options: Namespace) -> int:
    """Work until told to stop; returns 0. Raises UsageError and ConfigError."""
    config = load(options.config)
    if not config.workers.broker:
        raise ConfigError(NO_BROKER)
    who = _who(options, config)
    log_to_stderr()
    asyncio.run(_work(config, who))
    return 0


async def _work(config: Config, who: Who) -> None:
    worker = Worker(config, who)
    async with Supervision().watched():
        await until_signal(worker.run(), worker.stop)


def _who(options: Namespace, config: Config) -> Who:
    machine = socket.gethostname().partition(".")[0]
    name = options.name or config.workers.name or f"{machine}-{os.getpid()}"
    location = options.location or config.workers.location
    for option, given in (("--name", name), ("--location", location)):
        try:
            check_location(given)
        except ValueError as error:
            raise UsageError(f"{option}: {error}") from None
    return Who(name, location, dict(map(_label, options.labels)))


def _label(given: str) -> tuple[str, str]:
    key, sign, value = given.partition("=")
    if not (key and sign):
        raise UsageError(f"--label {given} is none; write for example --label rack=b7")
    return key, value
