"""What every condition is, however it was written."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from blinkenlights.conditions.context import Context
from blinkenlights.conditions.paths import Step


class Verdict(NamedTuple):
    """Whether a condition holds."""

    holds: bool
    sentence: str = ""
    """Why it does not, with what was found: `json.status was 'degraded', want 'ok'`. Empty when it
    holds: most do, and to say what was found takes longer than to judge."""


HOLDS = Verdict(True)


class Condition(Protocol):
    """Something that may hold of a thing."""

    @property
    def text(self) -> str:
        """As its file has it, without secrets."""

    def judge(self, context: Context) -> Verdict:
        """Return whether it holds; never raises. What cannot be worked out does not hold."""

    def found(self, context: Context) -> str:
        """Return what was found, in words: `json.queue.depth was 120`; never raises."""


class Decidable(Condition, Protocol):
    """A condition that tells what does not hold from what cannot be worked out.

    It is also judged faster where nobody asks why.
    """

    @property
    def paths(self) -> Mapping[str, tuple[Step, ...]]:
        """The values that it names, as people write them: `facts.queue`."""

    def holds(self, context: Context) -> bool | None:
        """Return whether it holds; None where that cannot be worked out. Never raises.

        Nothing in the context may have to be worked out first.
        """
