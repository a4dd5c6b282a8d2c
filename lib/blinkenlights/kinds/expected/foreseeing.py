"""What is expected of series, as numbers that conditions of rules may name."""

import math
from collections.abc import Mapping, Sequence

from blinkenlights.expected.expectation import Expectation, expectation_of, unusual_within
from blinkenlights.expected.kept import Kept
from blinkenlights.expected.words import duration_words, history_words, unusual_words
from blinkenlights.kinds.expected.read import SETTINGS, kept_of, read_settings
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.kinds.measured import Foreseeing, Measured
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.words import plain, span

LASTING = 3600.0
"""Seconds for which something unusual is told."""
UNUSUAL = "unusual"
RATES = tuple(name for name in Expectation._fields if name != UNUSUAL)
"""What is not known before a week was seen."""
EXCLUDED = "excluded, a holiday or a maintenance"


def _numbers(
    context: ViewContext, learnable: Learnable, names: Sequence[str], window: float
) -> Mapping[str, Measured]:
    learning = read_settings(context.store.ask(*SETTINGS))
    if learning is None:
        return {}
    since = context.now - window - learning.interval
    found: dict[str, Measured] = {}
    for name, kept in kept_of(context.store, learnable.sort, names, learning.zone).items():
        spans = learning.excluded_of(learnable.sort, name)
        is_excluded = any(start <= context.now and since < end for start, end in spans)
        found[name] = (
            Measured({}, EXCLUDED) if is_excluded else _measured(kept, context.now, learnable)
        )
    return found


def _measured(kept: Kept, now: float, learnable: Learnable) -> Measured:
    detector = kept.detector
    found = expectation_of(kept, now, is_rate=learnable.is_rate, within=LASTING)
    if found is None:
        return Measured({}, f"learning, {duration_words(detector.learning_left())} left")
    numbers = _readable(found)
    per = "/min" if learnable.is_rate else ""
    low, high = plain(numbers["expected_low"]), plain(numbers["expected_high"])
    is_expected = f"{low} to {high}{per} is expected at this hour: {history_words(detector, now)}"
    words = dict.fromkeys(numbers, is_expected)
    strange = max(unusual_within(kept, now, LASTING), default=None)
    if strange:
        value, between = unusual_words(strange, detector.pace.step, is_rate=learnable.is_rate)
        ago = span(max(0.0, now - strange.moment))
        words[UNUSUAL] = f"{value} {ago} ago, when {between} was expected"
    left = detector.rates_left()
    if left <= 0:
        return Measured(numbers, words=words)
    return Measured(
        {UNUSUAL: numbers[UNUSUAL]},
        f"learning, {duration_words(left)} left",
        {UNUSUAL: words[UNUSUAL]},
    )


def _readable(found: Expectation) -> dict[str, float]:
    """Return the numbers without digits that say nothing: a two hundredth of the band is enough."""
    width = found.expected_high - found.expected_low
    digits = 2 - math.floor(math.log10(width)) if width > 0 else None
    numbers = found._asdict()
    if digits is not None:
        numbers |= {name: round(numbers[name], digits) for name in RATES}
    # Never up: what is below a limit stays there.
    numbers[UNUSUAL] = math.floor(1000 * found.unusual + 1e-9) / 1000
    return numbers


FORESEEING = Foreseeing(Expectation._fields, _numbers)
"""`expected`, `expected_low`, `expected_high`, `unusual`; none while it is learned or excluded."""
