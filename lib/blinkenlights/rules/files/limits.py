"""From what a file says of a limit to a condition: a range of the plugin guidelines, or CEL."""

import re
from argparse import ArgumentTypeError
from functools import lru_cache
from math import inf

from blinkenlights.conditions.cel import CelCondition, compile_cel
from blinkenlights.conditions.errors import ConditionError, MistakeError
from blinkenlights.conditions.named import steps_to
from blinkenlights.conditions.parsing import parsed
from blinkenlights.conditions.paths import Step
from blinkenlights.conditions.vocabulary import Number, type_of
from blinkenlights.plugin.nagios import Range
from blinkenlights.plugin.ranges import age_range, exchanged, value_range
from blinkenlights.plugin.words import plain
from blinkenlights.rules.by_time import ByTime, by_time
from blinkenlights.rules.files.settings import Limiting
from blinkenlights.rules.range_condition import AGES, RangeCondition
from blinkenlights.rules.rule import Limit
from blinkenlights.rules.vocabulary import vocabulary_of
from blinkenlights.yaml_files.unfit import Unfit

_RANGE = re.compile(r"[@~:.\-0-9][-~:.\w]*")
"""What has no sign that compares is no expression."""
_OF = "write value, age or facts.queue"


def limit_of(key: str, given: Limiting, subject: str, of: str) -> Limit:
    """Return when a thing is bad: while a number is outside of a range, or an expression holds.

    Args:
        key: `warning` or `critical`.
        given: What the file has there.
        subject: The name of the subject.
        of: What a range is of: `value`, `facts.queue`.

    Raises Unfit.
    """
    return _limit(key, given, subject, of, is_inside=False)


def recovery_of(given: Limiting, subject: str, of: str) -> Limit:
    """Return what has to hold before it is over: a number is inside of a range. Raises Unfit."""
    return _limit("recovery", given, subject, of, is_inside=True)


def refuse_exchanged(warning: Limit | None, critical: Limit | None) -> None:
    """Raise Unfit when two ranges of one number leave WARNING no room."""
    if warning is None or critical is None or warning.text == critical.text:
        return
    first, second = warning.condition, critical.condition
    if (
        isinstance(first, RangeCondition)
        and isinstance(second, RangeCondition)
        and first.steps == second.steps
    ):
        wrong = exchanged(
            (f"warning {first.text}", first.limit), (f"critical {second.text}", second.limit)
        )
        if wrong:
            raise Unfit("critical", wrong)


def _limit(key: str, given: Limiting, subject: str, of: str, *, is_inside: bool) -> Limit:
    text = (given if isinstance(given, str) else plain(given)).strip()
    if not text:
        raise Unfit(key, "is empty; write a range such as '100', or an expression: value > 100")
    if _RANGE.fullmatch(text):
        of_range = _of_range(key, text, subject, of, is_inside=is_inside)
        return _made(of_range, text, _changes_of_range(of_range))
    try:
        return _made(*_of_expression(text, subject))
    except ConditionError as error:
        raise Unfit(key, f"{text[:60]!r}: {error}") from None


def _made(condition: CelCondition | RangeCondition, text: str, changes: ByTime) -> Limit:
    constants = tuple(sorted(changes.constants))
    return Limit(condition, text, constants, changes.at_any_moment, condition.names)


@lru_cache(4096)
def _of_expression(text: str, subject: str) -> tuple[CelCondition, str, ByTime]:
    """A fleet has the same few expressions in many rules."""
    return compile_cel(text, vocabulary_of(subject)), text, by_time(parsed(text))


def _of_range(key: str, text: str, subject: str, of: str, *, is_inside: bool) -> RangeCondition:
    steps = _steps(of, subject)
    try:
        limit = (age_range if of in AGES else value_range)(text)
    except ArgumentTypeError as error:
        raise Unfit(key, str(error)) from None
    kind = type_of(parsed(of), vocabulary_of(subject).names)
    if isinstance(kind, Number):
        _refuse_in_vain(key, text, of, limit, kind)
    return RangeCondition(steps, limit, text, is_inside)


def _refuse_in_vain(key: str, text: str, of: str, limit: Range, kind: Number) -> None:
    """Refuse a range that no value leaves, or each; raises Unfit."""
    holds_all = limit.start <= kind.least and kind.most <= limit.end
    holds_none = limit.end < kind.least or kind.most < limit.start
    if holds_all or holds_none:
        often = "always" if holds_all is limit.invert else "never"
        raise Unfit(key, f"{text!r} is {often} left; {of} is {plain(kind.least)} or more")


@lru_cache(1024)
def _steps(of: str, subject: str) -> tuple[Step, ...]:
    """Return the path to a number; raises Unfit."""
    try:
        steps = steps_to(parsed(of))
    except MistakeError as mistake:
        raise Unfit("of", f"{mistake.sentence}; {_OF}") from None
    if not steps:
        raise Unfit("of", f"{of!r} is no value; {_OF}")
    try:
        compile_cel(f"{of} > 0", vocabulary_of(subject))
    except ConditionError as error:
        raise Unfit("of", f"{of!r}: {error}") from None
    return steps


def _changes_of_range(condition: RangeCondition) -> ByTime:
    if condition.steps[0] not in AGES:
        return ByTime()
    ends = (condition.limit.start, condition.limit.end)
    return ByTime(frozenset(each for each in ends if 0 < each < inf))
