"""Times that neither teach nor alarm, as the configuration has them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo

from cronsim import CronSim, CronSimError

from blinkenlights.durations import seconds_in
from blinkenlights.errors import UsageError
from blinkenlights.expected.spans import Span, moment_of, read_span

MOST_SPANS = 1_000
"""Of one schedule that are looked at."""
FORMS = "2026-12-25, 2026-12-24/2026-12-27 or 0 2 * * sun for 2h"

Exclusion = Callable[[Span], Iterable[Span]]
"""Gives those spans of an exclusion that touch a span."""


def read_exclusion(text: str, zone: tzinfo) -> Exclusion:
    """Return what a text excludes: a day, a span, or a cron schedule and for how long.

    Raises ValueError with a sentence.
    """
    schedule, _, duration = text.partition(" for ")
    if duration:
        return _scheduled(text, schedule, seconds_in(duration), zone)
    try:
        span = read_span(text, zone) if "/" in text else _day(text, zone)
    except (UsageError, ValueError) as error:
        raise ValueError(f"{error}; write {FORMS}") from None
    return lambda asked: [span] if _touch(span, asked) else []


def excluded(exclusions: Iterable[Exclusion], asked: Span) -> list[Span]:
    """Return all that is excluded and touches a span, in the order of time."""
    return sorted(span for each in exclusions for span in each(asked))


def _day(text: str, zone: tzinfo) -> Span:
    start = moment_of(text, zone)
    day = datetime.fromtimestamp(start, zone) + timedelta(days=1)
    return Span(start, day.timestamp())


def _scheduled(text: str, schedule: str, seconds: float, zone: tzinfo) -> Exclusion:
    if not seconds:
        raise ValueError(f"{text!r} is over at once; write {FORMS}")
    try:
        CronSim(schedule, datetime(2026, 1, 1, tzinfo=zone))
    except CronSimError as error:
        raise ValueError(f"{schedule!r} is no cron schedule: {error}; write {FORMS}") from None

    def spans(asked: Span) -> list[Span]:
        found: list[Span] = []
        # A schedule names whole minutes, and gives those after the moment it is asked from.
        before = datetime.fromtimestamp(asked.start - seconds - 60, zone)
        for begun in CronSim(schedule, before):
            start = begun.timestamp()
            if start >= asked.end or len(found) >= MOST_SPANS:
                break
            span = Span(start, start + seconds)
            found += [span] if _touch(span, asked) else []
        return found

    return spans


def _touch(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end
