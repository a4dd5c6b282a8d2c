"""A range of the plugin guidelines as a condition: a value has left it, or is in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from blinkenlights.conditions.comparing import found_at
from blinkenlights.conditions.condition import HOLDS, Verdict
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.paths import Step, path_of
from blinkenlights.conditions.showing import number, typed
from blinkenlights.plugin.nagios import Range
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.words import span

AGES = frozenset(("age", "since"))
"""Values that grow by themselves: seconds."""


@dataclass(frozen=True)
class RangeCondition:
    """It holds while a number is outside of a range, or inside where that is wanted.

    Without the number it does not hold.
    """

    steps: tuple[Step, ...]
    """The path to the number."""
    limit: Range
    text: str
    """As its file has it."""
    is_inside: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of the vocabulary that it uses."""
        return frozenset((str(self.steps[0]),))

    @property
    def paths(self) -> Mapping[str, tuple[Step, ...]]:
        """The value that it is of, as people write it."""
        return {path_of(self.steps): self.steps}

    def holds(self, context: Context) -> bool | None:
        """Return whether it holds; None where there is no number."""
        try:
            value = found_at(context, self.steps)
        except MissingError:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return self.limit.match(value) is self.is_inside

    def judge(self, context: Context) -> Verdict:
        """Return whether it holds; never raises."""
        try:
            value = found_at(context, self.steps)
        except MissingError as missing:
            return Verdict(False, str(missing))
        if isinstance(value, bool) or not isinstance(value, int | float):
            was = typed(value, context.secrets)
            return Verdict(False, f"{path_of(self.steps)} was {was}, want a number")
        if self.limit.match(value) is self.is_inside:
            return HOLDS
        return Verdict(False, self._said(value))

    def found(self, context: Context) -> str:
        """Return the number and the end of the range that it has left: `value was 120, limit 100`.

        Never raises.
        """
        try:
            value = found_at(context, self.steps)
        except MissingError as missing:
            return str(missing)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{path_of(self.steps)} was {typed(value, context.secrets)}"
        return self._said(value)

    def _said(self, value: float) -> str:
        return f"{path_of(self.steps)} was {self._shown(value)}, limit {self._end_near(value)}"

    def _end_near(self, value: float) -> str:
        limit = self.limit
        if not limit.invert:
            if value > limit.end or limit.start in (0, -inf):
                return self._shown(limit.end) if limit.end < inf else written(limit)
            if value < limit.start or limit.end == inf:
                return self._shown(limit.start)
        return written(limit)

    def _shown(self, value: float) -> str:
        return span(value) if self.steps[0] in AGES else number(value)
