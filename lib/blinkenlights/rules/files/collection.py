"""All files of a folder together: which rules there are, who is told, and what is wrong."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from blinkenlights.clock import Clock
from blinkenlights.rules.files.read import RuleFile, read_rules
from blinkenlights.rules.files.references import wrong_references
from blinkenlights.rules.receiver import Maintenance, Receiver, Route
from blinkenlights.rules.rule import Rule
from blinkenlights.yaml_files.problems import DatedFolder, Problem


class _Named(Protocol):
    """What has a name of its own in one line of a file."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...


T = TypeVar("T", bound=_Named)


class RuleCollection(NamedTuple):
    """What a folder says."""

    rules: Mapping[str, Rule]
    receivers: Mapping[str, Receiver]
    routes: tuple[Route, ...]
    """In the order of the names of files, and of lines."""
    maintenance: tuple[Maintenance, ...]
    problems: tuple[Problem, ...]
    files: int


class RuleFolder(DatedFolder[RuleFile]):
    """A folder of files of rules.

    Args:
        path: Where they are.
        environment: Where their secrets are; None to look for none.
        clock: The time.
    """

    def __init__(self, path: Path, environment: Mapping[str, str] | None, clock: Clock) -> None:
        super().__init__(
            path, lambda data, name: read_rules(data, name, environment, clock()), clock
        )

    def look(self) -> bool:
        """Read what has changed, and what lacks a secret; returns whether anything was read."""
        if any(state.value and state.value.doubts for _, state in self.states):
            self.again()
        return super().look()

    def collection(self) -> RuleCollection:
        """Return what the folder says as of the last look."""
        files = [(name, state.value) for name, state in self.states if state.value is not None]
        problems = list(self.problems())
        problems += [_partial(name, *each) for name, file in files for each in file.doubts]
        rules = _each_once(files, lambda file: file.rules, "judged", problems)
        receivers = _each_once(files, lambda file: file.receivers, "told", problems)
        planned = _each_once(files, lambda file: file.maintenance, "kept to", problems)
        routes = tuple(route for _, file in files for route in file.routes)
        problems += [_partial(*each) for each in wrong_references(rules, receivers, routes)]
        return RuleCollection(
            rules,
            receivers,
            routes,
            tuple(planned.values()),
            self.dated(problems),
            len(self.states),
        )


def _each_once(
    files: Iterable[tuple[str, RuleFile]],
    of: Callable[[RuleFile], Iterable[T]],
    what_happens: str,
    problems: list[Problem],
) -> dict[str, T]:
    """Return what files say by its names; of two of one name the first counts."""
    found: dict[str, T] = {}
    for _, file in files:
        for each in of(file):
            first = found.setdefault(each.name, each)
            if first is not each:
                sentence = (
                    f"{each.name} is in {first.file} line {first.line} already; "
                    f"that one is {what_happens}"
                )
                problems.append(Problem(each.file, each.line, sentence, 0.0, True, True))
    return found


def _partial(file: str, line: int, sentence: str) -> Problem:
    return Problem(file, line, sentence, 0.0, is_replaced=False, is_partial=True)
