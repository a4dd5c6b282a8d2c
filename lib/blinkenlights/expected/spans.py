"""Moments and spans of time as people write them, in their own zone."""

import math
from datetime import datetime, tzinfo
from typing import NamedTuple

from blinkenlights.errors import UsageError
from blinkenlights.iso_times import iso_time

FOREVER = 253_402_300_800.0
"""The end of the year 9999, beyond which no calendar goes."""


class Span(NamedTuple):
    """From `start` up to but not including `end`, in seconds since the epoch."""

    start: float
    end: float


def read_span(text: str, zone: tzinfo) -> Span:
    """Return the span that `2026-12-24/2026-12-27` names; raises UsageError."""
    start, slash, end = text.partition("/")
    if not slash:
        raise UsageError(f"{text!r} is no span; write START/END, such as 2026-12-24/2026-12-27")
    try:
        span = Span(moment_of(start, zone), moment_of(end, zone))
    except ValueError as error:
        raise UsageError(f"{text!r} is no span: {error}") from None
    if span.end <= span.start:
        raise UsageError(f"{text!r} is no span: it ends before it starts")
    return span


def moment_of(text: str, zone: tzinfo, before: float | None = None) -> float:
    """Return seconds since the epoch for such seconds, or for a time of ISO 8601.

    A time without a zone is one in `zone`. Where clocks are put back an hour comes twice: a time of
    it that would not be after the moment `before` is one of the second. Raises ValueError.
    """
    text = text.strip()
    try:
        moment = float(text)
    except ValueError:
        moment = _written(text, zone, before)
    if not math.isfinite(moment) or not 0 <= moment < FOREVER:
        raise ValueError(f"{text!r} is no time")
    return moment


def _written(text: str, zone: tzinfo, before: float | None) -> float:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        try:
            return iso_time(text)
        except (ValueError, OverflowError):
            raise ValueError(
                f"{text!r} is no time; write 2026-12-01T08:00:00 or seconds since the epoch"
            ) from None
    if written.tzinfo:
        return written.timestamp()
    moment = written.replace(tzinfo=zone).timestamp()
    if before is not None and moment <= before:
        return max(moment, written.replace(tzinfo=zone, fold=1).timestamp())
    return moment
