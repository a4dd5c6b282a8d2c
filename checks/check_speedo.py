"""check_speedo: which clients or sources are at zero, too slow, or fail too often."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer.speed.answer import answer
from blinkenlights.kinds.transfer.speed.numbers import Pair, Thresholds
from blinkenlights.kinds.transfer.speed.survey import WINDOW, Question, survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_speedo
  check_speedo --client 'ddsr*' --window 15m
  check_speedo --source metpx -w 10: -c 1: --errors 5,20
  check_speedo --all -c 100: --bytes 1000000:
  check_speedo --published -c 1:
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "speedo",
        "Checks that something goes through to each client or from each source. One with no good "
        "transfer in the window, or within its own deadline where the configuration has one, is "
        "critical, whatever the thresholds.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which flows (default: every client)")
    which.add_argument(
        "--client",
        metavar="GLOB",
        action="append",
        default=[],
        help="client or glob; repeatable (default: all)",
    )
    which.add_argument(
        "--source",
        metavar="GLOB",
        action="append",
        default=[],
        help="source or glob, in place of clients; repeatable (default: none)",
    )
    which.add_argument("--all", action="store_true", help="everything together, as one flow")
    which.add_argument(
        "--published",
        action="store_true",
        help="judge by the speedos that others publish, in place of what is counted here",
    )
    which.add_argument(
        "--window",
        metavar="TIME",
        type=ranges.duration,
        default=WINDOW,
        help="time looked at, in whole minutes (default: 5m)",
    )
    limits = parser.add_argument_group("thresholds")
    for short, level in (("-w", "warning"), ("-c", "critical")):
        limits.add_argument(
            short,
            f"--{level}",
            metavar="RANGE",
            help=f"{level} range of good transfers a minute: 10: for at least 10 (default: none)",
        )
    for name, noun in (("errors", "percent of bad transfers"), ("bytes", "bytes a minute")):
        limits.add_argument(
            f"--{name}",
            metavar="RANGE[,RANGE]",
            type=_pair,
            default=(None, None),
            help=f"warning and critical range of {noun}; either may be empty (default: none)",
        )
    add_common_options(parser)
    return parser


def _pair(text: str) -> Pair:
    parts = text.split(",")
    if len(parts) > 2 or not any(parts):  # noqa: PLR2004 - a pair
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a warning and a critical range; write 5,20 or 5 or ,20"
        )
    parts = [*parts, ""][:2]
    warning, critical = (ranges.value_range(part) if part else None for part in parts)
    wrong = ranges.exchanged((parts[0], warning), (parts[1], critical))
    if wrong:
        raise argparse.ArgumentTypeError(f"{text!r} is warning,critical: {wrong}")
    return warning, critical


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    if given.all + bool(given.client) + bool(given.source) > 1:
        parser.error("give one of --client, --source and --all")
    texts = given.warning, given.critical
    rate = ranges.pair(parser, ranges.SHORT, texts, ranges.value_range)
    asked = Question(
        "all" if given.all else "source" if given.source else "client",
        given.source or given.client,
        given.window,
        Thresholds(rate, given.errors, given.bytes),
        given.published,
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, configured = store.ask(*COMMANDS, ("GET", keys.LIMITS))
        limits = flows.read_limits(configured)
        horizon = read_horizon(replies, clock(), "speedo" if given.published else "transfer")
        if given.published:
            # Not every check needs it, and each pays for what it imports.
            from blinkenlights.kinds.transfer.speed.published import survey_published  # noqa: PLC0415

            found = survey_published(store, asked, limits, horizon)
        else:
            found = survey(store, asked, limits, horizon)
    return answer(asked, found, horizon)
