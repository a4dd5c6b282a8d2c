"""What a scheduler reports of itself and its locations, and when."""

import asyncio

from blinkenlights.clock import Clock
from blinkenlights.kinds.endpoint.prober.message import ProberMessage
from blinkenlights.probing import own_report
from blinkenlights.probing.followed_files import FollowedFiles
from blinkenlights.probing.scheduling.exchange import Exchange
from blinkenlights.probing.scheduling.leadership import Leadership
from blinkenlights.probing.scheduling.term import Term
from blinkenlights.probing.scheduling.workers import Workers

STILL_SECONDS = 4.0
"""Whoever rests for so long instead of a second was frozen."""
AWAY_SECONDS = 2.0
"""How long the broker may be away before it is reported: its connections begin somehow."""


class Reports:
    """Makes the reports of a scheduler, over all its terms.

    Args:
        files: Of endpoints.
        workers: Who reports.
        exchange: The broker.
        leadership: Says whether the lease is ours still.
        clock: The time.
    """

    def __init__(
        self,
        files: FollowedFiles,
        workers: Workers,
        exchange: Exchange,
        leadership: Leadership,
        clock: Clock,
    ) -> None:
        self._files = files
        self._workers = workers
        self._exchange = exchange
        self._leadership = leadership
        self._clock = clock
        self._away_since: float | None = None
        self._reported_at: float | None = None
        self._living = 0
        """How many workers lived at the last report; -1 while nobody could know."""

    def are_due(self, rested: float) -> bool:
        """Return whether one is due: every five seconds, and when another number of workers live.

        Args:
            rested: Since when we rested, by the loop's clock.
        """
        ticks = asyncio.get_running_loop().time()
        if self._reported_at is None:
            self._reported_at = rested
        living = self._workers.number_living(ticks)
        if self._blind(self._clock()):
            living = -1
        if ticks - rested > STILL_SECONDS or not self._hears_workers(living):
            return False
        if living == self._living and ticks - self._reported_at < own_report.SECONDS:
            return False
        self._reported_at, self._living = ticks, living
        return True

    def made(self, term: Term, *, stopped: bool = False) -> ProberMessage:
        """Return a report of a term, of any length; `stopped` says that it is the last one."""
        now = self._clock()
        blind = self._blind(now)
        message = term.own.made(
            now,
            asyncio.get_running_loop().time(),
            self._files.collection.problems,
            self._files.collection.files,
            blind,
            stopped=stopped,
        )
        # Without the broker nobody knows which workers live; that they are gone would be a guess.
        message.locations = [] if blind else term.messages()
        return message

    def _hears_workers(self, living: int) -> bool:
        """Return whether workers would be heard if there were any: else nothing is said of them.

        Who was frozen has heard none meanwhile, and perhaps another one leads by now. After the
        broker was away they need some seconds to come back.
        """
        if not self._leadership.may_give_out():
            return False
        if not self._exchange.is_connected:
            # That the broker is away is reported, and nothing of workers.
            return True
        return living > 0 or self._exchange.is_settled

    def _blind(self, now: float) -> tuple[float, str] | None:
        """Return since when the broker is away, and what that means; None while it is there."""
        if self._exchange.is_connected:
            self._away_since = None
            return None
        if self._away_since is None:
            self._away_since = now
        if now - self._away_since < AWAY_SECONDS:
            return None
        what = self._exchange.why_not or "is away"
        return self._away_since, f"{self._exchange.address} {what}, and workers get no jobs"
