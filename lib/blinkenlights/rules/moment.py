"""What an evaluation asks for: all things at one moment, read from a store or written down."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from blinkenlights.rules.thing import Thing


class Moment(Protocol):
    """All things at one moment."""

    @property
    def now(self) -> float:
        """When it is."""

    @property
    def blind(self) -> str:
        """Why nothing at all can be judged; empty when something can."""

    @property
    def deaf(self) -> str:
        """Why some things cannot be judged, though others can; empty when all can."""

    def up_to(self, subject: str) -> float:
        """Return up to when things of a subject are judged: what was sent before is known."""

    def names(self, subject: str, globs: Sequence[str]) -> Sequence[str]:
        """Return the names that match one of some globs. Exact ones are given as they are."""

    def things(
        self,
        subject: str,
        names: Sequence[str],
        window: float,
        *,
        measured: bool = True,
        expected: bool = False,
    ) -> Mapping[str, Thing]:
        """Return exactly these things; of those of which nothing is known, that nothing is.

        Args:
            subject: The name of their subject.
            names: Theirs.
            window: Seconds over which numbers are taken; 0 for those that are of no window.
            measured: Whether numbers are wanted at all.
            expected: Whether those are wanted as well that are expectations.
        """
