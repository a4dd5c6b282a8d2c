"""Files of tests: what comes of some things, and what is to come of rules about them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from blinkenlights.commands.rules.testing.settings import (
    StateSettings,
    ToldSettings,
    TrialSettings,
)
from blinkenlights.commands.rules.testing.steps import series_of
from blinkenlights.errors import UsageError
from blinkenlights.iso_times import iso_time
from blinkenlights.rules.series import Series
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
    replay: Path | None
    """A capture of messages, in place of series; then the test begins with its first message."""
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
    found = [
        test
        for name in tests
        if (test := _test(str(name), tests[name], notes, path.parent)) is not None
    ]
    if notes.mistakes:
        raise BadFile(notes.mistakes)
    return TrialFile(path, path.parent / rules, found)


def _test(name: str, data: object, notes: Notes, folder: Path) -> Trial | None:
    where = ["tests", name]
    settings = notes.converted(data, TrialSettings, where, name)  # type: ignore[arg-type]
    if settings is None:
        return None
    if (settings.things is not None) is bool(settings.replay):
        notes.note(where, f"{name}: write either things: with their series, or replay: a capture")
    if settings.replay and settings.start:
        notes.note([*where, "start"], f"{name}: a replay begins with its first message")
    making = _Making(notes, where)
    start = making.spared(START, _start_of, settings.start)
    every = making.spared(15.0, seconds_of, "every", settings.every)
    series = [
        found
        for at, each in enumerate(settings.things or ())
        if (found := making.below(["things", at]).spared(None, series_of, each, start))
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
    replay = folder / settings.replay if settings.replay else None
    return Trial(name, notes.line(where), start, every, series, replay, expected, told)


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
