"""`blinkenlights expected show`: what was learned of a series, hour by hour."""

from argparse import Namespace
from collections.abc import Sequence

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.expected.detector import Detector
from blinkenlights.expected.hours import HourOfWeek, hours_of_week
from blinkenlights.expected.kept import ALARM, Kept, Unusual
from blinkenlights.expected.season import DAY_HOURS
from blinkenlights.expected.words import (
    duration_words,
    history_words,
    number_words,
    shift_words,
    unusual_words,
)
from blinkenlights.kinds.expected.read import SETTINGS, kept_of, read_settings
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.kinds.registry import learnables
from blinkenlights.plugin.settings import store_settings
from blinkenlights.plugin.words import moment
from blinkenlights.store.reader import StoreReader

STORE_SECONDS = 10.0
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def add_show(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "show",
        help="show what was learned of a series, hour by hour",
        description="Show what was learned of a series: how much is expected in each hour of the "
        "week, a minute of a rate, or a value of a metric; since when, and what is still to be "
        "learned.",
        epilog="example: blinkenlights expected show anna",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", help="of a client, a source or a metric")
    add_store(parser)
    add_config(parser)
    add_json(parser)


def show(options: Namespace) -> int:
    """Show it; returns 0. Raises UsageError where nothing was learned of it."""
    settings = store_settings(options)
    with StoreReader(settings.address(), STORE_SECONDS, settings.ca_file or "") as store:
        learning = read_settings(store.ask(*SETTINGS))
        zone = learning.zone if learning else None
        found = {
            each: kept
            for each in learnables()
            for kept in kept_of(store, each.sort, [options.name], zone).values()
        }
    if not found:
        raise UsageError(
            f"nothing was learned of {options.name}; [expected] says what is learned, and it takes "
            "an interval until it begins"
        )
    if options.json:
        say_json([_data(each, options.name, kept) for each, kept in found.items()])
        return 0
    for each, kept in found.items():
        _say(each, options.name, kept)
    return 0


def _say(learnable: Learnable, name: str, kept: Kept) -> None:
    detector = kept.detector
    newest = detector.pace.newest
    say(f"{learnable.sort} {name}: {history_words(detector, newest)} at this hour")
    say(f"learned from {moment(detector.pace.first)} to {moment(newest)}")
    if detector.learning_left() > 0:
        say(f"learning, {duration_words(detector.learning_left())} until anything is unusual")
    if detector.rates_left() > 0:
        left = duration_words(detector.rates_left())
        say(f"learning, {left} until a share of what is expected is judged")
    shifted = shift_words(detector, is_rate=learnable.is_rate)
    if shifted:
        say(shifted)
    for row in (kept.below, kept.above):
        if row.score >= ALARM:
            say(_unusual(row, learnable, detector))
    say("a minute is expected to have" if learnable.is_rate else "it is expected to be")
    hours = hours_of_week(detector, is_rate=learnable.is_rate)
    say_table(("HOUR", *DAYS), [_row(hour, hours) for hour in range(DAY_HOURS)])


def _unusual(row: Unusual, learnable: Learnable, detector: Detector) -> str:
    value, between = unusual_words(row, detector.pace.step, is_rate=learnable.is_rate)
    return (
        f"last unusual at {moment(row.moment)}: {value}, expected {between} (score {row.score:.2f})"
    )


def _row(hour: int, hours: Sequence[HourOfWeek]) -> list[str]:
    cells = {each.day: each for each in hours if each.hour == hour}
    return [
        f"{hour:02}:00",
        *(_cell(cells[day]) if day in cells else "" for day in range(len(DAYS))),
    ]


def _cell(hour: HourOfWeek) -> str:
    band = f"{number_words(hour.low)}-{number_words(hour.high)}"
    return f"{number_words(hour.expected)} ({band})" if hour.weeks else "-"


def _data(learnable: Learnable, name: str, kept: Kept) -> dict[str, object]:
    detector = kept.detector
    shift = detector.shift
    return {
        "sort": learnable.sort,
        "name": name,
        "is_rate": learnable.is_rate,
        "first": detector.pace.first,
        "newest": detector.pace.newest,
        "rows": int(detector.pace.rows),
        "step": detector.pace.step,
        "learning_left": detector.learning_left(),
        "rates_left": detector.rates_left(),
        "new_level_since": shift.since or None,
        "below": kept.below._asdict() if kept.below.score else None,
        "above": kept.above._asdict() if kept.above.score else None,
        "hours": [each._asdict() for each in hours_of_week(detector, is_rate=learnable.is_rate)],
    }
