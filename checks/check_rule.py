"""check_rule: whether rules hold, by what the evaluator found."""

import argparse
from collections.abc import Collection

from blinkenlights.clock import Clock
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.alert.answer import Limits, answer
from blinkenlights.kinds.alert.read import Damage, acknowledgements, alerts_of, rules_named
from blinkenlights.kinds.alert.survey import survey
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_rule
  check_rule 'queue is long'
  check_rule 'disk*' -v
"""


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "rule",
        "Checks that rules hold: what fires is critical or a warning, as its rule says, and a rule "
        "that was not evaluated lately, or has nothing to judge, is unknown.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which rules (default: all)")
    which.add_argument(
        "names", metavar="NAME", nargs="*", help="the same as --rule (default: none)"
    )
    which.add_argument(
        "--rule",
        metavar="GLOB",
        action="append",
        default=[],
        help="name of a rule in its file, or a glob; repeatable (default: all)",
    )
    limits = parser.add_argument_group("thresholds")
    limits.add_argument(
        "-w",
        "--warning",
        metavar="RANGE",
        help="warn when so many things fire, whatever their rules say (default: as they say)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="RANGE",
        help="critical when so many fire (default: as their rules say)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state when no rule has a name that is asked for: ok, warning, critical or unknown "
        "(default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    limits = ranges.pair(parser, ranges.SHORT, (given.warning, given.critical), ranges.value_range)
    names = [*given.rule, *given.names]
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        damage = Damage()
        rules = rules_named(store, names, damage)
        alerts = alerts_of(store, list(rules), damage)
        taken = acknowledgements(store) if any(alerts.values()) else {}
    now = clock()
    unknown = [name for name in names if not _is_found(name, rules)]
    found = survey(rules, alerts, now)
    how = wanted(given, is_filtered=bool(names))
    bad = list(damage.found)
    return answer(found, unknown, now, Limits(*limits), how, taken=taken, damaged=bad)


def _is_found(name: str, rules: Collection[str]) -> bool:
    return any(map(matcher([name]), rules)) if is_glob(name) else name in rules
