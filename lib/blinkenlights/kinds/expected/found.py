"""What a survey of series is asked for, and what it finds."""

from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.expected.kept import Kept, Unusual
from blinkenlights.expected.shortfall import Judgement, Question
from blinkenlights.kinds.learnable import Learnable

OFF = ("critical", "warning")
"""The states of those that are below or above what is expected."""

SeriesRows = Sequence[tuple[float, float]]


class Asked(NamedTuple):
    """What is asked of each series."""

    critical: Sequence[Question]
    warning: Sequence[Question]
    seconds: float
    """Over which it is asked."""
    unusual: float | None = None
    """The score that is unusual; None where that is not asked."""
    direction: str = "low"
    """Of what is unusual: `low`, `high` or `both`."""

    @property
    def questions(self) -> list[Question]:
        """All of them, worst first."""
        return [*self.critical, *self.warning]


class Found(NamedTuple):
    """One series, judged."""

    name: str
    word: str
    """`critical`, `warning`, `learning`, `few`, `unheard`, `unlearned`, `stale`, `excluded` or
    `well`."""
    kept: Kept | None = None
    judgement: Judgement | None = None
    question: Question | None = None
    """The one of the judgement."""
    unusual: Unusual | None = None
    """What was unusual of it lately, where that is asked."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing came in the time asked for, although something is expected."""
        judgement = self.judgement
        return judgement is None or (judgement.observed <= 0 and judgement.usual.expected >= 1)


class Surveyed(NamedTuple):
    """All that was asked for."""

    found: Sequence[Found]
    missing: Sequence[str]
    """Names that were asked for and are not there."""
    learnable: Learnable
    asked: Asked
