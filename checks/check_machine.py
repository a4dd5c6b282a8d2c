"""check_machine: which machines fell silent, died at work or fail all they do, pool by pool."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.answer import answer
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT
from blinkenlights.kinds.machine.limits import Given, MachineLimits
from blinkenlights.kinds.machine.selection import MachineSelection
from blinkenlights.kinds.machine.survey import survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_machine
  check_machine --pool 'releng-hardware/gecko-t-osx-*' -w 4h -c 1d --min 20
  check_machine --datacenter mdc1 --exclude 't-w1064-*' -c 12h --failing 5
  check_machine --machine mdc1:t-linux64-ms-100 -v
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "machine",
        "Checks that the machines that take tasks still do: a machine whose claim of a task "
        "expired and that was not seen since is lost. An idle machine says nothing, so silence is "
        "judged only where somebody gives a limit: here, or for its pool in the configuration.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which machines (default: all known or expected)")
    which.add_argument(
        "--machine",
        metavar="GLOB",
        action="append",
        default=[],
        help="name or glob, with or without DATACENTER: before it; repeatable (default: all)",
    )
    which.add_argument(
        "--datacenter",
        metavar="GLOB",
        action="append",
        default=[],
        help="those in this datacenter; repeatable (default: in all)",
    )
    which.add_argument(
        "--pool",
        metavar="GLOB",
        action="append",
        default=[],
        help="those of this worker pool, PROVISIONER/WORKER-TYPE; repeatable (default: of all)",
    )
    which.add_argument(
        "--exclude",
        metavar="GLOB",
        action="append",
        default=[],
        help="not these, written as for --machine; repeatable (default: none)",
    )
    limits = parser.add_argument_group(
        "thresholds (each wins over what is configured for the pool)"
    )
    limits.add_argument(
        "-w",
        "--warning",
        metavar="AGE",
        help="warn when a machine was last seen so long ago, a duration or range: 90, 4h, 30s:4h "
        "(default: as configured for its pool, else never)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="AGE",
        help="critical when it was last seen so long ago (default: as configured for its pool, "
        "else never)",
    )
    limits.add_argument(
        "--min",
        metavar="N",
        type=ranges.whole_number,
        help="critical with fewer living machines in a pool (default: as configured for the pool)",
    )
    limits.add_argument(
        "--failing",
        metavar="N",
        type=_failures,
        help=f"critical when so many tasks in a row failed on a machine, 1 to {OUTCOMES_KEPT} "
        "(default: as configured for its pool)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for what is asked for and not there: ok, warning, critical or unknown "
        "(default: for the declared and never seen by -w and -c, or a warning without them; else "
        "unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    texts = given.warning, given.critical
    ages = ranges.pair(parser, ranges.SHORT, texts, ranges.age_range)
    demanded = Given(*ages, given.min, given.failing)
    selection = MachineSelection(
        given.machine,
        given.datacenter,
        given.exclude,
        given.pool,
        by_name=bool(given.verbose or given.json),
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *machines.COMMANDS)
        horizon = read_horizon(replies[: len(COMMANDS)], clock(), "machine")
        census = machines.read_census(replies[len(COMMANDS) :])
        limits = MachineLimits(demanded, census)
        found = survey(store, census, horizon, limits, selection)
    is_filtered = bool(selection.is_of_machines or given.pool)
    return answer(found, limits, wanted(given, is_filtered=is_filtered))


def _failures(text: str) -> int:
    number = ranges.whole_number(text)
    if not 1 <= number <= OUTCOMES_KEPT:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not between 1 and {OUTCOMES_KEPT}, which is how many are kept"
        )
    return number
