"""What is wrong with a file: a line and a sentence each."""

from collections.abc import Sequence
from typing import NamedTuple


class Mistake(NamedTuple):
    """One thing that is wrong with a file."""

    line: int
    """Of the file, from 1 on; 0 when it is about the file as a whole."""
    sentence: str
    """What is wrong and what to write, without any secret."""

    def __str__(self) -> str:
        """Return `line 12: ...`."""
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


class BadFile(Exception):  # noqa: N818 - it is about the file
    """A file cannot be used; `mistakes` says why, in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = sorted(mistakes)
