"""`blinkenlights broker setup`: exchanges, queues and users of sources, or of workers."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from msgspec.structs import replace

from blinkenlights.broker.address import parse_broker, password_of
from blinkenlights.commands.broker.applying import apply
from blinkenlights.commands.broker.management import Management, api_address
from blinkenlights.commands.broker.plan import Plan, plan
from blinkenlights.commands.broker.plan_of_workers import plan_of_workers
from blinkenlights.commands.broker.shell import shell_commands
from blinkenlights.commands.log_exchange import add_exchange, find_exchange
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.config import AmqpConfig, Config, load
from blinkenlights.config.passwords import read_password
from blinkenlights.errors import UsageError
from blinkenlights.transferlog.queues import log_settings

API_PORT = 15672


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommand."""
    parser = subparsers.add_parser("broker", description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    setup = actions.add_parser(
        "setup",
        help="make exchanges, queues and users for sources, or for workers",
        description="Make the exchange of all logs, the queue of `route`, and for each source an "
        "exchange and a user who reads that exchange and nothing else. With --location make what "
        "`probe schedule` and `probe work` need instead, and a user for the workers of each. What "
        "is there already and right stays; what is there and different is said, and then nothing "
        "is done.",
        allow_abbrev=False,
    )
    _add_options(setup)


def _add_options(setup: ArgumentParser) -> None:
    setup.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="for whom (default: sources in [log])"
    )
    setup.add_argument(
        "--location",
        dest="locations",
        metavar="NAME",
        action="append",
        default=[],
        help="in place of sources: where workers probe from, by the broker in [workers]; "
        "repeatable",
    )
    setup.add_argument(
        "--dry-run",
        action="store_true",
        help="connect to nothing; print commands that an administrator can paste",
    )
    setup.add_argument(
        "--api",
        metavar="URL",
        help="the management interface, with an administrator: http://admin@host:15672 (default: "
        "on the broker's host, with its user)",
    )
    setup.add_argument(
        "--passwords",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="folder for files with the passwords of new users (default: this one)",
    )
    setup.add_argument(
        "--replace",
        action="store_true",
        help="take other permissions away from users who are there already",
    )
    add_exchange(setup)
    add_config(setup)
    add_json(setup)
    setup.set_defaults(takes_more="sources")


def run(options: Namespace) -> int:
    """Set up, or print how to; returns 0."""
    wanted, broker = _wanted(options, load(options.config))
    if options.dry_run:
        sys.stdout.write(shell_commands(wanted))
        return 0
    done = apply(wanted, _management(options, broker), options.passwords, replace=options.replace)
    if options.json:
        say_json([each._asdict() for each in done])
        return 0
    for each in done:
        say(f"{each.what} {each.name}: {each.outcome}")
    return 0


def _wanted(options: Namespace, config: Config) -> tuple[Plan, AmqpConfig]:
    """Return what there has to be, and where."""
    if not options.locations:
        log = find_exchange(options, config)
        settings = log_settings(config)
        sources = options.sources or settings.sources
        return plan(parse_broker(log.url).vhost, log, settings, sources), log
    if options.sources:
        raise UsageError("give either sources or --location")
    workers = config.workers
    workers = replace(
        workers,
        broker=options.broker or workers.broker,
        exchange=options.exchange or workers.exchange,
    )
    if not workers.broker:
        raise UsageError("--location wants the broker of workers; name it in [workers] or --broker")
    vhost = parse_broker(workers.broker).vhost
    return plan_of_workers(vhost, workers.exchange, options.locations), workers.amqp()


def _management(options: Namespace, log: AmqpConfig) -> Management:
    broker = parse_broker(log.url)
    host = f"[{broker.host}]" if ":" in broker.host else broker.host
    try:
        url, user, password = api_address(options.api or f"http://{host}:{API_PORT}")
    except ValueError as error:
        raise UsageError(f"--api {error}") from None
    if not user:
        user = broker.username
        password = password_of(log)
    elif options.password_file:
        password = read_password("--password-file", options.password_file) or ""
    elif not password and sys.stdin.isatty():
        password = getpass.getpass(f"password of {user} at {url}: ")
    return Management(url, user, password, options.ca_file or "")
