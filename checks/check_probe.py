"""check_probe: whether probers of endpoints keep their schedule, and can use their files."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.endpoint.prober.answer import Limits, answer
from blinkenlights.kinds.endpoint.prober.survey import COMMANDS as PROBERS
from blinkenlights.kinds.endpoint.prober.survey import only_locations, survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_probe
  check_probe -w 1 -c 10 --missed-critical 20
  check_probe --prober berlin -v
  check_probe --location fra --limit-critical 15m
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "probe",
        "Checks that probers of endpoints keep their schedule: a prober that is down, or a "
        "location without a worker, is critical, one that reaches nothing is unknown, and one that "
        "misses runs, has a file that it cannot use, or an output that takes no results, or hits "
        "its scaling limit, is a warning.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which probers (default: all)")
    which.add_argument(
        "--prober",
        metavar="GLOB",
        action="append",
        default=[],
        help="name or glob; repeatable (default: all)",
    )
    which.add_argument(
        "--location",
        metavar="GLOB",
        action="append",
        default=[],
        help="only what is said of workers at this location, also as PROBER/LOCATION; repeatable "
        "(default: all locations, and the probers themselves)",
    )
    limits = parser.add_argument_group("thresholds, of the last few minutes")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="RANGE",
        help="warn when probes begin so many seconds late, at 95 percent (default: none)",
    )
    limits.add_argument(
        "-c", "--critical", metavar="RANGE", help="critical when so many (default: none)"
    )
    limits.add_argument(
        "--missed-warning",
        metavar="RANGE",
        help="warn when so many percent of all runs are missed (default: none, but any missed run "
        "is a warning while it is behind schedule)",
    )
    limits.add_argument(
        "--missed-critical",
        metavar="RANGE",
        help="critical when so many percent are missed (default: none)",
    )
    limits.add_argument(
        "--limit-critical",
        metavar="RANGE",
        help="critical when the scaling limit of a location is hit for so many seconds, or 15m "
        "(default: none, but it is a warning at once)",
    )
    limits.add_argument(
        "--unposted-warning",
        metavar="RANGE",
        default="5m",
        help="warn when results cannot be posted to an output for so long: 90s, 5m, 1h (default: "
        "5m)",
    )
    limits.add_argument(
        "--unposted-critical",
        metavar="RANGE",
        help="critical when for so long (default: none)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state when there is no prober: ok, warning, critical or unknown (default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    missed = given.missed_warning, given.missed_critical
    limits = Limits(
        ranges.pair(parser, ranges.SHORT, (given.warning, given.critical), ranges.value_range),
        ranges.pair(parser, ("--missed-warning", "--missed-critical"), missed, ranges.value_range),
        ranges.optional(parser, "--limit-critical", given.limit_critical, ranges.age_range),
        ranges.pair(
            parser,
            ("--unposted-warning", "--unposted-critical"),
            (given.unposted_warning, given.unposted_critical),
            ranges.age_range,
        ),
    )
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        *replies, probers = store.ask(*COMMANDS, *PROBERS)
    horizon = read_horizon(replies, clock(), "endpoint")
    found = survey(probers, horizon, given.prober)
    if given.location:
        found = only_locations(found, given.location)
    filtered_by = "location" if given.location else "prober" if given.prober else ""
    asked = wanted(given, is_filtered=bool(filtered_by))
    return answer(found, horizon, limits, asked, filtered_by)
