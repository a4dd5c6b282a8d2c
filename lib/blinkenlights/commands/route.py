"""`blinkenlights route`: the log of all transfers, copied to an exchange for each source."""

import asyncio
from argparse import Namespace

from blinkenlights.commands.log_exchange import add_exchange, find_exchange
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.transferlog.queues import log_settings
from blinkenlights.transferlog.route import Route


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "route",
        description="Copy each message of the log to the exchange of its source, unchanged, until "
        "SIGTERM or Ctrl-C. A message is acknowledged when the broker has confirmed its copy. "
        "`[log]` in the configuration says which exchanges; `blinkenlights broker setup` makes "
        "them.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--queue", metavar="NAME", help="the durable queue (default: as configured)"
    )
    parser.add_argument(
        "--create", action="store_true", help="make the exchange of a source that has none"
    )
    add_exchange(parser)
    add_config(parser)


def run(options: Namespace) -> int:
    """Copy until told to stop; returns 0."""
    config = load(options.config)
    log_to_stderr()
    asyncio.run(_route(options, config))
    return 0


async def _route(options: Namespace, config: Config) -> None:
    log = log_settings(config)
    source = find_exchange(options, config, options.queue or log.route_queue)
    create = options.create or log.missing == "create"
    route = Route(source, log.source_exchange, create=create)
    async with Supervision().watched():
        await until_signal(route.run(), route.stop)
