"""What is said of one worker, for check_probe."""

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.endpoint.prober.locations import (
    CLOCK_WORDS,
    WORKER_LIMIT,
    Location,
    Worker,
)
from blinkenlights.plugin.words import clean, count, plain, short, span


class WorkerWords:
    """The words for workers at a moment."""

    def __init__(self, now: float) -> None:
        """Take the present."""
        self._now = now

    def figures(self, one: Worker) -> str:
        """Return what a worker does, in figures, and what is the matter with it."""
        text = (
            f"{one.busy} of {count(one.capacity, 'probe')} at a time busy, {one.run} run, "
            f"{one.returned} given back, last report {span(round(one.age))} ago"
        )
        if abs(one.ahead) > CLOCK_WORDS:
            text += f", {_clock(one)}, corrected"
        what = self.trouble(one)
        return f"{what}; {text}" if what else text

    def said(self, one: Worker, where: Location) -> str:
        """Return what is the matter with a worker that is not alive."""
        if one.word == "off":
            return self.off(one, where)
        return f"{named(one, where)} {self.trouble(one)}"

    def trouble(self, one: Worker) -> str:
        """Return what is the matter with a worker whose state is not about its clock."""
        if one.word == "gone":
            return (
                f"is gone without a farewell, last report {span(round(one.age))} ago, limit "
                f"{span(WORKER_LIMIT)}"
            )
        if one.word == "blind":
            why = f": {clean(one.blind)}" if one.blind else ""
            return f"reaches nothing for {span_since(self._now, one.blind_since)}{why}"
        if one.word == "behind":
            return (
                f"is behind schedule for {span_since(self._now, one.behind_since)}, carries "
                f"{count(one.capacity, 'probe')} at a time now"
            )
        return ""

    def off(self, one: Worker, where: Location) -> str:
        """Return how wrong the clock of a worker is."""
        limit = span(CLOCK_TOLERANCE)
        return f"{named(one, where)}: {_clock(one)}, limit {limit}; its times are corrected"


def named(one: Worker, where: Location) -> str:
    """Return how a worker is called, and where it is."""
    return f"worker {short(one.name)} at {short(where.name)}"


def _clock(one: Worker) -> str:
    by = plain(round(abs(one.ahead), 1)) + "s" if abs(one.ahead) < 10 else span(abs(one.ahead))  # noqa: PLR2004
    return f"clock {by} {'ahead of' if one.ahead > 0 else 'behind'} the scheduler's"


def span_since(now: float, since: float | None) -> str:
    """Return how long ago something began."""
    return span(max(0.0, round(now - (since or 0.0))))
