"""check_metric: which series of numbers went silent or beyond a limit, or say they are not well."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.kinds.metric import read as metrics
from blinkenlights.kinds.metric.answer import answer
from blinkenlights.kinds.metric.limits import Limits
from blinkenlights.kinds.metric.selection import Selection
from blinkenlights.kinds.metric.survey import Demanded, survey_of_all, survey_of_named
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_metric
  check_metric www.heartbeat
  check_metric cpu.percent --host web1 -w 80 -c 95
  check_metric 'disk.use.*' --tag 'mount=/data*' -c 90 -v
  check_metric www.requests --of rate --over 5m -w 100: -c 10:
"""
OVER = 300.0
"""Seconds of which something other than the newest point is made."""
LONGEST = 30 * 86400.0


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "metric",
        "Checks that series of numbers go on and are within limits. Without any name it judges "
        "everything that is stale, silent or says that it is not well. A series is stale when its "
        "ttl has passed, or else three of the periods in which it mostly comes.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which series (default: all that are not well)")
    which.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="the same as --name (default: none)",
    )
    which.add_argument(
        "--name",
        metavar="GLOB",
        action="append",
        default=[],
        help="name of a metric or glob, or a whole series as name@host{tag=value}; repeatable "
        "(default: all)",
    )
    which.add_argument(
        "--host", metavar="GLOB", default="", help="only of this host (default: any)"
    )
    which.add_argument(
        "--tag",
        metavar="K=V",
        action="append",
        default=[],
        type=_tag,
        help="only with this tag, V may be a glob; repeatable (default: any)",
    )
    number = parser.add_argument_group("which number")
    number.add_argument(
        "--of",
        metavar="WHAT",
        choices=("avg", "max", "min", "rate", "last"),
        default="last",
        help="what is judged: avg, max, min or last of the points, or rate, by how much they grow "
        "a second (default: last)",
    )
    number.add_argument(
        "--over",
        metavar="TIME",
        type=_span,
        help="of the points of this time, up to 30d (default: 5m; for last, however old it is)",
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w", "--warning", metavar="RANGE", help="warn outside this range (default: none)"
    )
    limits.add_argument(
        "-c", "--critical", metavar="RANGE", help="critical outside this range (default: none)"
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for what is stale, silent or not there: ok, warning, critical or unknown "
        "(default: critical for heartbeats and what was declared, else unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    limits = Limits(
        *ranges.pair(parser, ranges.SHORT, (given.warning, given.critical), ranges.value_range)
    )
    selection = Selection([*given.names, *given.name], given.host, given.tag)
    over = given.over if given.over is not None else 0.0 if given.of == "last" else OVER
    demanded = Demanded(given.of, over)
    if selection.is_everything and (limits.are_given or demanded != Demanded()):
        parser.error("-w, -c, --of and --over judge numbers: name a metric, or * for all")
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        # What is due by now is asked for before it is known as of when everything is judged.
        commands = (
            metrics.census_commands(clock())
            if selection.is_everything
            else metrics.name_commands(selection)
        )
        replies = store.ask(*COMMANDS, *commands)
        # Signals of every kind bring numbers, so series come by all sources.
        horizon = read_horizon(replies[: len(COMMANDS)], clock(), None)
        replies = replies[len(COMMANDS) :]
        if selection.is_everything:
            found = survey_of_all(store, metrics.read_census(replies), horizon)
        else:
            names, awaited = metrics.read_names(store, selection, replies)
            found = survey_of_named(
                store, names, awaited, horizon, selection=selection, demanded=demanded
            )
            if not over and any(limits.is_left_by(one.value) for one in found.series):
                # Mostly all is well.
                from blinkenlights.kinds.metric.history import with_beginnings  # noqa: PLC0415

                found = with_beginnings(store, found, horizon, limits)
    is_filtered = not selection.is_everything
    if is_filtered and not (found.missing or found.never or found.pending):
        # What is away beside the sources of these is no doubt about them.
        horizon = horizon.narrowed({one.facts.source for one in found.series})
    return answer(found, horizon, demanded, limits, wanted(given, is_filtered=is_filtered))


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not a tag; write KEY=VALUE")
    return key, value


def _span(text: str) -> float:
    seconds = ranges.duration(text)
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 30d")
    return seconds
