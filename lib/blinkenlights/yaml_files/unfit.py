"""What is said of a key whose value cannot be."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")


class Unfit(Exception):  # noqa: N818 - it is said of a key
    """A key has a value that cannot be.

    Args:
        key: Which, as its file has it; empty where it is about all that stands there.
        sentence: What is wrong, and what to write.
        below: Keys and places that lead on from there to what is wrong.
    """

    def __init__(self, key: str, sentence: str, below: Sequence[str | int] = ()) -> None:
        super().__init__(f"{key}: {sentence}" if key else sentence)
        self.key = key
        self.path = (key, *below) if key else ()


class Unfits:
    """Gathers what is unfit, so that all of it is said at once."""

    def __init__(self) -> None:
        self.found: list[Unfit] = []

    def spared(self, instead: U, make: Callable[P, T], *args: P.args, **more: P.kwargs) -> T | U:
        """Return what a function gives, or something else where that is unfit."""
        try:
            return make(*args, **more)
        except Unfit as unfit:
            self.found.append(unfit)
            return instead
