"""Files of tests: what comes of some things, and what is to come of rules about them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from blinkenlights.alert.notice import What
from blinkenlights.errors import UsageError
from blinkenlights.iso_times import iso_time
from blinkenlights.kinds.subject import Subject
from blinkenlights.rules.rule import Level
from blinkenlights.rules.series import Point, Series, well_state
from blinkenlights.rules.vocabulary import subjects_by_word
from blinkenlights.yaml_files.document import read_document
from blinkenlights.yaml_files.mistakes import BadFile, Mistake
from blinkenlights.yaml_files.notes import Notes
from blinkenlights.yaml_files.times import Time, seconds_of
from blinkenlights.yaml_files.unfit import Unfit

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

START = datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()
"""A Monday noon, where a test does not say when it begins."""
_STEP = re.compile(r"(?P<what>.+?)(?: x (?P<times>\d{1,6}))?")
_MOST_STEPS = 100_000


class StepSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What comes in a step of which more is to be said than a number or a state."""

    value: float | None = None
    state: str = ""
    facts: dict[str, str | int | float | bool] = {}
    times: int = 1


class ThingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing, without the key that names it."""

    series: list[str | int | float | StepSettings]
    every: Time = 60.0
    tags: dict[str, str | int | float | bool] = {}
    facts: dict[str, str | int | float | bool] = {}


class StateSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How an alert is to be at a moment."""

    at: Time
    rule: str
    thing: str
    state: Literal["well", "pending", "firing"]
    level: Level | None = None


class ToldSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be told at a moment."""

    at: Time
    rule: str
    thing: str
    what: What
    level: Level | None = None
    to: list[str] | None = None


class TrialSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One test."""

    things: list[dict[str, object]]
    expect: list[StateSettings] = []
    told: list[ToldSettings] | None = None
    start: str = ""
    every: Time = 15.0


class Expected(NamedTuple):
    """How an alert is to be at a moment."""

    at: float
    """Seconds since the test began."""
    settings: StateSettings
    line: int


class Told(NamedTuple):
    """What is to be told at a moment."""

    at: float
    """Seconds since the test began."""
    settings: ToldSettings
    line: int


class Trial(NamedTuple):
    """One test."""

    name: str
    line: int
    start: float
    every: float
    """Seconds from one look to the next."""
    series: Sequence[Series]
    expected: Sequence[Expected]
    told: Sequence[Told] | None
    """All that is told; None where it does not matter."""

    @property
    def wanted(self) -> Sequence[Expected | Told]:
        """All that it wants."""
        return (*self.expected, *(self.told or ()))


class TrialFile(NamedTuple):
    """What one file says."""

    path: Path
    rules: Path
    """The folder of rules, or one file of it."""
    tests: Sequence[Trial]


