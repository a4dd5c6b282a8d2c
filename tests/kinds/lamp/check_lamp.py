"""check_lamp: which lamps are off or silent."""

import argparse

from blinkenlights.kinds.lamp.answer import answer
from blinkenlights.kinds.lamp.survey import COMMANDS as LAMP_COMMANDS
from blinkenlights.kinds.lamp.survey import survey

from blinkenlights.clock import Clock
from blinkenlights.plugin import deadline
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.options import OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser("lamp", "Checks that lamps are on.", "  check_lamp --lamp 'hall*'\n")
    parser.add_argument(
        "--lamp",
        metavar="GLOB",
        action="append",
        default=[],
        help="name or glob; repeatable (default: all)",
    )
    add_common_options(parser)
    return parser


def check(_parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *LAMP_COMMANDS)
    horizon = read_horizon(replies[: len(COMMANDS)], clock(), "lamp")
    return answer(survey(replies[len(COMMANDS) :], horizon, given.lamp), horizon)
