"""How far a source has been heard, and the spans in which it could not be. Pure.

The watermark says: everything sent before this moment has been stored. docs/architecture.md gives
the rules and their reasons. All times are seconds since the epoch, passed in by the caller.
"""

from collections.abc import Sequence
from typing import NamedTuple

LIVE_SECONDS = 10.0
"""How long after an empty queue a message counts as just sent: a third of the clock tolerance."""
SHORTEST_GAP = 5.0
"""Seconds that messages of a queue may be apart; what a socket missed is known exactly. Less where
somebody beats so often that more than one beat can be missing by then."""
BEATS_MISSED = 1.5
"""Intervals without any message after which everybody who beats would have been heard."""
VOTERS = 5
"""Messages whose median time counts, so that two wrong clocks among them change nothing."""


class Span(NamedTuple):
    """From one moment to a later one."""

    start: float
    end: float


class Progress:
    """The progress of one source through what is sent to it.

    Args:
        interval: Seconds between the beats of a component that does not say.
        watermark: Where another run of the collector left off; None when nobody ever listened.
        now: The watermark to start with in that case, until the first message tells better.
    """

    def __init__(self, interval: float, watermark: float | None, now: float) -> None:
        self.watermark = now if watermark is None else min(watermark, now)
        self._provisional = watermark is None
        self._interval = interval
        self._empty: float | None = None
        self._live_until = 0.0
        self._caught_up = False
        self._deaf_since = self._heard = self.watermark
        self._hole: float | None = None
        self._lost = False
        self._shortest_gap = SHORTEST_GAP
        self.turn = 0
        """How often listening began: what was found out in an earlier turn says nothing now."""

    @property
    def is_caught_up(self) -> bool:
        """Whether all that was sent since listening began is stored, or on record as missed."""
        return self._caught_up

    def beats_every(self, interval: float) -> None:
        """Note the shortest interval that anybody has."""
        self._shortest_gap = min(SHORTEST_GAP, interval / 2)

    def listening(self, *, lost: bool = False) -> None:
        """Note that listening begins, for the first time or again.

        `lost` says that what was sent in between is nowhere: no message can prove that it is not.
        """
        self.turn += 1
        self._lost = self._lost or lost
        self._empty = None
        self._live_until = 0.0
        self._caught_up = False
        self._deaf_since = self._heard = self.watermark

    def interrupted(self, since: float, *, lost: bool) -> None:
        """Note that what was thought to be heard after `since` may not have been."""
        self.watermark = min(self.watermark, since)
        self.listening(lost=lost)

    def answered(self, asked: float, ready: int, turn: int | None = None) -> float | None:
        """Note that the broker, asked at `asked`, says that `ready` messages wait.

        An answer to a question of an earlier `turn` says nothing.
        Returns the moment of the question before this one when its answer was that none waited. A
        broker may send that answer ahead of messages it had already handed out; those are here by
        the time it answers the next question, so only then is everything sent before it here.
        """
        if turn is not None and turn != self.turn:
            return None
        moment = self._empty
        self._empty = asked if ready == 0 else None
        if moment is not None:
            self.nothing_waited(moment)
        return moment

    def nothing_waited(self, moment: float) -> None:
        """Note that everything sent before `moment` has reached us."""
        self._live_until = moment + LIVE_SECONDS

    def is_live(self, receipt: float) -> bool:
        """Return whether what comes at `receipt` can have been sent only moments before."""
        return receipt <= self._live_until

    def drained(self, events: Sequence[float], now: float) -> None:
        """Note that messages which may have waited are stored.

        `events` are the times at which they were sent, in the order in which they came; what is
        known of wrong clocks is made good, or a busy one would move everybody's horizon.
        """
        if not events or self._lost:
            return
        reached = min(_median(events), now)
        if self._provisional:
            self._provisional = False
            self.watermark = self._deaf_since = self._heard = reached
        if not self._caught_up:
            self._look_for_hole(events, now)
        # The watermark must not pass what was not heard before that is on record as a gap.
        if self._hole is None:
            self.watermark = max(self.watermark, reached)

    def missed(self, moment: float) -> Span | None:
        """Return what was not heard before `moment`, at which nothing waited and all is stored.

        From the first hole among the messages that had waited; without one, from the newest of
        them: it proves that the broker took messages until then. None when it does not `matter`.
        """
        if self._caught_up or self._provisional:
            return None
        span = Span(self._heard if self._hole is None else self._hole, moment)
        return span if self.matters(span) else None

    def matters(self, span: Span) -> bool:
        """Return whether a beat can be missing because of a span in which nothing was heard."""
        return span.end - span.start >= (0.0 if self._lost else self._shortest_gap)

    def only_we_know(self) -> bool:
        """Return whether what was missed is lost, whatever other collectors say they have."""
        return self._lost

    def reached(self, moment: float) -> None:
        """Note that everything sent before `moment` is stored, and what was `missed` on record."""
        self._provisional = False
        self._caught_up = True
        self._lost = False
        self._hole = None
        self.watermark = max(self.watermark, moment)

    def _look_for_hole(self, events: Sequence[float], now: float) -> None:
        """Find a pause so long that the broker itself must have been away.

        Senders may be back before we are. Their new messages then follow the old ones in the queue,
        and only the pause between tells that nothing was taken in the meantime.
        """
        absence = now - self._deaf_since
        pause = max(self._shortest_gap, min(absence / 2, BEATS_MISSED * self._interval))
        for first in range(0, len(events), VOTERS):
            voters = events[first : first + VOTERS]
            if len(voters) < VOTERS:
                voters = events[-VOTERS:]
            heard = min(_median(voters), now)
            if self._hole is None and heard - self._heard >= pause:
                self._hole = self._heard
            self._heard = max(self._heard, heard)


def _median(times: Sequence[float]) -> float:
    return sorted(times)[(len(times) - 1) // 2]
