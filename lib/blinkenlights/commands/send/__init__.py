"""`blinkenlights send`: one signal, or one every while, for cron jobs and scripts."""

import sys
import threading
from argparse import ArgumentParser, Namespace

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.send.destination import Destination, find_destination
from blinkenlights.commands.terminal import printable, say, say_json
from blinkenlights.errors import BrokerError, NotDelivered
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.sending import Sending, positive_duration
from blinkenlights.plugin.words import span


def add_parser(subparsers: SubParsers) -> None:
    """Add the command, with one subcommand for each signal that can be sent."""
    parser = subparsers.add_parser(
        "send", description="Send a signal to a broker or a collector.", allow_abbrev=False
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for signal in signals():
        if signal.sending is not None:
            _add_kind(kinds, signal.name, signal.sending)


def _add_kind(kinds: SubParsers, name: str, sending: Sending) -> None:
    parser = kinds.add_parser(
        name,
        help=sending.help,
        description=f"{sending.description} Exit code 0 means that it was delivered: "
        "a broker has it in a queue, or a collector has read it.",
        epilog=sending.epilog,
        allow_abbrev=False,
    )
    sending.add_options(parser)
    if sending.is_repeated:
        parser.add_argument(
            "--every",
            type=positive_duration,
            metavar="TIME",
            help="send one every so often until Ctrl-C",
        )
    _add_destination(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(sending=sending)


def _add_destination(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--to",
        metavar="URL",
        help="amqp://, amqps://, unix://, tcp:// or udp://; else the first source of this kind "
        "in the configuration, else the lines.sock of blinkenlights up",
    )
    parser.add_argument("--exchange", help="with amqp: the exchange (default: as configured)")
    parser.add_argument(
        "--key",
        help="with amqp: the routing key (default: the source's first one, with the component for "
        "its wildcard)",
    )
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")
    parser.add_argument("--ca-file", metavar="FILE", help="certificates that vouch for the broker")


def run(options: Namespace) -> int:
    """Send; returns 0 when delivered, and raises what kept it from that."""
    destination = find_destination(options)
    if options.sending.is_repeated and options.every:
        _send_for_ever(options, destination, wall_clock)
        return 0
    _report(options, _send(options, destination, wall_clock))
    return 0


def _send(options: Namespace, destination: Destination, clock: Clock) -> str:
    return destination.deliver(options.sending.message(options, clock()))


def _send_for_ever(options: Namespace, destination: Destination, clock: Clock) -> None:
    """Send every so often; an outage is told once when it begins and once when it is over."""
    pause = threading.Event()
    delivered: bool | None = None
    while True:
        try:
            outcome = _send(options, destination, clock)
        except (NotDelivered, BrokerError) as error:
            if delivered is not False:
                again = f"; trying again every {span(options.every)}"
                sys.stderr.write(printable(f"blinkenlights: {error}{again}") + "\n")
            delivered = False
        else:
            if not delivered:
                _report(options, outcome)
            delivered = True
        pause.wait(options.every)


def _report(options: Namespace, outcome: str) -> None:
    name = options.sending.named(options)
    if options.json:
        say_json({"delivered": True, "name": name, "outcome": outcome})
    else:
        say(f"{name}: {outcome}")
