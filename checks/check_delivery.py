"""check_delivery: which clients or sources had no good transfer for too long, each by its limit."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer.delivery.answer import answer
from blinkenlights.kinds.transfer.delivery.survey import Question, survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_delivery
  check_delivery --source metpx -w 20m -v
  check_delivery --client 'archive*' -w 90m -c 2h
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "delivery",
        "Checks that the last good transfer to each client or from each source is not too long "
        "ago: by its deadline in the configuration, else by its habit, that is two of the longest "
        "pauses that it usually makes.",
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
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="TIME",
        type=ranges.duration,
        help="warn when it is longer ago: 90, 90s, 2m, 1h (default: no warning)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="TIME",
        type=ranges.duration,
        help="critical when it is longer ago (default: the deadline of each, else its habit)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    if given.client and given.source:
        parser.error("give one of --client and --source")
    texts = [None if limit is None else span(limit) for limit in (given.warning, given.critical)]
    limits = ranges.at_most(given.warning), ranges.at_most(given.critical)
    ranges.refuse_exchanged(parser, ranges.SHORT, (texts[0], texts[1]), limits)
    scope = "source" if given.source else "client"
    asked = Question(scope, given.source or given.client, given.warning, given.critical)
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, configured = store.ask(*COMMANDS, ("GET", keys.LIMITS))
        horizon = read_horizon(replies, clock(), "transfer")
        found = survey(store, asked, flows.read_limits(configured), horizon)
    return answer(asked, found, horizon)
