"""All rules about one thing, prepared to be judged again and again.

Nearly all pairs are well, so here it is only found out which are not; `judging` says why.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from blinkenlights.conditions.context import Context
from blinkenlights.rules.judging import names_of
from blinkenlights.rules.range_condition import AGES
from blinkenlights.rules.rule import Limit, Rule
from blinkenlights.rules.thing import Thing

Holds = Callable[[Context], bool | None]
UNKNOWN = "unknown"
"""It cannot be worked out: something is not there."""


class Matched:
    """Some rules, shared by all things to which exactly these apply."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take the rules, which are of one subject."""
        self.rules = tuple(rules)
        self.by_name = {rule.name: rule for rule in rules}
        self.names = frozenset[str]().union(*map(names_of, rules))
        self._checks = [(at, *_checks(rule)) for at, rule in enumerate(rules)]
        limits = [limit for rule in rules for _, limit in rule.limits]
        self._ages = sorted({age for limit in limits for age in limit.constants_of_age})
        self._at_any_moment = any(limit.needs_every_look for limit in limits)
        self.uses_time = bool(self.names & AGES)
        self._uses_facts = "facts" in self.names

    def outcomes(self, context: Context) -> dict[int, str] | None:
        """Return which of the rules are not well for a thing, by their places; None for none.

        It is `warning`, `critical` or `UNKNOWN`.

        Args:
            context: Of the thing, with all of `names` that it has.
        """
        found: dict[int, str] | None = None
        for at, critical, warning in self._checks:
            outcome = None
            if critical is not None:
                holds = critical(context)
                if holds:
                    outcome = "critical"
                elif holds is None:
                    outcome = UNKNOWN
            if warning is not None and outcome != "critical":
                holds = warning(context)
                if holds:
                    outcome = "warning"
                elif holds is None:
                    outcome = UNKNOWN
            if outcome is not None:
                if found is None:
                    found = {}
                found[at] = outcome
        return found

    def place(self, thing: Thing, now: float) -> object:
        """Return between which ages a thing is, at which rules change; another one is a change."""
        since = None if thing.since is None else now - thing.since
        if self._at_any_moment:
            return thing.age, since
        return self._between(thing.age), self._between(since)

    def is_like(self, before: Thing, after: Thing) -> bool:
        """Return whether nothing has changed that these rules look at, but time."""
        # A hundred thousand things are compared at each look, and to unpack is faster by half.
        _, _, state, status, _, _, _, facts, numbers, tags, doubt, missing, _, known, end = before
        (
            _,
            _,
            state_,
            status_,
            _,
            _,
            _,
            facts_,
            numbers_,
            tags_,
            doubt_,
            missing_,
            _,
            known_,
            end_,
        ) = after
        return (
            numbers == numbers_
            and state == state_
            and status == status_
            and tags == tags_
            and known is known_
            and (not doubt) is (not doubt_)
            and (not missing) is (not missing_)
            and (not end) is (not end_)
            and (not self._uses_facts or facts == facts_)
        )

    def _between(self, age: float | None) -> int | None:
        if age is None:
            return None
        return bisect_left(self._ages, age) + bisect_right(self._ages, age)


def _checks(rule: Rule) -> tuple[Holds | None, Holds | None]:
    return _check(rule.critical), _check(rule.warning)


def _check(limit: Limit | None) -> Holds | None:
    return None if limit is None else limit.condition.holds
