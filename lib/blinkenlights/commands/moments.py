"""Moments, as people write and read them."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime

from blinkenlights.clock import Clock
from blinkenlights.durations import seconds_in
from blinkenlights.iso_times import iso_time


def later(clock: Clock) -> Callable[[str], float]:
    """Return a function that reads `3d`, `2026-12-01` or `2026-12-01T08:00`, which is UTC.

    It gives seconds since the epoch, and raises ArgumentTypeError for what is no time to come.
    """

    def read(text: str) -> float:
        now = clock()
        try:
            moment = now + seconds_in(text)
        except ValueError:
            moment = _date(text)
        if moment <= now:
            raise ArgumentTypeError(f"{text!r} is over already")
        return moment

    return read


def earlier(clock: Clock) -> Callable[[str], float]:
    """Return a function that reads `2h` ago, or a time as `later` does, up to now."""

    def read(text: str) -> float:
        now = clock()
        try:
            moment = now - seconds_in(text)
        except ValueError:
            moment = _date(text)
        if moment > now:
            raise ArgumentTypeError(f"{text!r} is yet to come")
        return moment

    return read


def written(moment: float) -> str:
    """Return a moment, in seconds since the epoch, as tables have it: `2026-12-01 08:00:00Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _date(text: str) -> float:
    try:
        return iso_time(text)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(
            f"{text!r} is no time; write 3d, 2026-12-01 or 2026-12-01T08:00, which is UTC"
        ) from None
