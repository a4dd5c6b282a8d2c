"""The values of a thing, as conditions name them."""

from collections.abc import Callable, Collection, Mapping

from blinkenlights.conditions.context import Context
from blinkenlights.plugin.words import span
from blinkenlights.rules.range_condition import AGES
from blinkenlights.rules.thing import Thing

_SHOWN_AS = dict.fromkeys(AGES, span)


def context_of(thing: Thing, now: float, names: Collection[str]) -> Context:
    """Return what conditions judge a thing by: the values of some names, of those it has.

    Of a thing of which nothing comes, facts and numbers are not there: they are those of a while
    ago. Each value takes longer to prepare than most conditions take, so others are left out.
    """
    values = values_of(thing, now, names)
    return Context(values, thing=f"the {thing.subject}", shown_as=_SHOWN_AS)


def values_of(thing: Thing, now: float, names: Collection[str]) -> dict[str, object]:
    """Return the values of some names, of those that a thing has."""
    values: dict[str, object] = {}
    numbers = thing.numbers
    for name in names:
        if name in numbers:
            values[name] = numbers[name]
        elif name in _VALUES:
            value = _VALUES[name](thing, now)
            if value is not None:
                values[name] = value
    return values


class Prepared:
    """The context of one thing, kept from look to look: only numbers are put in anew."""

    __slots__ = ("_values", "context")

    def __init__(self, thing: Thing, now: float, names: Collection[str]) -> None:
        """Take the thing, and the names that its conditions use."""
        self._values = values_of(thing, now, names)
        self.context = Context(self._values, thing=f"the {thing.subject}")

    def follow(self, thing: Thing, now: float, names: Collection[str]) -> None:
        """Make it the context of the same thing at another moment."""
        before, values = self._values, values_of(thing, now, names)
        self._values = values
        changed = {name: value for name, value in values.items() if before.get(name) != value}
        numbers = {name: value for name, value in changed.items() if isinstance(value, float)}
        if before.keys() == values.keys() and len(numbers) == len(changed):
            for name, number in numbers.items():
                self.context.replace(name, number)
        else:
            self.context = Context(values, thing=f"the {thing.subject}")


def _since(thing: Thing, now: float) -> float | None:
    return None if thing.since is None else max(0.0, now - thing.since)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return values if isinstance(values, dict) else dict(values)


_VALUES: Mapping[str, Callable[[Thing, float], object]] = {
    "name": lambda thing, _: thing.name,
    "state": lambda thing, _: thing.state,
    "status": lambda thing, _: thing.status,
    "age": lambda thing, _: thing.age,
    "since": _since,
    "tags": lambda thing, _: _plain(thing.tags),
    "facts": lambda thing, _: None if thing.missing else _plain(thing.facts),
}
"""The names that a thing of every subject has."""
