"""What conditions are judged by: the values of one thing at one moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import cel

from blinkenlights.conditions.fences import MAX_DEPTH, MAX_VALUES


class MissingError(Exception):
    """A value that is not there; says why, in one sentence."""


class Context:
    """The values of one thing.

    All its conditions are judged by the same one: the library's own form of the values costs more
    than most conditions, and is made once.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        later: Mapping[str, Callable[[], object]] | None = None,
        thing: str = "the answer",
        secrets: Sequence[str] = (),
        shown_as: Mapping[str, Callable[[float], str]] = MappingProxyType({}),
    ) -> None:
        """Take values by their names, and those that are worked out when a condition names them.

        Values are as JSON has them. What works one out raises MissingError when it is not there.
        `shown_as` writes numbers of some names in their own words: `10m` for 600 seconds.
        """
        self.thing = thing
        self.secrets = secrets
        self.shown_as = shown_as
        self._later = dict(later or {})
        self._values: dict[str, object] = {}
        self._missing: dict[str, str] = {}
        self._most: dict[str, int] = {}
        self.prepared = cel.Context()
        """The library's form, of what was given or worked out so far."""
        for name, value in values.items():
            self._add(name, value)

    def value(self, name: str) -> object:
        """Return the value of a name, exactly as it was given. Raise MissingError."""
        if name in self._values:
            return self._values[name]
        if name in self._later:
            try:
                self._add(name, self._later.pop(name)())
            except MissingError as missing:
                self._missing[name] = str(missing)
        if name in self._missing:
            raise MissingError(self._missing[name])
        if name not in self._values:
            raise MissingError(f"{self.thing} has no {name}")
        return self._values[name]

    def replace(self, name: str, value: float) -> None:
        """Put another number in place of one that was given."""
        self._add(name, value)

    def native(self, names: Iterable[str]) -> cel.Context:
        """Return the library's form, with these names in it. Raise MissingError."""
        for name in names:
            self.value(name)
        return self.prepared

    def most_values(self, names: Iterable[str]) -> int:
        """Return how many values there are in lists and maps of any one of these names."""
        return max((self._most.get(name, 0) for name in names), default=0)

    def _add(self, name: str, value: object) -> None:
        try:
            native, self._most[name] = _native(value)
            self.prepared.add_variable(name, native)
        except MissingError as missing:
            self._missing[name] = f"{self.thing} has no {name} to judge: {missing}"
        except ValueError:
            self._missing[name] = f"{self.thing} has no {name} to judge: it has half a character"
        else:
            self._values[name] = value


_AS_IT_IS = frozenset((str, bool, float, type(None)))


def _native(value: object) -> tuple[object, int]:
    """Return a value with all numbers as floating-point ones, and how many values are in it.

    Raise MissingError when it is too deep for the library, whose stack would end the process.
    """
    if type(value) in _AS_IT_IS:
        return value, 0
    counting = _Counting()
    return counting.converted(value, 0), counting.values


class _Counting:
    """Converts values and counts them, for a thing may have thousands."""

    def __init__(self) -> None:
        self.values = 0

    def converted(self, value: object, depth: int) -> object:
        """Return a value as the library takes it; raises MissingError."""
        if type(value) is int:
            return _floating(value)
        if isinstance(value, dict):
            self._count(len(value), depth)
            return {
                name: of if type(of) in _AS_IT_IS else self.converted(of, depth + 1)
                for name, of in value.items()
            }
        if isinstance(value, list | tuple):
            self._count(len(value), depth)
            return [of if type(of) in _AS_IT_IS else self.converted(of, depth + 1) for of in value]
        return value

    def _count(self, number: int, depth: int) -> None:
        if depth == MAX_DEPTH:
            raise MissingError(f"a value is nested more than {MAX_DEPTH} deep")
        self.values += number
        if self.values > MAX_VALUES:
            raise MissingError(f"there are more than {MAX_VALUES:,} values in it")


def _floating(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