def read_tests(path: Path) -> TrialFile:
    """Return what a file says; raises UsageError with all that is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return _read(path, data)
    except BadFile as bad:
        raise UsageError("\n".join(f"{path}:{each}" for each in bad.mistakes)) from bad


def _read(path: Path, data: bytes) -> TrialFile:
    document = read_document(data)
    whole = document.data
    if not isinstance(whole, dict) or document.node is None:
        raise BadFile([Mistake(1, "is no mapping; write rules: and tests:")])
    notes = Notes(document.node)
    for key in whole.keys() - {"rules", "tests"}:
        notes.note([key], f"there is no {key!r} here; write rules and tests")
    rules, tests = whole.get("rules"), whole.get("tests")
    if not isinstance(rules, str) or not rules:
        notes.note(["rules"], "rules: names the folder of rules, or a file, from this file on")
        rules = ""
    if not isinstance(tests, dict) or not tests:
        notes.note(["tests"], "tests: has none; write a name, and below it things and expect")
        tests = {}
    found = [test for name in tests if (test := _test(str(name), tests[name], notes)) is not None]
    if notes.mistakes:
        raise BadFile(notes.mistakes)
    return TrialFile(path, path.parent / rules, found)


def _test(name: str, data: object, notes: Notes) -> Trial | None:
    where = ["tests", name]
    settings = notes.converted(data, TrialSettings, where, name)  # type: ignore[arg-type]
    if settings is None:
        return None
    making = _Making(notes, where)
    start = making.spared(START, _start_of, settings.start)
    every = making.spared(15.0, seconds_of, "every", settings.every)
    series = [
        found
        for at, each in enumerate(settings.things)
        if (found := making.below(["things", at]).spared(None, _series, each, start))
    ]
    expected = [
        Expected(making.at("expect", at, each.at), each, notes.line([*where, "expect", at]))
        for at, each in enumerate(settings.expect)
    ]
    told = None
    if settings.told is not None:
        told = [
            Told(making.at("told", at, each.at), each, notes.line([*where, "told", at]))
            for at, each in enumerate(settings.told)
        ]
    return Trial(name, notes.line(where), start, every, series, expected, told)


class _Making:
    """Notes what is unfit below a place."""

    def __init__(self, notes: Notes, where: Sequence[str | int]) -> None:
        self._notes = notes
        self._where = where

    def below(self, steps: Sequence[str | int]) -> "_Making":
        """Return the same for a place below this one."""
        return _Making(self._notes, [*self._where, *steps])

    def at(self, key: str, place: int, at: Time) -> float:
        """Return a moment of an expectation, in seconds."""
        making = self.below([key, place])
        return making.spared(0.0, partial(seconds_of, may_be_0=True), "at", at)

    def spared(self, instead: U, make: Callable[P, T], *args: P.args, **more: P.kwargs) -> T | U:
        """Return what a function gives, or something else where that is unfit."""
        try:
            return make(*args, **more)
        except Unfit as unfit:
            self._notes.note([*self._where, *unfit.path], f"{self._where[1]}: {unfit}")
            return instead


def _start_of(text: str) -> float:
    try:
        return iso_time(text) if text else START
    except (ValueError, OverflowError):
        raise Unfit("start", f"{text!r} is no time; write 2026-01-05T12:00") from None


def _series(data: Mapping[str, object], start: float) -> Series:
    """Return a thing over time. Raises Unfit."""
    words = [word for word in data if word in subjects_by_word()]
    if len(words) != 1:
        known = ", ".join(subjects_by_word())
        raise Unfit("series", f"a thing has one key that names it; there are {known}")
    word, subject = words[0], subjects_by_word()[words[0]]
    try:
        rest = {key: value for key, value in data.items() if key != word}
        settings = msgspec.convert(rest, ThingSettings)
    except msgspec.ValidationError as error:
        raise Unfit(word, f"{data[word]}: {error}") from None
    points, blind = list[Point](), list[tuple[float, float]]()
    place, every = 0, seconds_of("every", settings.every)
    for step in _steps(settings.series, subject):
        for _ in range(step.times):
            at = start + place * every
            place += 1
            if place > _MOST_STEPS:
                raise Unfit("series", f"is longer than {_MOST_STEPS:,} steps")
            if step.state == "blind":
                blind.append((at, at + every))
            elif step.state != "gap":
                facts = {**settings.facts, **step.facts}
                points.append(Point(at, step.state, step.value, facts))
    return Series(
        subject=subject.name,
        name=str(data[word]),
        every=every,
        points=points,
        end=start + place * every,
        tags={tag: str(value) for tag, value in settings.tags.items()},
        blind=blind,
    )


def _steps(
    given: Sequence[str | int | float | StepSettings], subject: Subject
) -> Iterator[StepSettings]:
    states = {one.word for one in subject.display.states} if subject.display else set[str]()
    words = {*states, well_state(subject), "gap", "blind"}
    for each in given:
        if isinstance(each, StepSettings):
            step = each
        elif isinstance(each, str):
            found = _STEP.fullmatch(each.strip())
            what, times = (found["what"], int(found["times"] or 1)) if found else (each, 1)
            try:
                step = StepSettings(value=float(what), times=times)
            except ValueError:
                step = StepSettings(state=what, times=times)
        else:
            step = StepSettings(value=float(each))
        if step.state and step.state not in words:
            known = ", ".join(sorted(words))
            raise Unfit("series", f"{step.state!r} is neither a number nor one of: {known}")
        yield step
