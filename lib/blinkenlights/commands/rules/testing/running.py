"""Runs a test in virtual time: judged, followed and planned as the evaluator does. Pure."""

from collections.abc import Iterator

from blinkenlights.alert.changing import Records, changes_of, follow
from blinkenlights.alert.planning import Situation
from blinkenlights.commands.rules.testing.comparing import Comparing, Fault, unknown, vain
from blinkenlights.commands.rules.testing.file import Trial
from blinkenlights.commands.rules.testing.said import Said, said_of
from blinkenlights.plugin.words import span
from blinkenlights.rules.evaluation import Evaluation
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.written import Written

USUAL_LOOKS = 3
"""As the evaluator has it: what holds at two looks held all along when no more lie between."""


def faults_of(trial: Trial, collection: RuleCollection) -> list[Fault]:
    """Return what is not as a test on series wants it."""
    names = {series.name for series in trial.series}
    faults = [*_past_the_end(trial), *vain(trial, collection)] or [*unknown(trial, names)]
    if faults:
        return faults
    said: list[Said] = []
    comparing = Comparing(trial)
    for at, records in _looks(trial, collection, said):
        comparing.look(at, records)
    return comparing.faults(said)


def _looks(
    trial: Trial, collection: RuleCollection, said: list[Said]
) -> Iterator[tuple[float, Records]]:
    """Give all alerts after each look, and add to what is said."""
    evaluation, records = Evaluation(), Records()
    evaluation.follow(collection.rules)
    last = max((each.at for each in trial.wanted), default=_end(trial) - trial.every)
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


def _end(trial: Trial) -> float:
    """Return up to when all series say what comes, in seconds since the test began."""
    return min((series.end for series in trial.series), default=trial.start) - trial.start


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
