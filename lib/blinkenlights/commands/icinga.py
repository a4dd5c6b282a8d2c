"""`blinkenlights icinga`: write the definitions for Icinga, Nagios, NRPE and Director."""

import sys
from argparse import Namespace
from pathlib import Path

from blinkenlights.commands.options import SubParsers
from blinkenlights.definitions.writing import write
from blinkenlights.errors import UsageError


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "icinga",
        description="Write commands, services and dependencies for Icinga 2, Nagios, NRPE and "
        "Icinga Director, as they follow from the options of the checks. README.md in the "
        "project's folder icinga/ says where each file belongs.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        default=Path("icinga"),
        help="folder to write into (default: %(default)s)",
    )


def run(options: Namespace) -> int:
    """Write the files and print their paths; returns 0."""
    try:
        written = write(options.output)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error
    for path in written:
        sys.stdout.write(f"{path}\n")
    return 0
