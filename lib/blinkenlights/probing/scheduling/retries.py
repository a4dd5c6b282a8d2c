"""How often the job of a moment is given out, and how long it waits in between. Pure."""

from collections.abc import Mapping

from blinkenlights.probe.agenda import Job
from blinkenlights.probe.endpoint import Endpoint

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
"""How long a job waits that came back more than once: who cannot make it gives it back at once, and
nothing else would slow the two down."""
MOST_TRIES = 3
"""How often a job of one moment is given out that nobody answers: what ends each worker that takes
it must not end all of them."""


class Retries:
    """Counts for each endpoint how often the job of its last moment came to nothing."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[float, int]] = {}
        """Endpoint -> the moment whose job came back, or came to nothing, and how often."""

    def follow(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Forget whoever is not among these."""
        for name in self._failed.keys() - endpoints.keys():
            del self._failed[name]

    def may_follow_loss(self, job: Job) -> bool:
        """Count that nobody answered a job; returns whether it may be given out again."""
        return self._count(job) < MOST_TRIES

    def pause_after_return(self, job: Job) -> float:
        """Count that a job came back; returns the seconds until it may be given out again."""
        times = self._count(job)
        return 0.0 if times == 1 else min(FIRST_PAUSE * 2 ** (times - 2), LONGEST_PAUSE)

    def _count(self, job: Job) -> int:
        name = job.endpoint.name
        before, times = self._failed.get(name, (0.0, 0))
        times = times + 1 if before == job.due else 1
        self._failed[name] = job.due, times
        return times
