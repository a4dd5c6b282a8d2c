"""`blinkenlights probe schedule`: gives out probes to workers, at any number of locations."""

import argparse
import asyncio
from argparse import Namespace
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blinkenlights.commands.collect import collect
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import add_config
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError
from blinkenlights.probing.scheduling.opening import opened, queue_of_results, scheduler_name
from blinkenlights.probing.scheduling.places import Places

if TYPE_CHECKING:
    from argparse import _SubParsersAction

NO_FOLDER = (
    "probe.endpoints is not set, so nobody knows what is to be probed; name the folder of endpoint "
    "files there, or with --endpoints"
)
NO_BROKER = (
    "workers.broker is not set, so there is no way to workers; name their broker there, or let "
    "blinkenlights probe make all probes itself"
)
NAME_BYTES = 100
"""How long the name of a collector may be."""


def add_parser(actions: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = actions.add_parser(
        "schedule",
        help="give out probes to workers when they are due",
        description="Give out a job to the workers of its location whenever an endpoint is due, "
        "and store what they find, until SIGTERM or Ctrl-C. Any number of schedulers may run: one "
        "gives out jobs, all store results, and another one goes on when the first one dies.",
        allow_abbrev=False,
    )
    add_config(parser, is_repeated=True)
    parser.add_argument(
        "--endpoints",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the folder of endpoint files (default: endpoints in [probe])",
    )


def run(options: Namespace) -> int:
    """Schedule until told to stop; returns 0. Raises ConfigError."""
    log_to_stderr()
    configured = partial(_configured, options)
    config = configured()
    places = Places()
    others = [opened(config.probe, config.workers, places)]
    asyncio.run(collect(configured, others=others, guarded=places.guarded))
    return 0


def _configured(options: Namespace) -> Config:
    """Return the configuration of the collector that this process is for what workers find."""
    config = load(options.config)
    probe = replace(config.probe, endpoints=options.endpoints or config.probe.endpoints)
    if not probe.endpoints:
        raise ConfigError(NO_FOLDER)
    if not config.workers.broker:
        raise ConfigError(NO_BROKER)
    probe = replace(probe, name=scheduler_name(probe))
    # Schedulers share the name under which they probe, and each is a collector of its own.
    own = f"{probe.name}@{config.collector.name}"[:NAME_BYTES]
    settings = replace(config.collector, name=own)
    amqp = [queue_of_results(config.workers)]
    return replace(config, probe=probe, collector=settings, amqp=amqp, lines=[])
