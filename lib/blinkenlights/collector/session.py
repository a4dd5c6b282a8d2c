"""The session of a source: it numbers batches, and knows whose their messages are."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import uuid4

from blinkenlights.kinds.signal import Acknowledged, Arrival
from blinkenlights.store.batch import Batch, Rows

PROOF_SECONDS = 10.0
"""How often it is looked whether the store still has what it acknowledged, when nothing comes."""

Confirm = Callable[[], Awaitable[bool]]
"""Asks the broker, and returns whether what it gave us and is not acknowledged is still ours."""


class Session:
    """What is sent to the store of one source, batch by batch.

    A broker gives what is not acknowledged to somebody else when it misses us, and when we were
    frozen we do not know that.
    """

    def __init__(self, source: str) -> None:
        """Take the id of the source."""
        self.turn = 0
        """Which of the connections, counted by their losses, messages come by now."""
        self.confirm: Confirm | None = None
        """For what comes by this connection; None where nobody else may have it."""
        self._source = source
        self._name = uuid4().hex
        self._number = 0
        self._gone = -1
        self._acknowledged: dict[str, Acknowledged] = {}
        self._proofs: dict[type[Rows], Rows] = {}
        self._proved = 0.0

    def next_arrival(
        self, receipt: float, turn: int, *, live: bool, again: bool = False
    ) -> Arrival:
        """Return what the messages of the next batch have in common.

        Args:
            receipt: When they came.
            turn: By which connection.
            live: Whether they were sent just before.
            again: Some of them may have been stored before.
        """
        self._number += 1
        return Arrival(
            self._source,
            receipt,
            live,
            self._name,
            self._number,
            lambda: again or turn != self.turn,
            lambda: self.are_gone(turn),
            None if self.confirm is None else partial(self._ask, turn),
            self._acknowledged,
        )

    def lost(self) -> None:
        """Note that the broker gives what is not acknowledged to somebody else, or to us."""
        self.turn += 1

    def are_gone(self, turn: int) -> bool:
        """Return whether it is for others to store what came in a turn: the broker has said so."""
        return turn <= self._gone

    def stored(self, batch: Batch, ticks: float) -> None:
        """Note that a batch is stored; `ticks` are seconds of a clock that nobody sets."""
        proofs = {type(rows): rows.proof() for rows in batch.rows}
        found = {kind: proof for kind, proof in proofs.items() if proof is not None}
        if found:
            self._proofs |= found
            self._proved = ticks

    def proof(self, ticks: float) -> Batch | None:
        """Return what finds out whether the last batch is still there, now and then."""
        if not self._proofs or ticks - self._proved < PROOF_SECONDS:
            return None
        self._proved = ticks
        return Batch([*self._proofs.values()])

    async def _ask(self, turn: int) -> None:
        is_ours = self.confirm is not None and turn == self.turn and await self.confirm()
        # It may be lost while the broker is asked.
        if not is_ours or turn != self.turn:
            self._gone = max(self._gone, turn)
