"""What the lines of one name add up to until a point is made of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from math import ceil

from blinkenlights.kinds.metric.naming import Named
from blinkenlights.kinds.metric.statsd_line import value_of


class Sum(ABC):
    """The lines of one name, type and tags.

    Args:
        names: The series of its points, by the ending of their names.
    """

    endings: tuple[str, ...] = ("",)
    """What the names of its points end with, beside the name in its lines."""
    unit = ""
    """What its points are measured in, but for one that is a number of values."""
    keeps_values = 0
    """How many values it keeps of each one that is added."""

    def __init__(self, names: dict[str, Named]) -> None:
        self.names = names

    @staticmethod
    def check(values: Sequence[bytes]) -> None:
        """Raise Invalid when one of the values cannot be added."""
        for value in values:
            value_of(value)

    @abstractmethod
    def add(self, value: bytes, rate: float) -> None:
        """Add a value, of which only a share was sent; raises Invalid."""

    @abstractmethod
    def points(self) -> Iterator[tuple[str, float]]:
        """Yield ending and value of each point."""


class Counter(Sum):
    """How often something happened, by the rate at which that was told."""

    def __init__(self, names: dict[str, Named]) -> None:
        super().__init__(names)
        self._number = 0.0

    def add(self, value: bytes, rate: float) -> None:
        """Count."""
        self._number += value_of(value) / rate

    def points(self) -> Iterator[tuple[str, float]]:
        """Yield the number."""
        yield "", self._number


class Gauge(Sum):
    """A value that stays until another is set; one with a sign is added to it."""

    def __init__(self, names: dict[str, Named]) -> None:
        super().__init__(names)
        self.base: float | None = None
        """The value before; None while nobody knows, and nobody has to as long as one was set."""
        self._change = 0.0

    @property
    def is_known(self) -> bool:
        """Whether it is known to what the changes are added."""
        return self.base is not None

    @property
    def value(self) -> float:
        """What it is now."""
        return (self.base or 0.0) + self._change

    def add(self, value: bytes, rate: float) -> None:
        """Set or change it."""
        del rate
        number = value_of(value)
        if value[:1] in (b"+", b"-"):
            self._change += number
        else:
            self.base, self._change = number, 0.0

    def points(self) -> Iterator[tuple[str, float]]:
        """Yield the value."""
        yield "", self.value


class Timer(Sum):
    """How long something took, in milliseconds."""

    endings = (".count", ".mean", ".p95", ".max")
    unit = "ms"
    keeps_values = 1

    def __init__(self, names: dict[str, Named]) -> None:
        super().__init__(names)
        self._values: list[float] = []
        self._count = 0.0

    def add(self, value: bytes, rate: float) -> None:
        """Note a duration."""
        self._values.append(value_of(value))
        self._count += 1 / rate

    def points(self) -> Iterator[tuple[str, float]]:
        """Yield how many there were, their mean, the 95th percentile by nearest rank, the most."""
        values = sorted(self._values)
        yield ".count", self._count
        yield ".mean", sum(values) / len(values)
        yield ".p95", values[ceil(0.95 * len(values)) - 1]
        yield ".max", values[-1]


class Members(Sum):
    """How many different values there were."""

    keeps_values = 1

    def __init__(self, names: dict[str, Named]) -> None:
        super().__init__(names)
        self._hashes: set[int] = set()

    @staticmethod
    def check(values: Sequence[bytes]) -> None:
        """Accept any value."""

    def add(self, value: bytes, rate: float) -> None:
        """Note a value."""
        del rate
        self._hashes.add(hash(value))

    def points(self) -> Iterator[tuple[str, float]]:
        """Yield the number."""
        yield "", float(len(self._hashes))


SUMS: dict[str, type[Sum]] = {"c": Counter, "g": Gauge, "ms": Timer, "s": Members}
"""By type."""
