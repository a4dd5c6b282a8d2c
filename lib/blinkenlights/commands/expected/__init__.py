"""`blinkenlights expected`: what is usual for a series at this hour, learned or tried on a file."""

import csv
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from blinkenlights.commands.expected.drawing import Drawn, draw
from blinkenlights.commands.expected.picture import check_picture, write_picture
from blinkenlights.commands.expected.resetting import add_reset, reset
from blinkenlights.commands.expected.rows import Row, read_rows
from blinkenlights.commands.expected.showing import add_show, show
from blinkenlights.commands.options import SubParsers
from blinkenlights.expected.constants import LARGEST
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.spans import Span, read_span

COLUMNS = ("timestamp", "value", "anomaly_score", "expected_low", "expected_high")


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommands."""
    parser = subparsers.add_parser("expected", description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    replay = actions.add_parser(
        "replay",
        help="learn a CSV file row by row, and say how strange each row was",
        description="Read timestamp and value from a CSV file, learn them row by row, and print "
        "timestamp, value, anomaly_score, expected_low and expected_high as CSV. A score of 0.5 "
        "and above is an alarm. Each row is judged by the rows before it alone. Connects to "
        "nothing.",
        allow_abbrev=False,
    )
    _add_options(replay)
    add_show(actions)
    add_reset(actions)


def _add_options(replay: ArgumentParser) -> None:
    replay.add_argument("file", metavar="FILE", help="a CSV file; - reads standard input")
    replay.add_argument(
        "--zone",
        type=_zone,
        default=ZoneInfo("UTC"),
        metavar="NAME",
        help="where days and weeks are lived, and of times without a zone: Europe/Berlin "
        "(default: UTC)",
    )
    replay.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="START/END",
        help="a time that neither teaches nor alarms, such as a holiday or a maintenance: "
        "2026-12-24/2026-12-27 (may be repeated; the end does not belong to it)",
    )
    replay.add_argument(
        "--plot", type=Path, metavar="OUT", help="draw it into this file, .svg or .png"
    )


def run(options: Namespace) -> int:
    """Do what is asked for; returns the exit code."""
    return {"replay": _replay, "show": show, "reset": reset}[options.action](options)


def _replay(options: Namespace) -> int:
    if options.plot:
        check_picture(options.plot)
    excluded = [read_span(text, options.zone) for text in options.exclude]
    rows = read_rows(options.file, options.zone)
    output = csv.writer(sys.stdout, lineterminator="\n")
    output.writerow(COLUMNS)
    drawn = []
    for row, point in zip(rows, replayed(rows, options.zone, excluded), strict=True):
        edges = ("", "") if point.low is None else (f"{point.low:.6g}", f"{point.high:.6g}")
        output.writerow((row.stamp, row.text, f"{point.score:.6g}", *edges))
        if options.plot:
            drawn.append(point)
    sys.stdout.flush()
    if options.plot:
        write_picture(options.plot, draw(drawn, options.zone))
    return 0


def replayed(rows: Sequence[Row], zone: tzinfo, excluded: Sequence[Span]) -> Iterator[Drawn]:
    """Yield for each row what the detector found."""
    detector = Detector(zone)
    for row in rows:
        counts = not any(span.start <= row.moment < span.end for span in excluded)
        finding = detector.update(row.moment, row.value if counts else None)
        band = finding.band
        low, high = (band.low, band.high) if band else (None, None)
        value = row.value if row.value is not None and abs(row.value) <= LARGEST else None
        yield Drawn(row.moment, value, finding.score, low, high)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ArgumentTypeError(f"{name!r} is no time zone; write Europe/Berlin or UTC") from None
