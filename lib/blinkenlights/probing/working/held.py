"""Jobs that this worker has, and what they came to."""

from dataclasses import dataclass, field

from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.probing.jobs.messages import Done, Job, Returned, Suspect


@dataclass(slots=True)
class Held:
    """One job from when it came until the broker was told that it is over."""

    job: Job
    tag: int
    """By which the broker is told; 0 for none: it came by our own queue, or the connection by which
    it came is lost, and the broker gives it to somebody once more."""
    lag: float = 0.0
    seconds: float = 0.0

    @property
    def done(self) -> Done:
        """What the scheduler is told of it."""
        return Done(self.job.id, round(self.lag, 4), round(self.seconds, 4))


@dataclass(slots=True)
class Outcomes:
    """What is to be told next."""

    results: list[tuple[Held, bytes]] = field(default_factory=list)
    """Of good jobs: they are published before anything is said of them."""
    told: list[Held] = field(default_factory=list)
    """Over once the next report is with the broker."""
    done: list[Done] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    copies: list[ResultMessage] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether anything is to be told."""
        return bool(self.results or self.told or self.done)

    def put_before(self, later: "Outcomes") -> "Outcomes":
        """Return these together with what came later."""
        return Outcomes(
            self.results + later.results,
            self.told + later.told,
            self.done + later.done,
            self.returned + later.returned,
            self.suspects + later.suspects,
            self.copies + later.copies,
        )
