"""Holds what comes of a test against what it wants. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.alert.record import Record
from blinkenlights.alert.seeing import ALL, BLIND, SOME
from blinkenlights.commands.rules.testing.file import Expected, Told, Trial
from blinkenlights.commands.rules.testing.said import Said
from blinkenlights.commands.rules.testing.settings import ToldSettings
from blinkenlights.plugin.words import span
from blinkenlights.rules.files.collection import RuleCollection


class Fault(NamedTuple):
    """Something that is not as the test wants it."""

    line: int
    sentence: str


class Comparing:
    """What a test wants, look by look. Not to be used twice."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._waiting = sorted(trial.expected, key=lambda each: each.at)
        self._faults: list[Fault] = []

    def look(self, at: float, records: Mapping[tuple[str, str], Record]) -> None:
        """Note in what all alerts differ at a look, so many seconds after the test began."""
        # An alert is as it was at the last look.
        while self._waiting and self._waiting[0].at < at + self._trial.every:
            self._faults += _faults_of_state(self._waiting.pop(0), records)

    def faults(self, said: Sequence[Said]) -> list[Fault]:
        """Return all that is not as it is wanted, after all looks."""
        trial, faults = self._trial, self._faults
        if trial.told is not None:
            faults += _faults_of_told(trial, trial.told, said)
        # Those of one line are in the order of time.
        return sorted(faults, key=lambda each: each.line)


def vain(trial: Trial, collection: RuleCollection) -> Iterator[Fault]:
    """Give what there is no use in running: a test that wants nothing, or of no rule."""
    if not trial.expected and trial.told is None:
        yield Fault(trial.line, "wants nothing, so it is no test; write expect: or told:")
    for each in trial.wanted:
        if each.settings.rule not in (BLIND.name, *collection.rules):
            yield Fault(each.line, f"there is no rule {each.settings.rule!r}")


def unknown(trial: Trial, names: Collection[str]) -> Iterator[Fault]:
    """Give what a test wants of things that are not among these."""
    for each in trial.wanted:
        thing = each.settings.thing
        if thing not in names and thing not in (ALL, SOME):
            yield Fault(each.line, f"{thing!r} is none of the things of the test")


def _faults_of_state(expected: Expected, records: Mapping[tuple[str, str], Record]) -> list[Fault]:
    wanted = expected.settings
    record = records.get((wanted.rule, wanted.thing))
    track = record.track if record and not record.track.over else None
    state = "well" if track is None else "firing" if track.is_firing else "pending"
    level = track.level if track else None
    if state == wanted.state and wanted.level in (None, level):
        return []
    is_ = f"{state} {level} ({track.why})" if track else state
    want = f"{wanted.state} {wanted.level}" if wanted.level else wanted.state
    about = f"{wanted.rule}: {wanted.thing}"
    return [Fault(expected.line, f"at {span(expected.at)} {about} is {is_}, want {want}")]


def _faults_of_told(trial: Trial, told: Sequence[Told], said: Sequence[Said]) -> Iterator[Fault]:
    left = list(said)
    for each in told:
        wanted = each.settings
        found = [one for one in left if _is_it(one, each.at, wanted, trial.every)]
        missing = set(wanted.to or ()) - {one.to for one in found}
        if not found or missing:
            names = f" to {', '.join(sorted(missing))}" if missing else ""
            level = f" {wanted.level}" if wanted.level else ""
            about = f"{wanted.rule}: {wanted.thing}"
            heard = "; ".join(map(str, said)) or "nobody was told anything"
            yield Fault(
                each.line,
                f"at {span(each.at)} nothing is told{names} of {about}, want {wanted.what}{level}: "
                f"{heard}",
            )
        left = [one for one in left if one not in found]
    for one in left:
        yield Fault(trial.line, f"{one}, which the test does not want")


def _is_it(said: Said, at: float, wanted: ToldSettings, every: float) -> bool:
    return (
        at <= said.at < at + every
        and (said.rule, said.thing, said.what) == (wanted.rule, wanted.thing, wanted.what)
        and wanted.level in (None, said.level)
        and (wanted.to is None or said.to in wanted.to)
    )
