"""All rules about one thing, prepared to be judged again and again.

Nearly all pairs are well, so here it is only found out which are not; `judging` says why.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter

import cel

from blinkenlights.conditions.cel import CelCondition
from blinkenlights.conditions.context import Context
from blinkenlights.conditions.running import FAILURES
from blinkenlights.rules.judging import names_of
from blinkenlights.rules.range_condition import AGES
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing

UNKNOWN = "unknown"
"""It cannot be worked out: something is not there."""

_LOOKED_AT = ("state", "status", "numbers", "tags", "doubt", "missing", "is_known", "ended")


class Matched:
    """Some rules, shared by all things to which exactly these apply."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take the rules, which are of one subject."""
        self.rules = tuple(rules)
        self.by_name = {rule.name: rule for rule in rules}
        self.names = frozenset[str]().union(*map(names_of, rules))
        self._fast = [(at, each) for at, rule in enumerate(rules) for each in _fast(rule)]
        fast = {at for at, _ in self._fast}
        self._slow = frozenset(at for at, rule in enumerate(rules) if rule.limits) - fast
        limits = [limit for rule in rules for _, limit in rule.limits]
        self._ages = sorted({age for limit in limits for age in limit.constants_of_age})
        self._at_any_moment = any(limit.needs_every_look for limit in limits)
        self.uses_time = bool(self.names & AGES)
        self._uses_facts = "facts" in self.names
        fields = (*_LOOKED_AT, "facts") if self._uses_facts else _LOOKED_AT
        self.key: Callable[[Thing], object] = itemgetter(*map(Thing._fields.index, fields))
        """Gives of a thing all that these rules look at, but time: another one may be a change. It
        is fast, for a hundred thousand things are looked at and nearly all are as they were."""

    def outcomes(self, context: Context) -> dict[int, str] | None:
        """Return which of the rules are not well for a thing, by their places; None for none.

        It is `warning`, `critical` or `UNKNOWN`.

        Args:
            context: Of the thing, with all of `names` that it has.
        """
        values = context.prepared
        suspects: AbstractSet[int] = self._slow
        for at, execute in self._fast:
            try:
                if execute(values) is False:
                    continue
            except FAILURES:
                pass
            suspects = frozenset((*suspects, at))
        if not suspects:
            return None
        found = {at: _outcome(self.rules[at], context) for at in sorted(suspects)}
        return {at: outcome for at, outcome in found.items() if outcome} or None

    def place(self, thing: Thing, now: float) -> object:
        """Return between which ages a thing is, at which rules change; another one is a change."""
        since = None if thing.since is None else now - thing.since
        if self._at_any_moment:
            return thing.age, since
        return self._between(thing.age), self._between(since)

    def is_like(self, before: Thing, after: Thing) -> bool:
        """Return whether nothing has changed that these rules look at, but time and words."""
        return (
            before.numbers == after.numbers
            and before.state == after.state
            and before.status == after.status
            and before.tags == after.tags
            and before.is_known is after.is_known
            and bool(before.doubt) is bool(after.doubt)
            and bool(before.missing) is bool(after.missing)
            and bool(before.ended) is bool(after.ended)
            and (not self._uses_facts or before.facts == after.facts)
        )

    def _between(self, age: float | None) -> int | None:
        if age is None:
            return None
        return bisect_left(self._ages, age) + bisect_right(self._ages, age)


def _outcome(rule: Rule, context: Context) -> str:
    """Return what a rule comes to; empty where it is well."""
    is_known = True
    for level, limit in rule.limits:
        holds = limit.condition.holds(context)
        if holds:
            return level
        is_known = is_known and holds is not None
    return "" if is_known else UNKNOWN


def _fast(rule: Rule) -> list[Callable[[cel.Context], object]]:
    """Return what gives False for each limit of a rule while it is well; none of a slow one."""
    found = []
    for _, limit in rule.limits:
        condition = limit.condition
        if not isinstance(condition, CelCondition) or condition.is_fenced:
            return []
        found.append(condition.execute)
    return found
