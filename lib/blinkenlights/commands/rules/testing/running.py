"""Runs a test in virtual time: judged, followed and planned as the evaluator does. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.alert.changing import Records, changes_of
from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.notice import What
from blinkenlights.alert.planning import Situation
from blinkenlights.alert.record import Record
from blinkenlights.alert.seeing import BLIND, blind_thing
from blinkenlights.commands.rules.testing.file import Expected, Told, Trial
from blinkenlights.commands.rules.testing.settings import ToldSettings
from blinkenlights.plugin.words import span
from blinkenlights.rules.evaluation import Evaluation
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.rule import Level
from blinkenlights.rules.series import Written

USUAL_LOOKS = 3
"""As the evaluator has it: what holds at two looks held all along when no more lie between."""


class Said(NamedTuple):
    """One notice to one receiver."""

    at: float
    """Seconds since the test began, or since the epoch in a replay."""
    rule: str
    thing: str
    what: What
    level: Level
    to: str
    why: str

    @property
    def in_words(self) -> str:
        """Return it without the moment."""
        why = f" ({self.why})" if self.why else ""
        return f"{self.to} was told {self.what} {self.level} of {self.rule}: {self.thing}{why}"

    def __str__(self) -> str:
        """Return it in words, as of a test."""
        return f"at {span(self.at)} {self.in_words}"


class Fault(NamedTuple):
    """Something that is not as the test wants it."""

    line: int
    sentence: str


def faults_of(trial: Trial, collection: RuleCollection) -> list[Fault]:
    """Return what is not as a test wants it."""
    faults = [*_past_the_end(trial), *_of_nothing(trial, collection)]
    if faults:
        return faults
    said: list[Said] = []
    waiting = sorted(trial.expected, key=lambda each: each.at)
    for at, records in _looks(trial, collection, said):
        # An alert is as it was at the last look.
        while waiting and waiting[0].at < at + trial.every:
            faults += _faults_of_state(waiting.pop(0), records)
    if trial.told is not None:
        faults += _faults_of_told(trial, trial.told, said)
    # Those of one line are in the order of time.
    return sorted(faults, key=lambda each: each.line)


def _looks(
    trial: Trial, collection: RuleCollection, said: list[Said]
) -> Iterator[tuple[float, Records]]:
    """Give all alerts after each look, and add to what is said."""
    evaluation, records = Evaluation(), Records()
    evaluation.follow(collection.rules)
    last = max(each.at for each in trial.wanted)
    # What is told at a moment is looked for until the look after it.
    for look in range(int(last // trial.every) + 1):
        at = look * trial.every
        now = trial.start + at
        situation = Situation(
            now=now,
            routes=collection.routes,
            receivers=collection.receivers,
            maintenance=collection.maintenance,
        )
        looked = evaluation.look_at(Written(trial.series, now), records.keys())
        changes = changes_of(records, collection, looked, situation, USUAL_LOOKS * trial.every)
        for change in changes:
            said += said_of(change, at)
            follow(records, change)
        yield at, records


def follow(records: Records, change: Change) -> None:
    """Put into records what becomes of an alert."""
    if change.after is None:
        records.pop((change.rule, change.thing), None)
    else:
        records[change.rule, change.thing] = change.after


def said_of(change: Change, at: float) -> list[Said]:
    """Return what is told of a change, and to whom."""
    return [
        Said(at, of.rule, of.thing, of.what, of.level, out.address.rpartition("@")[0], of.why)
        for out in change.outgoing
        for of in (out.notice,)
    ]


def _past_the_end(trial: Trial) -> Iterator[Fault]:
    """Give what a test wants of a time of which its series say nothing."""
    for each in trial.wanted:
        for series in trial.series:
            end = series.end - trial.start
            if each.at >= end:
                yield Fault(
                    each.line,
                    f"{span(each.at)} is past the end of {series.name}, whose series ends at "
                    f"{span(end)}: nobody says what comes then",
                )
                break


def _of_nothing(trial: Trial, collection: RuleCollection) -> Iterator[Fault]:
    """Give what a test wants of rules and things that are not there."""
    if not trial.expected and not trial.told:
        yield Fault(trial.line, "wants nothing; write expect: or told:")
    names = {*(series.name for series in trial.series), blind_thing("").name}
    for each in trial.wanted:
        wanted = each.settings
        if wanted.rule not in (BLIND.name, *collection.rules):
            yield Fault(each.line, f"there is no rule {wanted.rule!r}")
        elif wanted.thing not in names:
            yield Fault(each.line, f"{wanted.thing!r} is none of the things of the test")


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
