"""check_alert: whether anybody would be told of an alert now."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.alert.telling.answer import CANARY_SECONDS, Limits, answer
from blinkenlights.kinds.alert.telling.survey import COMMANDS, survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_alert
  check_alert -w 1m -c 5m
  check_alert --canary-critical 3m -v
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "alert",
        "Checks that people would be told of an alert: rules are evaluated, messages leave the "
        "outbox, receivers take them, and the canary arrives. That no rule is evaluated is "
        "critical, because nobody is told of anything then.",
        EXAMPLES,
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="AGE",
        type=ranges.duration,
        default=120.0,
        help="warn when a message is overdue by so much (default: 2m)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="AGE",
        type=ranges.duration,
        default=900.0,
        help="critical when it is overdue by so much (default: 15m)",
    )
    limits.add_argument(
        "--canary-warning",
        metavar="AGE",
        type=ranges.duration,
        help="warn when the canary was not told of for so long (default: none)",
    )
    limits.add_argument(
        "--canary-critical",
        metavar="AGE",
        type=ranges.duration,
        default=CANARY_SECONDS,
        help="critical when it was not for so long (default: 5m)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state when no rule was ever evaluated: ok, warning, critical or unknown "
        "(default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    del parser
    limits = Limits(
        (ranges.at_most(given.warning), ranges.at_most(given.critical)),
        (ranges.at_most(given.canary_warning), ranges.at_most(given.canary_critical)),
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS)
    return answer(survey(replies, clock()), limits, wanted(given, is_filtered=False))
