"""Where and as whom a worker works: what all its parts share."""

import asyncio
from typing import NamedTuple

from blinkenlights.collector.guarded_clock import GuardedClock
from blinkenlights.emitting.emitter import Emitter
from blinkenlights.probing.working.known_endpoints import KnownEndpoints
from blinkenlights.probing.working.scheduler_clock import SchedulerClock
from blinkenlights.probing.working.sight import Sight


class Setting(NamedTuple):
    """What all parts of a worker share."""

    name: str
    location: str
    clock: SchedulerClock
    """The time, as probes get it."""
    stalls: GuardedClock
    """Notices that this process was stopped; to be read before a probe is judged."""
    sight: Sight
    endpoints: KnownEndpoints
    emitter: Emitter | None
    """Publishes good results as metrics; None for nowhere."""
    wake: asyncio.Event
    """Set when there is something to tell."""

    @property
    def who(self) -> str:
        """The beginning of a sentence about this worker."""
        return f"worker {self.name}"
