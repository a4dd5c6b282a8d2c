"""check_collector: whether what the other checks say can be relied on. Their parent everywhere."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.collector.answer import Limits, answer
from blinkenlights.plugin import condition, deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_collector
  check_collector -w 30s -c 2m --rejects-warning 10 --backlog-critical 100000
  check_collector --memory-warning 80 --memory-critical 95 -v
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "collector",
        "Checks that collectors run, keep up, and have a store to write to. When this is not OK, "
        "what the other checks say is old; let them depend on it.",
        EXAMPLES,
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="AGE",
        default="30s",
        help="warn when what is stored lags behind by more: 30s, 2m (default: 30s)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="AGE",
        default="60s",
        help="critical when it lags behind by more (default: 60s)",
    )
    for name, noun, default in (
        ("backlog", "messages waiting in the broker", (None, None)),
        ("rejects", "rejected messages per minute", ("0", None)),
        ("memory", "percent of the store's maxmemory in use", ("80", None)),
        ("names", "names in the store", (None, None)),
        ("new-names", "new names per minute", (None, None)),
    ):
        for level, value in zip(("warning", "critical"), default, strict=True):
            limits.add_argument(
                f"--{name}-{level}",
                metavar="RANGE",
                default=value,
                help=f"{level} range of {noun} (default: {value or 'none'})",
            )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    texts = given.warning, given.critical
    limits = {"lag": ranges.pair(parser, ranges.SHORT, texts, ranges.age_range)}
    for name in ("backlog", "rejects", "memory", "names", "new_names"):
        words = name.replace("_", "-")
        options = f"--{words}-warning", f"--{words}-critical"
        texts = getattr(given, f"{name}_warning"), getattr(given, f"{name}_critical")
        limits[name] = ranges.pair(parser, options, texts, ranges.value_range)
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, memory, persistence = store.ask(*COMMANDS, *condition.COMMANDS)
        horizon = read_horizon(replies, clock(), kind=None)
    return answer(
        horizon, condition.read_memory(memory + persistence), Limits(**limits), str(address)
    )
