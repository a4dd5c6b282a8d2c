"""What is expected, behind the curves of a thing."""

from collections.abc import Sequence

from msgspec.structs import replace

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.usual import MINUTE, UsualRange, usual_range
from blinkenlights.kinds.expected.read import SETTINGS, kept_of, read_settings
from blinkenlights.kinds.rows import Curve
from blinkenlights.kinds.view import History
from blinkenlights.kinds.view_context import ViewContext

MOST_LOOKED_AT = 60
"""Columns of a curve for which it is worked out; those between have that of the one before."""
MINUTES_TITLE = "good transfers a minute in the last hour"


def banded(context: ViewContext, subject: str, name: str, history: History) -> Sequence[Curve]:
    """Return the curves of a thing with what is expected; the same where nothing is learned.

    What is counted by the minute gets a curve for that. Raises a StoreError.
    """
    if not (history.curves or history.minutes):
        return history.curves
    learning = read_settings(context.store.ask(*SETTINGS))
    if learning is None:
        return history.curves
    kept = kept_of(context.store, subject, [name], learning.zone).get(name)
    if kept is None or kept.detector.learning_left() > 0:
        return history.curves
    detector = kept.detector
    if history.minutes:
        return [*history.curves, _with_band(_of_minutes(history), detector, is_rate=True)]
    return [_with_band(each, detector, is_rate=False) for each in history.curves]


def _of_minutes(history: History) -> Curve:
    good = [float(each.good) if each.heard else None for each in history.minutes]
    return Curve(MINUTES_TITLE, history.minutes[0].start, MINUTE, good, good, good)


def _with_band(curve: Curve, detector: Detector, *, is_rate: bool) -> Curve:
    every = max(1, -(-len(curve.mean) // MOST_LOOKED_AT))
    found: list[UsualRange] = []
    for column in range(len(curve.mean)):
        begun = curve.start + column * curve.step
        found.append(
            found[-1]
            if column % every
            else usual_range(detector, begun, curve.step, is_rate=is_rate)
        )
    return replace(
        curve,
        expected_low=[float(f"{each.low:.6g}") for each in found],
        expected_high=[float(f"{each.high:.6g}") for each in found],
    )
