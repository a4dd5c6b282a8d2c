"""`blinkenlights log`: transfers as they are reported, or all of the log in daily files."""

import asyncio
import os
import signal
import sys
from argparse import Namespace
from pathlib import Path

from blinkenlights.commands.log_exchange import add_exchange, find_exchange
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.supervision import Supervision
from blinkenlights.config import Config, load
from blinkenlights.errors import UsageError
from blinkenlights.transferlog.capture import Capture
from blinkenlights.transferlog.live import Live, Shown
from blinkenlights.transferlog.matching import Test, chosen
from blinkenlights.transferlog.queues import log_settings
from blinkenlights.transferlog.wording import in_json, in_one_line

CHOOSING = ("patterns", "source", "client", "errors")


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "log",
        description="Show transfers as they are reported, one a line, until Ctrl-C: time, code, "
        "source > client, bytes, duration, file name and topic. With --capture, take everything "
        "that is published into daily files instead, or only the transfers that match, until "
        "SIGTERM or Ctrl-C.",
        epilog="examples: blinkenlights log swob-ml · blinkenlights log --errors --client 'dd*' · "
        "blinkenlights log --capture /var/log/transfers",
        allow_abbrev=False,
    )
    parser.add_argument(
        "patterns",
        nargs="*",
        metavar="PATTERN",
        help="show what matches source, client, file name, flow or code: a word that is in it, a "
        "whole code or its class (499, 4xx), or a glob for the whole of it; of several all have "
        "to match",
    )
    parser.add_argument(
        "--source", metavar="GLOB", action="append", help="show these sources only; repeatable"
    )
    parser.add_argument(
        "--client", metavar="GLOB", action="append", help="show these clients only; repeatable"
    )
    parser.add_argument("--errors", action="store_true", help="show codes of 400 and more only")
    parser.add_argument("--no-topic", action="store_true", help="leave out the topic")
    parser.add_argument("--json", action="store_true", help="print a JSON object a line")
    parser.add_argument(
        "--capture",
        metavar="DIR",
        type=Path,
        help="write everything, or what matches, into DIR/2016-03-28.log and so on, by the day of "
        "receipt, UTC; each is compressed when its day is over",
    )
    parser.add_argument(
        "--queue", metavar="NAME", help="with --capture: the durable queue (default: as configured)"
    )
    add_exchange(parser)
    add_config(parser)
    parser.set_defaults(takes_more="patterns")


def run(options: Namespace) -> int:
    """Show or capture until told to stop; returns 0, or raises what ended it."""
    config = load(options.config)
    log_to_stderr()
    if options.capture:
        asyncio.run(_capture(options, config))
        return 0
    if options.queue:
        raise UsageError("--queue is for --capture; without that, a queue of its own is made")
    ended_by = asyncio.run(_show(options, config))
    if ended_by == signal.SIGINT:
        raise KeyboardInterrupt
    return 0


async def _capture(options: Namespace, config: Config) -> None:
    if options.json or options.no_topic:
        raise UsageError("--capture writes whole messages; leave out --json and --no-topic")
    queue = options.queue or log_settings(config).capture_queue
    is_wanted = _wanted(options) if any(getattr(options, name) for name in CHOOSING) else None
    source = find_exchange(options, config, queue)
    capture = Capture(source, options.capture, is_wanted=is_wanted)
    async with Supervision().watched():
        await until_signal(capture.run(), capture.stop)


async def _show(options: Namespace, config: Config) -> signal.Signals | None:
    wanted = _wanted(options)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def render(fact: Shown, topic: str) -> str:
        shown = None if options.no_topic else topic
        return in_json(fact, shown) if options.json else in_one_line(fact, shown, colour=colour)

    live = Live(find_exchange(options, config), wanted, render, sys.stdout)
    ended_by = await until_signal(live.run(), live.stop, is_daemon=False)
    if live.rejected:
        sys.stderr.write(f"blinkenlights: {live.rejected} messages could not be read\n")
    if not live.is_read:
        raise BrokenPipeError
    return ended_by


def _wanted(options: Namespace) -> Test:
    return chosen(
        options.patterns, options.source or (), options.client or (), errors=options.errors
    )
