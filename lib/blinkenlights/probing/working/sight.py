"""Whether this worker reaches anything; nothing is said of endpoints while it does not."""

import logging
from collections.abc import Sequence

from blinkenlights.clock import Clock
from blinkenlights.probe.asking.asker import Asker
from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.result import Probed
from blinkenlights.probing.witnesses import Witnesses

log = logging.getLogger("blinkenlights.probe")


class Sight:
    """What is known of it.

    Args:
        asker: Makes probes.
        clock: The time.
    """

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self.is_proved = False
        """Whether anything was reached since the start, or nobody can prove it."""
        self.blind_since: float | None = None
        self.why = ""
        """Why nothing is reached; empty while something is."""
        self.has_witnesses = False
        """Whether the scheduler has named some, or that there are none."""
        self._clock = clock
        self._witnesses = Witnesses(asker, clock)

    @property
    def sees(self) -> bool:
        """Whether a failed probe says something of its endpoint."""
        return self.is_proved and self.blind_since is None

    def follow(self, witnesses: Sequence[Endpoint]) -> None:
        """Take whom to ask."""
        self.has_witnesses = True
        self._witnesses.follow({each.name: each for each in witnesses})

    async def look(self) -> None:
        """Find out whether anything is reached now; `follow` comes first."""
        why = await self._witnesses.still_blind()
        if why:
            self._goes_blind(self._clock(), why)
        else:
            self._sees()

    async def why_blind(self, probed: Probed) -> str:
        """Return why a probe says nothing of its endpoint; empty when it does."""
        if self._witnesses.note(probed):
            self._sees()
            return ""
        why = self.why or await self._witnesses.why_blind(probed)
        if why:
            self._goes_blind(probed.started, why)
        return why

    def _goes_blind(self, since: float, why: str) -> None:
        if self.blind_since is None:
            log.warning("nothing is reached, so no jobs are taken: %s", why)
            self.blind_since = since
        self.why = why

    def _sees(self) -> None:
        if self.blind_since is not None:
            log.warning("something is reached again")
        self.is_proved, self.blind_since, self.why = True, None, ""
