"""What is wrong with the files of a folder, since when, and whether it costs anybody anything."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from blinkenlights.clock import Clock
from blinkenlights.yaml_files.folder import FileState, Folder

T = TypeVar("T")


class Problem(NamedTuple):
    """Something that is wrong with a file."""

    file: str
    line: int
    """0 where it is about the file as a whole."""
    sentence: str
    since: float
    """When it was found, seconds since the epoch."""
    is_replaced: bool
    """Whether a version before it is in force."""
    is_elsewhere: bool = False
    """Whether it costs nobody anything: another file has what it says."""
    is_partial: bool = False
    """Whether the file is in force all the same, but for what this is about."""

    def __str__(self) -> str:
        """Return what is wrong with the file's name and line: `shop.yml:3: ...`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.sentence}"


class DatedFolder(Generic[T]):
    """A folder of files, and since when each of its problems is there.

    Args:
        path: Where they are.
        parse: Makes something of the bytes and the name of one file; raises BadFile.
        clock: The time.
    """

    def __init__(self, path: Path, parse: Callable[[bytes, str], T], clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._folder = Folder(path, parse)
        self._since = 0.0
        self._first: dict[tuple[str, str], float] = {}

    def look(self) -> bool:
        """Read what has changed; returns whether anything has."""
        now = self._clock()
        before = self._folder.problem
        is_changed = self._folder.look(now)
        if self._folder.problem and not before:
            self._since = now
        return is_changed

    def again(self) -> None:
        """Read all of them at the next look: something that they name has changed."""
        self._folder.again()

    @property
    def states(self) -> list[tuple[str, FileState[T]]]:
        """What is known of each file, by its name, in the order of names."""
        return sorted(self._folder.files.items(), key=lambda each: each[0])

    def dated(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return problems of all files together, each with when it was there first.

        Whatever is not among them is over.
        """
        now, before = self._clock(), self._first
        found = tuple(problems)
        self._first = {
            (each.file, each.sentence): before.get((each.file, each.sentence), each.since or now)
            for each in found
        }
        return tuple(each._replace(since=self._first[each.file, each.sentence]) for each in found)

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the folder, and with each file by itself."""
        if self._folder.problem:
            sentence = f"the folder cannot be read: {self._folder.problem}"
            yield Problem(str(self.path), 0, sentence, self._since, bool(self._folder.files))
        for name, state in self.states:
            for each in state.mistakes:
                is_replaced = state.value is not None
                yield Problem(name, each.line, each.sentence, state.since, is_replaced)
