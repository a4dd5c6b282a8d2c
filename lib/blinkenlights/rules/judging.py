"""What comes of a rule for a thing: whether a limit is left, why, and whether it would recover."""

from typing import NamedTuple

from blinkenlights.conditions.comparing import found_at
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.kinds.rows import Fact
from blinkenlights.rules.context import context_of
from blinkenlights.rules.judged import Judged, Outcome
from blinkenlights.rules.rule import Level, Limit, Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.vocabulary import numbers_of

STATES = frozenset(("state", "status"))


def judge(rule: Rule, thing: Thing, now: float) -> Judged:
    """Return what comes of a rule for a thing that it is about."""
    if thing.ended:
        return Judged("ended", thing.ended)
    if thing.doubt:
        return Judged("doubtful", thing.doubt, is_known=thing.is_known)
    if not thing.is_known:
        return Judged("missing", thing.missing, is_known=False)
    context = context_of(thing, now, names_of(rule))
    found = _found(rule, thing, context)
    values = _values(rule, context)
    if found.outcome != "well":
        return Judged(found.outcome, found.why, values=values)
    if rule.recovery is None or rule.recovery.holds(context):
        return Judged("well", "", values=values)
    return Judged("well", rule.recovery.judge(context).sentence, recovers=False, values=values)


def names_of(rule: Rule) -> frozenset[str]:
    """Return the names of values that a rule uses."""
    return frozenset[str]().union(*(limit.names for _, limit in rule.limits))


class _Found(NamedTuple):
    outcome: Outcome
    why: str = ""


def _found(rule: Rule, thing: Thing, context: Context) -> _Found:
    unknown: tuple[Level, Limit] | None = None
    for level, limit in rule.limits:
        holds = limit.condition.holds(context)
        if holds:
            why = limit.condition.found(context)
            return _Found(level, why + _sentence(limit, thing) + _compared(limit, thing))
        if holds is None and unknown is None:
            unknown = level, limit
    if unknown is None:
        return _Found("well")
    _, limit = unknown
    why = limit.condition.judge(context).sentence
    absent = limit.names & numbers_of(thing.subject) - thing.numbers.keys()
    if absent and thing.unsure:
        return _Found("doubtful", f"{why}: {thing.unsure}")
    return _Found("missing", thing.missing or why)


def _sentence(limit: Limit, thing: Thing) -> str:
    """Return what the thing's own check says, where a limit is about its state; else nothing.

    `state was 'silent'` alone says neither for how long nor against which limit.
    """
    return f" ({thing.sentence})" if limit.names & STATES and thing.sentence else ""


def _compared(limit: Limit, thing: Thing) -> str:
    """Return to what the numbers of a limit are to be compared, where it is about such.

    `unusual was 0.95` alone says nobody how much that is.
    """
    told = dict.fromkeys(thing.words[name] for name in sorted(limit.names) if name in thing.words)
    return f" ({'; '.join(told)})" if told else ""


def _values(rule: Rule, context: Context) -> dict[str, Fact]:
    """Return the values that a rule looks at, as people write their names, of those there are."""
    conditions = [limit.condition for _, limit in rule.limits]
    conditions += [rule.recovery] if rule.recovery else []
    values: dict[str, Fact] = {}
    for condition in conditions:
        for path, steps in condition.paths.items():
            try:
                value = found_at(context, steps)
            except MissingError:
                continue
            if value is None or isinstance(value, str | int | float):
                values[path] = value
    return values
