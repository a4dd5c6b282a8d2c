"""Conditions without CEL: a value that is outright another, or lies between two."""

from dataclasses import dataclass

from blinkenlights.conditions.condition import HOLDS, Condition, Verdict
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.paths import NoValueError, Step, follow, path_of, steps_of
from blinkenlights.conditions.showing import number, shown, typed

Value = str | float | bool | list[object] | dict[str, object] | None
"""As JSON has it; whole numbers may be `int`."""


def equals(path: str, value: Value) -> Condition:
    """Return the condition that a value is this one, of the same type: `json.status`, 'ok'.

    `1` is `1.0`, since JSON has one type of numbers; `true` is not 1, and `'1'` is not either.
    Raise ConditionError when the path is none.
    """
    return _Equals(steps_of(path), value)


def within(path: str, low: float | None, high: float | None) -> Condition:
    """Return the condition that a value is a number from `low` to `high`, both included.

    None leaves a side open. Raise ConditionError when the path is none.
    """
    return _Within(steps_of(path), low, high)


def found_at(context: Context, steps: tuple[Step, ...]) -> object:
    """Return the value at a path that begins with a name. Raise MissingError."""
    value = context.value(str(steps[0]))
    try:
        return follow(value, steps, 1)
    except NoValueError as missing:
        raise MissingError(f"{context.thing} has no {missing}") from None


def same(value: object, other: object) -> bool:
    """Return whether two values are equal and of the same types, all the way down."""
    waiting = [(value, other)]
    while waiting:
        one, two = waiting.pop()
        if isinstance(one, bool) or isinstance(two, bool):
            if one is not two:
                return False
        elif isinstance(one, dict) and isinstance(two, dict):
            if one.keys() != two.keys():
                return False
            waiting += [(each, two[key]) for key, each in one.items()]
        elif isinstance(one, list | tuple) and isinstance(two, list | tuple):
            if len(one) != len(two):
                return False
            waiting += zip(one, two, strict=True)
        elif one != two:
            return False
    return True


@dataclass(frozen=True)
class _Equals:
    steps: tuple[Step, ...]
    value: Value

    @property
    def text(self) -> str:
        return f"{path_of(self.steps)}: {shown(self.value)}"

    def judge(self, context: Context) -> Verdict:
        """Return whether the value is there and the same."""
        try:
            found = found_at(context, self.steps)
        except MissingError as missing:
            return Verdict(False, str(missing))
        what = path_of(self.steps)
        if same(found, self.value):
            return HOLDS
        # What differs only by its type looks the same without it.
        say = shown if kind_of(found) == kind_of(self.value) else typed
        was, want = say(found, context.secrets), say(self.value, context.secrets)
        return Verdict(False, f"{what} was {was}, want {want}")

    def found(self, context: Context) -> str:
        """Return the value."""
        return _found(context, self.steps)


@dataclass(frozen=True)
class _Within:
    steps: tuple[Step, ...]
    low: float | None
    high: float | None

    @property
    def text(self) -> str:
        return f"{path_of(self.steps)}: {self._wanted}"

    @property
    def _wanted(self) -> str:
        if self.low is None:
            return "any number" if self.high is None else f"at most {number(self.high)}"
        if self.high is None:
            return f"at least {number(self.low)}"
        return f"{number(self.low)} to {number(self.high)}"

    def judge(self, context: Context) -> Verdict:
        """Return whether the value is there, is a number and lies there."""
        try:
            found = found_at(context, self.steps)
        except MissingError as missing:
            return Verdict(False, str(missing))
        what = path_of(self.steps)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return Verdict(
                False, f"{what} was {typed(found, context.secrets)}, want a number, {self._wanted}"
            )
        if (self.low is None or found >= self.low) and (self.high is None or found <= self.high):
            return HOLDS
        return Verdict(False, f"{what} was {number(found)}, want {self._wanted}")

    def found(self, context: Context) -> str:
        """Return the value."""
        return _found(context, self.steps)


def _found(context: Context, steps: tuple[Step, ...]) -> str:
    try:
        return f"{path_of(steps)} was {shown(found_at(context, steps), context.secrets)}"
    except MissingError as missing:
        return str(missing)


def kind_of(value: object) -> str:
    """Return the type of a value, as JSON tells them apart."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list | tuple) else "map"
