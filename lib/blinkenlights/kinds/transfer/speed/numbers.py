"""Numbers of a client or source that are outside their limits: rate, share of errors, bytes."""

from collections.abc import Iterator
from typing import NamedTuple

from blinkenlights.kinds.transfer.limits import FlowLimit
from blinkenlights.kinds.transfer.rates import Rate
from blinkenlights.plugin.nagios import Critical, Ok, Range, ServiceState, Unknown
from blinkenlights.plugin.verdict import grade
from blinkenlights.plugin.words import plain

OUTSIDE = "outside their limits"
SLOW = "below their minimum rate"
FAILING = "above their share of errors"

Pair = tuple[Range | None, Range | None]
"""Ranges to warn of and that are critical."""


class Thresholds(NamedTuple):
    """What is demanded of each flow on the command line."""

    rate: Pair
    """Of good transfers a minute."""
    errors: Pair
    """Of bad ones in percent."""
    size: Pair
    """Of bytes a minute."""

    @property
    def are_given(self) -> bool:
        """Whether there is any."""
        return any(limit for pair in self for limit in pair)


class Outside(NamedTuple):
    """A number of a flow that is outside a limit."""

    name: str
    state: ServiceState
    """Unknown where we could not hear what may be missing."""
    kind: str
    """OUTSIDE, SLOW or FAILING."""
    words: str
    """The number and the limit."""


def outside_given(name: str, rate: Rate, demanded: Thresholds, *, deaf: bool) -> Iterator[Outside]:
    """Yield what is outside the thresholds of the command line for this flow.

    With `deaf`, what is too little is not certain: what we could not hear may be what is missing.
    """
    for value, unit, (warning, critical) in (
        (rate.good_per_minute, " good/min", demanded.rate),
        (rate.errors, "% bad", demanded.errors),
        (rate.bytes_per_minute, " bytes/min", demanded.size),
    ):
        if value is None:
            continue
        state, words = grade(value, warning, critical)
        if state is Ok:
            continue
        left = critical if state is Critical else warning
        if deaf and unit != "% bad" and left and (left.invert or value < left.start):
            state = Unknown
        yield Outside(name, state, OUTSIDE, f"{plain(round(value, 2))}{unit}{words}")


def outside_own(name: str, rate: Rate, own: FlowLimit, *, deaf: bool) -> Iterator[Outside]:
    """Yield what is outside the limits of the configuration for this flow; `deaf` as above."""
    # Who reports nothing but errors transfers nothing.
    good = rate.good_per_minute
    if own.min_rate is not None and good is not None and good < own.min_rate:
        state = Unknown if deaf else Critical
        words = f"{plain(round(good, 2))} good/min, minimum {plain(own.min_rate)}"
        yield Outside(name, state, SLOW, words)
    if own.max_errors is not None and rate.errors is not None and rate.errors > own.max_errors:
        words = f"{plain(round(rate.errors, 1))}% bad, at most {plain(own.max_errors)}%"
        yield Outside(name, Critical, FAILING, words)
