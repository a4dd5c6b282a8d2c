"""What is due, what waits and what was missed: one of run, missed and waiting for each due.

Pure: it is told the time. An endpoint is due again and again whether or not its last probe is over.
While one waits to begin and the next is due, the older one is missed: it is never made up for.
"""

import heapq
from collections.abc import Mapping
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


class Counts(NamedTuple):
    """What became of all that was due: due = run + missed + waiting."""

    due: int
    run: int
    missed: int
    waiting: int
    excused: int
    """Moments that passed while nobody could probe: the clock was set, or the machine slept. Of
    many cron expressions it may be fewer than there were."""


class _Slot:
    """One endpoint on the agenda."""

    def __init__(self, endpoint: Endpoint, now: float) -> None:
        self.endpoint = endpoint
        self.offset = offset_of(endpoint.name, endpoint.schedule)
        self.next = following(endpoint.schedule, now, self.offset)
        self.waiting: float | None = None


class Agenda:
    """When each of some endpoints is due."""

    def __init__(self) -> None:
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

    def host_of(self, name: str) -> str | None:
        """Return the host that an endpoint is on; None when it is not on the agenda."""
        slot = self._slots.get(name)
        return slot.endpoint.request.host if slot else None

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
                    new.waiting = slot.waiting
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
            else:
                self._missed += 1
            slot.waiting = due
            slot.next = following(slot.endpoint.schedule, due, slot.offset)
            self._push(name, slot)
        return found

    def begin(self, name: str) -> Job | None:
        """Return the probe of one who waits; None when it runs already, or waits no more."""
        slot = self._slots.get(name)
        if slot is None or slot.waiting is None or name in self._running:
            return None
        job = Job(slot.endpoint, slot.waiting, slot.next)
        slot.waiting = None
        self._running.add(name)
        self._run += 1
        return job

    def end(self, name: str) -> bool:
        """Note that a probe is over; returns whether the next one of this endpoint waits."""
        self._running.discard(name)
        slot = self._slots.get(name)
        return slot is not None and slot.waiting is not None

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
                slot.waiting = now
            slot.next = following(schedule, now, slot.offset)
            self._push(name, slot)

    def _push(self, name: str, slot: _Slot) -> None:
        if slot.next < inf:
            heapq.heappush(self._heap, (slot.next, name))
