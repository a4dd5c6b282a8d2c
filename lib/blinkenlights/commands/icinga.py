"""`blinkenlights icinga`: write the definitions for Icinga, Nagios, NRPE and Director."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stores import add_store
from blinkenlights.definitions.each.finding import checks_that_can, kinds_that_can
from blinkenlights.definitions.writing import write
from blinkenlights.errors import UsageError

MOST = 2000


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "icinga",
        description="Write commands, services and dependencies for Icinga 2, Nagios, NRPE and "
        "Icinga Director, as they follow from the options of the checks. README.md in the "
        "project's folder icinga/ says where each file belongs. With --each or --group, write one "
        "service for each thing that the store knows instead (--kind names their kinds), print "
        "what changed as a diff, and exit with 3 when anything did, 0 when nothing did, 1 when it "
        "could not be done and nothing was written.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=Path("icinga"),
        help="folder to write into (default: %(default)s)",
    )
    _add_each(parser)


def run(options: Namespace) -> int:
    """Write the files and print what was written; returns 0, or 3 where --each changed anything."""
    if options.each or options.group:
        # Reads the store and the configuration, which the definitions themselves have no need of.
        from blinkenlights.commands.icinga_each import run_each  # noqa: PLC0415

        return run_each(options)
    try:
        written = write(options.output)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error
    for path in written:
        sys.stdout.write(f"{path}\n")
    return 0


def _add_each(parser: ArgumentParser) -> None:
    each = parser.add_argument_group("one service for each thing")
    each.add_argument(
        "--each",
        metavar="GLOB",
        action="append",
        default=[],
        help="a service for each thing whose name matches; repeatable",
    )
    each.add_argument(
        "--group",
        metavar="NAME=GLOB",
        action="append",
        default=[],
        help="one service for all that match, which have none of their own; repeatable",
    )
    each.add_argument(
        "--kind",
        metavar="KIND",
        action="append",
        default=[],
        choices=kinds_that_can(),
        help=f"only of these: {', '.join(kinds_that_can())}; repeatable (default: all)",
    )
    each.add_argument(
        "--check",
        metavar="CHECK",
        action="append",
        default=[],
        choices=checks_that_can(),
        help=f"only with these: {', '.join(checks_that_can())}; repeatable (default: all)",
    )
    each.add_argument(
        "--web-url",
        metavar="URL",
        help="where the status page is, for notes_url and action_url (default: `url` in [web])",
    )
    each.add_argument(
        "--most",
        metavar="N",
        type=int,
        default=MOST,
        help="refuse to write more services, since whoever sends can make up names "
        "(default: %(default)s)",
    )
    each.add_argument(
        "--shrink",
        action="store_true",
        help="let more than half of the services go at once, which is refused otherwise",
    )
    each.add_argument("--dry-run", action="store_true", help="write nothing, and say what would be")
    add_store(parser)
    add_config(parser)
