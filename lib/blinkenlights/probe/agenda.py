"""What is due, what waits and what was missed: one of run, missed and waiting for each due.

Pure: it is told the time. An endpoint is due again and again whether or not its last probe is over.
While one waits to begin and the next is due, the older one is missed: it is never made up for.
"""

import heapq
from collections.abc import Callable, Mapping
from math import inf
from typing import NamedTuple

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.schedule import Every, following, offset_of, runs_between

MOST_EXCUSED = 2_000
"""Moments of cron expressions that are counted after the clock was set: each takes its time."""


class Job(NamedTuple):
    """One probe to be made."""

    endpoint: Endpoint
    due: float
    next: float
    """When the endpoint is due after that."""
    waits_since: float = 0.0
    """When it was due for the first time since its last probe; before `due` where some were
    missed."""


class Counts(NamedTuple):
    """What became of all that was due: due = run + missed + waiting."""

    due: int
    run: int
    missed: int
    waiting: int
    excused: int
    """Moments that passed while nobody could probe: the clock was set, or the machine slept. Of
    many cron expressions it may be fewer than there were."""


class Waits(NamedTuple):
    """An endpoint that waits to be probed. Times are seconds since the epoch."""

    endpoint: Endpoint
    since: float
    """When it was due for the first time since its last probe."""
    period: float
    """Seconds from when it was due last to when it is due next."""


class _Slot:
    """One endpoint on the agenda."""

    def __init__(self, endpoint: Endpoint, now: float) -> None:
        self.endpoint = endpoint
        self.offset = offset_of(endpoint.name, endpoint.schedule)
        self.next = following(endpoint.schedule, now, self.offset)
        self.waiting: float | None = None
        self.waits_since = 0.0


def _nobody(_name: str) -> None:
    pass


class Agenda:
    """When each of some endpoints is due.

    Args:
        missed: Is told of each endpoint one of whose moments is missed.
    """

    def __init__(self, missed: Callable[[str], None] = _nobody) -> None:
        self._tell_missed = missed
        self._slots: dict[str, _Slot] = {}
        self._heap: list[tuple[float, str]] = []
        self._running: set[str] = set()
        """Also who was removed meanwhile: it may come back before its probe is over."""
        self._due = self._run = self._missed = self._excused = 0

    def __len__(self) -> int:
        """How many endpoints there are."""
        return len(self._slots)

    @property
    def counts(self) -> Counts:
        """What became of all that was due since the start."""
        waiting = self._due - self._run - self._missed
        return Counts(self._due, self._run, self._missed, waiting, self._excused)

    def endpoint_of(self, name: str) -> Endpoint | None:
        """Return an endpoint; None when it is not on the agenda."""
        slot = self._slots.get(name)
        return slot.endpoint if slot else None

    def waits_since(self, name: str) -> float | None:
        """Return since when somebody waits to be probed; None for who does not."""
        slot = self._slots.get(name)
        return slot.waits_since if slot and slot.waiting is not None else None

    def waits(self, name: str) -> Waits | None:
        """Return who waits for his turn, since when, and his period; None for one who does not.

        Who is due again while he is probed has no turn before that probe is over.
        """
        slot = self._slots.get(name)
        if slot is None or slot.waiting is None or name in self._running:
            return None
        return Waits(slot.endpoint, slot.waits_since, slot.next - slot.waiting)

    def follow(self, endpoints: Mapping[str, Endpoint], now: float) -> None:
        """Take other endpoints, or others of the same names. Who stays on schedule is due as ever.

        What waits of those that go is due no more.
        """
        for name in self._slots.keys() - endpoints.keys():
            if self._slots.pop(name).waiting is not None:
                self._due -= 1
        for name, endpoint in endpoints.items():
            slot = self._slots.get(name)
            if slot is None or slot.endpoint.schedule != endpoint.schedule:
                new = _Slot(endpoint, now)
                if slot is not None:
                    new.waiting, new.waits_since = slot.waiting, slot.waits_since
                self._slots[name] = new
                self._push(name, new)
            else:
                slot.endpoint = endpoint

    def next_due(self) -> float:
        """Return when something is due next; infinite for never."""
        while self._heap:
            due, name = self._heap[0]
            slot = self._slots.get(name)
            if slot is not None and slot.next == due:
                return due
            heapq.heappop(self._heap)
        return inf

    def take_due(self, now: float) -> list[str]:
        """Return who waits since now, in the order in which they were due."""
        found = []
        while self.next_due() <= now:
            due, name = heapq.heappop(self._heap)
            slot = self._slots[name]
            self._due += 1
            if slot.waiting is None:
                found.append(name)
                slot.waits_since = due
            else:
                self._missed += 1
                self._tell_missed(name)
            slot.waiting = due
            slot.next = following(slot.endpoint.schedule, due, slot.offset)
            self._push(name, slot)
        return found

    def begin(self, name: str) -> Job | None:
        """Return the probe of one who waits; None when it runs already, or waits no more."""
        slot = self._slots.get(name)
        if slot is None or slot.waiting is None or name in self._running:
            return None
        job = Job(slot.endpoint, slot.waiting, slot.next, slot.waits_since)
        slot.waiting = None
        self._running.add(name)
        self._run += 1
        return job

    def end(self, name: str) -> bool:
        """Note that a probe is over; returns whether the next one of this endpoint waits."""
        self._running.discard(name)
        slot = self._slots.get(name)
        return slot is not None and slot.waiting is not None

    def give_back(self, job: Job) -> None:
        """Note that a probe was not begun after all: it waits again, until the next is due.

        It still has to `end`.
        """
        self._run -= 1
        slot = self._slots.get(job.endpoint.name)
        if slot is None:
            self._due -= 1
        elif slot.waiting is not None:
            self._missed += 1
            self._tell_missed(job.endpoint.name)
            slot.waits_since = min(slot.waits_since, job.waits_since or job.due)
        elif job.due >= slot.next:
            # The clock was set back since.
            self._due -= 1
            self._excused += 1
        else:
            slot.waiting, slot.waits_since = job.due, job.waits_since or job.due

    def lose(self) -> None:
        """Note that nobody knows what became of a probe that was begun. It still has to `end`."""
        self._run -= 1
        self._missed += 1

    def clock_broke(self, now: float) -> None:
        """Note that the clock did not go on evenly: what would have been due is excused.

        What waits is due now: how late it is cannot be known.
        """
        self._heap.clear()
        counted = 0
        for name, slot in self._slots.items():
            schedule = slot.endpoint.schedule
            runs = runs_between(schedule, slot.next, now, slot.offset, MOST_EXCUSED - counted)
            self._excused += runs
            if not isinstance(schedule, Every):
                counted += runs
            if slot.waiting is not None:
                slot.waiting = slot.waits_since = now
            slot.next = following(schedule, now, slot.offset)
            self._push(name, slot)

    def _push(self, name: str, slot: _Slot) -> None:
        if slot.next < inf:
            heapq.heappush(self._heap, (slot.next, name))
