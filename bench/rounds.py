"""Repetitions that take turns, so that what else the machine does hits all alike."""

from collections.abc import Callable
from statistics import median

from progress import step

Measure = Callable[[], float]


class Figures:
    """What was measured of several subjects, round by round."""

    def __init__(self, rounds: dict[str, list[float]]) -> None:
        """Take the figures of each subject, by its name."""
        self._rounds = rounds

    def median(self, name: str) -> float:
        """Return the median of a subject."""
        return median(self._rounds[name])

    def ratio(self, name: str, reference: str) -> float:
        """Return the median of the ratios of two subjects in the same round.

        A machine that becomes slower on its way has no part in it, which it has in the ratio of
        two medians.
        """
        pairs = zip(self._rounds[name], self._rounds[reference], strict=True)
        return median(one / other for one, other in pairs)


def take_turns(what: str, rounds: int, **subjects: Measure) -> Figures:
    """Run A B C A B C ... and return all figures.

    Args:
        what: What is measured, for the line that shows progress.
        rounds: How often each is run.
        subjects: Each does one run and returns its figure.
    """
    figures: dict[str, list[float]] = {name: [] for name in subjects}
    for done in range(rounds):
        for name, measure in subjects.items():
            step(f"{what}, {name}", done, rounds)
            figures[name].append(measure())
    step(what, rounds, rounds)
    return Figures(figures)
