"""The exchange with the log: as the command line says, else the configuration."""

from argparse import ArgumentParser, Namespace

from msgspec.structs import replace

from blinkenlights.config import AmqpConfig, Config
from blinkenlights.config_keys.addresses import check_broker
from blinkenlights.config_keys.words import check_broker_name
from blinkenlights.errors import UsageError
from blinkenlights.transferlog.queues import common_log


def add_exchange(parser: ArgumentParser) -> None:
    """Add the options that say where the log is."""
    parser.add_argument(
        "--broker",
        metavar="URL",
        help="amqp:// or amqps://; else that of [log] in the configuration, else of its first "
        "[[amqp]] for transfers",
    )
    parser.add_argument("--exchange", metavar="NAME", help="the exchange (default: as configured)")
    parser.add_argument(
        "--key",
        dest="keys",
        metavar="KEY",
        action="append",
        default=[],
        help="a binding key such as v02.report.#; repeatable (default: as configured, else all)",
    )
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")
    parser.add_argument("--ca-file", metavar="FILE", help="certificates that vouch for the broker")


def find_exchange(options: Namespace, config: Config, queue: str = "") -> AmqpConfig:
    """Return the exchange with the log, and the queue for it; raises UsageError."""
    for option, name in (("--exchange", options.exchange), ("--queue", queue)):
        try:
            if name:
                check_broker_name(name)
        except ValueError as error:
            raise UsageError(f"{option} {error}") from None
    try:
        if options.broker:
            check_broker(options.broker)
    except ValueError as error:
        raise UsageError(f"--broker {error}") from None
    found = common_log(config, broker=options.broker or "")
    return replace(
        found,
        exchange=options.exchange or found.exchange,
        keys=options.keys or found.keys,
        queue=queue,
        password_file=options.password_file or found.password_file,
        ca_file=options.ca_file or found.ca_file,
    )
