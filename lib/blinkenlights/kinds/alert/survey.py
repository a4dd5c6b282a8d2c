"""What was evaluated of rules, judged: which fire, and of which nobody can know it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.alert.keys import Active, Evaluated
from blinkenlights.kinds.alert.states import WORST_FIRST

STALE_SECONDS = 60.0
"""A rule is not evaluated any more when so much time has passed since, and three of its intervals.
Another instance has the lease by then where one stands by."""
STALE_INTERVALS = 3


class RuleFound(NamedTuple):
    """One rule, judged."""

    name: str
    word: str
    """As `states.RULES` has it."""
    evaluated: Evaluated
    age: float
    """Seconds since it was evaluated."""
    limit: float
    """From which age on nothing follows from it."""
    firing: list[Active]
    pending: list[Active]

    @property
    def is_critical(self) -> bool:
        """Whether one of its alerts is critical."""
        return any(one.level == "critical" for one in self.firing)


def survey(
    rules: Mapping[str, Evaluated], alerts: Mapping[str, Sequence[Active]], now: float
) -> list[RuleFound]:
    """Return rules, worst first."""
    found = [_rule(name, rules[name], alerts.get(name, ()), now) for name in rules]
    return sorted(
        found, key=lambda one: (WORST_FIRST.index(one.word), not one.is_critical, one.name)
    )


def limit_of(every: float) -> float:
    """Return after how many seconds something that is evaluated so often is stale."""
    return max(STALE_SECONDS, STALE_INTERVALS * every)


def _rule(name: str, evaluated: Evaluated, alerts: Sequence[Active], now: float) -> RuleFound:
    firing = [one for one in alerts if one.fired]
    pending = [one for one in alerts if not one.fired]
    age, limit = max(0.0, now - evaluated.at), limit_of(evaluated.every)
    if age > limit:
        word = "stale"
    elif firing:
        word = "firing"
    elif evaluated.doubtful:
        word = "unheard"
    elif evaluated.missing or not evaluated.things:
        word = "missing"
    else:
        word = "pending" if pending else "well"
    return RuleFound(name, word, evaluated, age, limit, firing, pending)
