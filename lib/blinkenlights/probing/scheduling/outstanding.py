"""Jobs that are out: somebody is to say what became of them, each by its deadline. Pure."""

import heapq
from collections.abc import Iterator

from blinkenlights.probing.engine import Begun


class Outstanding:
    """Jobs by their ids."""

    def __init__(self) -> None:
        self._jobs: dict[str, Begun] = {}
        self._deadlines: list[tuple[float, str]] = []

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._jobs

    def add(self, job_id: str, begun: Begun, deadline: float) -> None:
        """Take a job that is given out, and until when its answer is awaited."""
        self._jobs[job_id] = begun
        heapq.heappush(self._deadlines, (deadline, job_id))

    def answered(self, job_id: str, location: str) -> Begun | None:
        """Return a job that is out no more; ids can be guessed, so its location has to agree."""
        begun = self._jobs.get(job_id)
        if begun is None or begun.job.endpoint.location != location:
            return None
        return self._jobs.pop(job_id)

    def overdue(self, ticks: float) -> Iterator[Begun]:
        """Give those whose deadline is over, which are out no more then."""
        while self._deadlines and self._deadlines[0][0] <= ticks:
            _, job_id = heapq.heappop(self._deadlines)
            begun = self._jobs.pop(job_id, None)
            if begun is not None:
                yield begun
