"""`blinkenlights alert`: evaluates rules and tells of alerts, and what people do about them."""

import asyncio
from argparse import Namespace

from msgspec.structs import replace

from blinkenlights.alert.daemon import Alerting
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError
from blinkenlights.web.page_links import link_to

NO_FOLDER = (
    "alert.rules is not set, so there are no rules to evaluate; name the folder of rule files "
    "there, or with --rules"
)


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommands."""
    parser = subparsers.add_parser(
        "alert",
        description="Evaluate the rules of a folder again and again, until SIGTERM or Ctrl-C, and "
        "tell the receivers that they name of what fires and when it is over. Files are read "
        "again when they change. Several may run: one evaluates, all of them tell.",
        allow_abbrev=False,
    )
    add_config(parser)
    parser.add_argument(
        "--rules", metavar="DIR", help="the folder of rule files (default: rules in [alert])"
    )


def run(options: Namespace) -> int:
    """Evaluate and tell until told to stop; returns 0."""
    config = _configured(options)
    log_to_stderr()
    asyncio.run(_run(config))
    return 0


async def _run(config: Config) -> None:
    alerting = Alerting(config, link_to)
    async with Supervision().watched():
        await until_signal(alerting.run(), alerting.stop)


def _configured(options: Namespace) -> Config:
    config = load(options.config)
    alert = replace(config.alert, rules=options.rules or config.alert.rules)
    if not alert.rules:
        raise ConfigError(NO_FOLDER)
    return replace(config, alert=alert)
