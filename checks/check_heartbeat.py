"""check_heartbeat: which components fell silent, since when, against which limit."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.answer import Demanded, answer
from blinkenlights.kinds.heartbeat.lateness import Limits
from blinkenlights.kinds.heartbeat.selection import Selection
from blinkenlights.kinds.heartbeat.survey import survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_heartbeat
  check_heartbeat --name 'SMPP *' --exclude '*test*' -v
  check_heartbeat --name billing -w 5m -c 10m
  check_heartbeat --system system-1 --name twitter_transport --min 2
  check_heartbeat --name 'mail*' --value queue_depth -w 100 -c 1000
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "heartbeat",
        "Checks that everything that sends heartbeats, or was declared to, still does. "
        "Each component is late after 1.5 of its intervals and silent after 2.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which components (default: all known or expected)")
    which.add_argument(
        "--name",
        metavar="GLOB",
        action="append",
        default=[],
        help="name or glob; repeatable (default: all)",
    )
    which.add_argument(
        "--exclude",
        metavar="GLOB",
        action="append",
        default=[],
        help="not these; repeatable (default: none)",
    )
    which.add_argument(
        "--system", metavar="NAME", help="only those of this system (default: of all)"
    )
    which.add_argument(
        "--uuid",
        metavar="UUID",
        action="append",
        default=[],
        help="only this instance; repeatable (default: all)",
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="AGE",
        help="warn at ages outside this duration or range: 90, 2m, 30s:10m (default: 1.5 "
        "intervals); with --value a range of the value",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="AGE",
        help="critical at ages outside this duration or range (default: 2 intervals); with "
        "--value a range of the value",
    )
    limits.add_argument(
        "--min",
        metavar="N",
        type=ranges.whole_number,
        default=0,
        help="critical with fewer living instances of a component (default: as declared with "
        "blinkenlights expect --min)",
    )
    limits.add_argument(
        "--value",
        metavar="KEY",
        help="judge this number in the heartbeats with -w and -c (default: ages are judged)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for what is asked for and not there: ok, warning, critical or unknown "
        "(default: critical for the declared and never seen, else unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    read_range = ranges.value_range if given.value else ranges.age_range
    texts = given.warning, given.critical
    warning, critical = ranges.pair(parser, ranges.SHORT, texts, read_range)
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *heartbeats.COMMANDS)
        horizon = read_horizon(replies[: len(COMMANDS)], clock(), "heartbeat")
        census = heartbeats.read_census(replies[len(COMMANDS) :])
        limits = Limits() if given.value else Limits(warning, critical)
        fleet = survey(store, census, horizon, limits, _selection(given))
    demanded = Demanded(given.value, warning, critical) if given.value else Demanded()
    is_filtered = bool(given.name or given.exclude or given.system or given.uuid)
    return answer(fleet, limits, wanted(given, is_filtered=is_filtered), demanded)


def _selection(given: argparse.Namespace) -> Selection:
    names, exclude = given.name, given.exclude
    if given.system is not None:
        names = [f"{given.system}:{name}" for name in names or ["*"]]
        exclude = [f"{given.system}:{name}" for name in exclude]
    return Selection(names, exclude, given.uuid, given.min, given.value or "", given.json)
