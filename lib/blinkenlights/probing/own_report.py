"""What the prober reports of itself, every few seconds."""

from collections.abc import Sequence

from blinkenlights.kinds.endpoint.prober.message import MOST_PROBLEMS, FileProblem, ProberMessage
from blinkenlights.probing.engine import Engine
from blinkenlights.yaml_files.problems import Problem

SECONDS = 5.0
FORGIVEN_SECONDS = 300.0
"""How long a prober counts as behind after it missed a run."""


class OwnReport:
    """Makes the reports of one prober.

    Args:
        name: Its name.
        started: When it started, seconds since the epoch.
        engine: Counts what it does.
    """

    def __init__(self, name: str, started: float, engine: Engine) -> None:
        self._name = name
        self._started = started
        self._engine = engine
        self._missed = 0
        self._behind_since: float | None = None
        self._missed_at = 0.0

    def made(
        self,
        now: float,
        ticks: float,
        problems: Sequence[Problem],
        files: int,
        blind: tuple[float, str] | None,
        *,
        stopped: bool = False,
    ) -> ProberMessage:
        """Return a report.

        Args:
            now: Seconds since the epoch.
            ticks: Seconds of the loop's clock.
            problems: What is wrong with files.
            files: How many there are.
            blind: Since when nothing is reached, and why; None while something is.
            stopped: Whether it is the last one.
        """
        counts, engine = self._engine.counts, self._engine
        if counts.missed > self._missed:
            self._missed, self._missed_at = counts.missed, now
            if self._behind_since is None:
                self._behind_since = now
        elif self._behind_since is not None and now - self._missed_at > FORGIVEN_SECONDS:
            self._behind_since = None
        return ProberMessage(
            prober=self._name,
            timestamp=round(now, 3),
            started=round(self._started, 3),
            endpoints=engine.endpoints,
            due=counts.due,
            run=counts.run,
            missed=counts.missed,
            excused=counts.excused,
            waiting=counts.waiting,
            busy=engine.busy,
            capacity=engine.capacity,
            window=engine.window.message(ticks),
            behind_since=self._behind_since,
            blind_since=blind[0] if blind else None,
            blind=blind[1] if blind else "",
            stopped=stopped,
            files=files,
            problems=[
                FileProblem(
                    each.file,
                    each.sentence,
                    each.line,
                    each.since,
                    each.is_replaced,
                    each.is_elsewhere,
                )
                for each in problems[:MOST_PROBLEMS]
            ],
        )
