"""When an endpoint is probed next where it does not get its turn each time it is due.

`next` in a result says until when it holds. Where each endpoint waits for two periods, a result
that held for one would be called old by every check, and nobody could tell that from a dead prober.
So `next` says what is to be expected, and `planned` what the file wants.
"""

from math import ceil

from blinkenlights.kinds.endpoint.message import LONGEST_PERIOD
from blinkenlights.probe.agenda import Job
from blinkenlights.probe.schedule import Every, following, offset_of

SMALL = 0.05
"""Share of a period that a wait may take without another moment being missed."""
FORGIVEN = 0.5
"""Share of a period by which a result may come later than `next` says: checks forgive a whole one,
which is kept for what may get worse."""
MOST = 100


def stretched(job: Job, now: float) -> tuple[float, float]:
    """Return when the endpoint is probed after this job, and its own period if that is later.

    A wait as long as the one that is over now is expected the next time. Seconds since the epoch,
    and seconds; 0 where the schedule is kept.
    """
    period = job.next - job.due
    waited = now - job.waits_since
    if waited <= FORGIVEN * period:
        return job.next, 0.0
    begins = now + max(1, ceil(waited / period - SMALL)) * period
    runs = min(ceil((begins - job.due) / period - FORGIVEN), MOST)
    if runs <= 1:
        return job.next, 0.0
    return min(_later(job, runs), job.due + LONGEST_PERIOD), round(period, 3)


def _later(job: Job, runs: int) -> float:
    schedule = job.endpoint.schedule
    if isinstance(schedule, Every):
        return round(job.next + (runs - 1) * schedule.seconds, 3)
    later, offset = job.next, offset_of(job.endpoint.name, schedule)
    for _ in range(runs - 1):
        later = following(schedule, later, offset)
    return later
