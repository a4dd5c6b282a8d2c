"""From the bytes of one file to its rules, receivers, routes and maintenance."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from blinkenlights.rules.files.receivers import receivers_of
from blinkenlights.rules.files.routes import maintenance_of, route_of
from blinkenlights.rules.files.rules import Place, rule_of
from blinkenlights.rules.files.settings import (
    MaintenanceSettings,
    RouteSettings,
    RuleSettings,
    rule_struct,
)
from blinkenlights.rules.files.words import mistake_in_name
from blinkenlights.rules.receiver import Maintenance, Receiver, Route
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.vocabulary import subjects_by_word
from blinkenlights.yaml_files.document import Plain, read_document
from blinkenlights.yaml_files.mistakes import BadFile, Mistake
from blinkenlights.yaml_files.notes import Notes, Path
from blinkenlights.yaml_files.unfit import Unfit, Unfits

_OWN_KEYS = ("receivers", "routes", "maintenance", "defaults")
"""What is no rule."""
_MERGED = ("labels", "where")
"""Of these, both what all rules of a file have and what one has count."""


class RuleFile(NamedTuple):
    """What one file says."""

    rules: tuple[Rule, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    routes: tuple[Route, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    doubts: tuple[Mistake, ...] = ()
    """What is wrong with receivers as their secrets are now. It costs nobody but them."""


def read_rules(
    data: bytes, file: str, environment: Mapping[str, str] | None, now: float
) -> RuleFile:
    """Return what a file says; raises BadFile with all that is wrong.

    A secret that is not there is no mistake of the file: its rules count all the same.

    Args:
        data: The file.
        file: Its name.
        environment: Where secrets are; None to look for none.
        now: Cron expressions are looked at from then on.
    """
    if not data.strip():
        # Whoever writes a file anew empties it first, and that ends no alert.
        raise BadFile([Mistake(0, "is empty; remove it when its rules are to go")])
    document = read_document(data)
    if document.data is None:
        return RuleFile()
    if not isinstance(document.data, dict) or document.node is None:
        raise BadFile([Mistake(1, "is no mapping; begin with the name of a rule")])
    notes = Notes(document.node)
    reading = _Reading(document.data, file, now, notes)
    doubts = Notes(document.node)
    found = RuleFile(
        tuple(reading.rules()),
        receivers_of(document.data.get("receivers"), file, environment, notes, doubts),
        tuple(reading.routes()),
        tuple(reading.maintenance()),
        tuple(doubts.mistakes),
    )
    if notes.mistakes:
        raise BadFile(notes.mistakes)
    return found


class _Reading:
    def __init__(self, data: dict[str, Plain], file: str, now: float, notes: Notes) -> None:
        self._data = data
        self._file = file
        self._now = now
        self._notes = notes

    def rules(self) -> Iterator[Rule]:
        defaults = self._below("defaults", {})
        if not isinstance(defaults, dict):
            self._notes.note(["defaults"], "defaults: wants keys and values below it")
            return
        if self._notes.converted(defaults, RuleSettings, ["defaults"]) is None:
            return
        for name, given in self._data.items():
            if name in _OWN_KEYS:
                continue
            wrong = mistake_in_name(name) or _mistake_in_body(name, given)
            if wrong or not isinstance(given, dict):
                self._notes.note([name], f"{name!r}: {wrong}")
                continue
            settings = self._notes.converted(_merged(defaults, given), rule_struct(), [name])
            if settings is None:
                continue
            unfits = Unfits()
            place = Place(name, self._file, self._notes.line([name]))
            rule = rule_of(place, settings, unfits)
            for unfit in unfits.found:
                is_own = unfit.key in given or unfit.key not in defaults
                self._note(unfit, [name if is_own else "defaults"], name)
            if rule is not None:
                yield rule

    def routes(self) -> Iterator[Route]:
        given = self._below("routes", [])
        if not isinstance(given, list):
            self._notes.note(["routes"], "routes: wants a list; write - tell: [chat]")
            return
        for number, each in enumerate(given):
            path: Path = ["routes", number]
            settings = self._notes.converted(each, RouteSettings, path)
            if settings is not None:
                unfits = Unfits()
                one = route_of(settings, unfits)
                yield one._replace(file=self._file, line=self._notes.line(path))
                for unfit in unfits.found:
                    self._note(unfit, path, "routes")

    def maintenance(self) -> Iterator[Maintenance]:
        given = self._below("maintenance", {})
        if not isinstance(given, dict):
            sentence = "maintenance: wants names below it, each with match, cron and for"
            self._notes.note(["maintenance"], sentence)
            return
        for name, each in given.items():
            path: Path = ["maintenance", name]
            settings = self._notes.converted(each, MaintenanceSettings, path, f"maintenance {name}")
            if settings is not None:
                unfits = Unfits()
                one = maintenance_of(name, settings, self._now, unfits)
                yield one._replace(file=self._file, line=self._notes.line(path))
                for unfit in unfits.found:
                    self._note(unfit, path, f"maintenance {name}")

    def _below(self, key: str, nothing: Plain) -> Plain:
        """Return what stands under a key; a key with nothing below it says nothing."""
        given = self._data.get(key)
        return nothing if given is None else given

    def _note(self, unfit: Unfit, path: Path, name: str) -> None:
        self._notes.note([*path, *unfit.path], f"{name}: {unfit}")


def _mistake_in_body(name: str, given: Plain) -> str:
    if isinstance(given, dict) and not given.keys().isdisjoint(subjects_by_word()):
        return ""
    close = get_close_matches(name, _OWN_KEYS, 1, 0.8)
    if close:
        return f"is no rule; did you mean {close[0]}?"
    if not isinstance(given, dict):
        return "wants keys and values below it, as in metric: NAME"
    for word, subject in subjects_by_word().items():
        if subject.name != word and subject.name in given:
            return f"{subject.name}: write {word}"
    return ""


def _merged(defaults: Mapping[str, Plain], given: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return what is given over the defaults; of a few keys both sides count."""
    merged = {**defaults, **given}
    for key in _MERGED:
        below, above = defaults.get(key), given.get(key)
        if isinstance(below, dict) and isinstance(above, dict):
            merged[key] = {**below, **above}
    return merged
