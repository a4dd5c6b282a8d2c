"""`blinkenlights alert`: evaluates rules and tells of alerts, and what people do about them."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from blinkenlights.alert.daemon import Alerting
from blinkenlights.commands.alert import acting, looking
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError
from blinkenlights.web.page_links import link_to


class Action(NamedTuple):
    """What can be done by hand."""

    summary: str
    says: str
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


ACTIONS = {
    "acknowledge": Action(
        "say that you take care of alerts that fire",
        "Take care of alerts that fire: nobody is reminded and nobody further is told; those who "
        "were told are told of it. The next firing of the same alert is another one.",
        acting.add_acknowledge,
        acting.acknowledge,
    ),
    "silence": Action(
        "let nobody be told of some alerts for a time",
        "Let nobody be told of what begins to fire, for a time. Who was told is told of the end "
        "all the same, and what still fires when the silence ends is told then.",
        acting.add_silence,
        acting.silence,
    ),
    "unsilence": Action(
        "take a silence back", "Take a silence back.", acting.add_unsilence, acting.unsilence
    ),
    "silences": Action(
        "list what is silenced",
        "List what is silenced, and until when.",
        add_store,
        acting.silences,
    ),
    "history": Action(
        "show who was told what, when, and how it went",
        "Show who was told what, when, and how it went, the newest first.",
        looking.add_history,
        looking.history,
    ),
    "dead": Action(
        "show what could not be delivered",
        "Show messages that could not be delivered, the newest first.",
        looking.add_history,
        looking.dead,
    ),
}
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
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, action in ACTIONS.items():
        one = actions.add_parser(
            name, help=action.summary, description=action.says, allow_abbrev=False
        )
        action.add_options(one)
        add_config(one, is_repeated=True)
        add_json(one)


def run(options: Namespace) -> int:
    """Evaluate and tell until told to stop, or do what was asked; returns the exit code."""
    if options.action:
        return ACTIONS[options.action].run(options)
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
