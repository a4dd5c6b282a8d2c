"""`blinkenlights send`: one heartbeat, or one every while, for cron jobs and scripts."""

import math
import sys
import threading
from argparse import ArgumentTypeError, Namespace

from blinkenlights.clock import Clock, wall_clock
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.send.destination import Destination, find_destination
from blinkenlights.commands.send.message import heartbeat
from blinkenlights.commands.terminal import printable, say, say_json
from blinkenlights.errors import BrokerError, NotDelivered
from blinkenlights.plugin.ranges import duration
from blinkenlights.plugin.words import span


def add_parser(subparsers: SubParsers) -> None:
    """Add the command, with one subcommand for each kind of signal."""
    parser = subparsers.add_parser(
        "send", description="Send a signal to a broker or a collector.", allow_abbrev=False
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    beat = kinds.add_parser(
        "heartbeat",
        help="a sign of life of a component",
        description="Send a sign of life of a component. Exit code 0 means that it was delivered: "
        "a broker has it in a queue, or a collector has read it.",
        epilog="example: blinkenlights send heartbeat --name backup --interval 86400 files=1204",
        allow_abbrev=False,
    )
    beat.add_argument("--name", required=True, help="the component")
    beat.add_argument("--uuid", help="which of its instances, where several run")
    beat.add_argument("--system", help="the system it belongs to; it is then system:name")
    beat.add_argument(
        "--interval",
        type=_seconds,
        metavar="TIME",
        help="when the next one will come: 60, 90s, 5m, 1d (default: that of --every, else the "
        "collector's default)",
    )
    beat.add_argument(
        "--every", type=_seconds, metavar="TIME", help="send one every so often until Ctrl-C"
    )
    beat.add_argument(
        "--to",
        metavar="URL",
        help="amqp://, amqps://, unix://, tcp:// or udp://; else the first source for heartbeats "
        "in the configuration, else the lines.sock of blinkenlights up",
    )
    beat.add_argument("--exchange", help="with amqp: the exchange (default: as configured)")
    beat.add_argument(
        "--key",
        help="with amqp: the routing key (default: the source's first one, NAME for its wildcard)",
    )
    beat.add_argument("--password-file", metavar="FILE", help="its first line is the password")
    beat.add_argument("--ca-file", metavar="FILE", help="certificates that vouch for the broker")
    beat.add_argument(
        "fields", nargs="*", metavar="KEY=VALUE", help="further keys; numbers can be judged"
    )
    add_config(beat)
    add_json(beat)
    beat.set_defaults(takes_more="fields")


def run(options: Namespace) -> int:
    """Send; returns 0 when delivered, and raises what kept it from that."""
    destination = find_destination(options)
    if not options.every:
        _report(options, _send(options, destination, wall_clock))
        return 0
    _send_for_ever(options, destination, wall_clock)
    return 0


def _send(options: Namespace, destination: Destination, clock: Clock) -> str:
    interval = options.interval or options.every
    body = heartbeat(
        options.name,
        options.fields,
        now=clock(),
        uuid=options.uuid,
        system=options.system,
        interval=math.ceil(interval) if interval else None,
    )
    return destination.deliver(body)


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
    if options.json:
        say_json({"delivered": True, "name": options.name, "outcome": outcome})
    else:
        say(f"{options.name}: {outcome}")


def _seconds(text: str) -> float:
    seconds = duration(text)
    if seconds <= 0:
        raise ArgumentTypeError(f"{text!r} is no time at all; write 60, 90s, 5m or 1d")
    return seconds
