"""check_endpoint: which endpoints fail, are degraded, or are not probed in time."""

import argparse
from collections.abc import Mapping, Sequence

from blinkenlights.clock import Clock
from blinkenlights.globs import matcher
from blinkenlights.kinds.endpoint import read as endpoints
from blinkenlights.kinds.endpoint.answer import answer
from blinkenlights.kinds.endpoint.broken_files import COMMANDS as FILES
from blinkenlights.kinds.endpoint.broken_files import broken_files
from blinkenlights.kinds.endpoint.slowness import Limits
from blinkenlights.kinds.endpoint.survey import (
    IsMeant,
    heard_of,
    survey_of_all,
    survey_of_named,
)
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_endpoint
  check_endpoint www.example.net/health
  check_endpoint 'shop/*' --label team=payments -v
  check_endpoint shop/cart -w 0.5 -c 2
  check_endpoint --live --endpoints /etc/blinkenlights/endpoints shop/cart
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "endpoint",
        "Checks that endpoints are good, by the results that probers brought into the store. What "
        "is expected of each, and how many bad results it takes, stands in its file. With --live "
        "it probes now, and needs neither prober nor store.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which endpoints (default: all that are not good)")
    which.add_argument(
        "names", metavar="NAME", nargs="*", help="the same as --name (default: none)"
    )
    which.add_argument(
        "--name",
        metavar="GLOB",
        action="append",
        default=[],
        help="key of an endpoint in its file, HOST/PATH, or a glob; repeatable (default: all)",
    )
    which.add_argument("--all", action="store_true", help="all endpoints, which is the default")
    which.add_argument(
        "--label",
        metavar="K=V",
        action="append",
        default=[],
        type=_label,
        help="only with this label, V may be a glob; repeatable (default: any)",
    )
    live = parser.add_argument_group("probing now")
    live.add_argument(
        "--live", action="store_true", help="probe now and judge that one result (default: no)"
    )
    live.add_argument(
        "--endpoints",
        metavar="DIR",
        help="folder of endpoint files for --live (default: as configured in [probe])",
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="RANGE",
        help="warn when the last probe took so many seconds (default: as its file says)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="RANGE",
        help="critical when it took so many seconds (default: as its file says)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for what is not probed, not known or removed: ok, warning, critical or "
        "unknown (default: critical for what was declared, else unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    names = [*given.name, *given.names]
    if given.all and names:
        parser.error("--all asks for every endpoint: leave out the names")
    if given.endpoints and not given.live:
        parser.error("--endpoints is for --live: without it the store has the results")
    limits = Limits(
        *ranges.pair(parser, ranges.SHORT, (given.warning, given.critical), ranges.value_range)
    )
    is_filtered = bool(names or given.label)
    if limits.are_given and not (is_filtered or given.live):
        parser.error("-w and -c judge the times of probes: name endpoints, or * for all")
    if given.live:
        # Only then: a check that reads the store does without all of this.
        from blinkenlights.probe.live import answer_now  # noqa: PLC0415

        return answer_now(given, names, _is_meant(given.label), limits, clock)
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        commands = () if is_filtered else endpoints.census_commands(clock())
        replies = store.ask(*COMMANDS, *FILES, *commands)
        horizon = read_horizon(replies[: len(COMMANDS)], clock(), "endpoint")
        [reports], rest = replies[len(COMMANDS) :][: len(FILES)], replies[len(COMMANDS) :][1:]
        if is_filtered:
            meant = endpoints.named(store, names or ["*"])
            found = survey_of_named(store, meant, horizon, _is_meant(given.label), names)
        else:
            found = survey_of_all(store, endpoints.read_census(rest), horizon)
    broken = broken_files(reports, horizon, found, is_filtered=is_filtered)
    asked = wanted(given, is_filtered=is_filtered)
    heard = heard_of(found, names, horizon)
    return answer(found, heard, asked, *broken, limits=limits)


def _label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not a label; write KEY=VALUE")
    return key, value


def _is_meant(labels: Sequence[tuple[str, str]]) -> IsMeant | None:
    if not labels:
        return None
    wanted = [(key, matcher([value])) for key, value in labels]

    def is_meant(given: Mapping[str, str]) -> bool:
        return all(key in given and matches(given[key]) for key, matches in wanted)

    return is_meant
