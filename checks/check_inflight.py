"""check_inflight: transfers that have begun and are not over, and what is stranded with a node."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.transfer.inflight.answer import answer
from blinkenlights.kinds.transfer.inflight.survey import Question, survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.plugin.verdict import BY_WORD
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_inflight
  check_inflight -w 10m -c 1h
  check_inflight --node 'ddsr*' -c 30m -v
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "inflight",
        "Checks that transfers that have begun come to an end. When the heartbeat of their node is "
        "silent, they are critical and named.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which transfers (default: all)")
    which.add_argument(
        "--node",
        metavar="GLOB",
        action="append",
        default=[],
        help="node or glob; repeatable (default: all)",
    )
    limits = parser.add_argument_group("thresholds")
    for short, level in (("-w", "warning"), ("-c", "critical")):
        limits.add_argument(
            short,
            f"--{level}",
            metavar="AGE",
            help=f"{level} when begun longer ago: 10m, 1h (default: none)",
        )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for a node that nobody knows: ok, warning, critical or unknown "
        "(default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    texts = given.warning, given.critical
    asked = Question(given.node, *ranges.pair(parser, ranges.SHORT, texts, ranges.age_range))
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *heartbeats.COMMANDS)
        now = clock()
        horizon = read_horizon(replies[: len(COMMANDS)], now, "transfer")
        beats = read_horizon(replies[: len(COMMANDS)], now, "heartbeat")
        census = heartbeats.read_census(replies[len(COMMANDS) :])
        found = survey(store, asked, census, horizon, beats)
    missing = BY_WORD[given.missing] if given.missing else None
    return answer(found, horizon, beats, missing)
