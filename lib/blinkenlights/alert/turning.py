"""From what was judged of a rule for a thing to what becomes of its alert. Pure.

Times are seconds since the epoch.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import structs

from blinkenlights.alert.notice import What
from blinkenlights.alert.present import present_of
from blinkenlights.alert.record import Record
from blinkenlights.kinds.rows import Fact
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.runs import Look
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.tracking import step


class Turned(NamedTuple):
    """What becomes of one alert."""

    before: Record | None
    after: Record | None
    """None when nothing is left to remember."""
    end: What | None
    """`resolved` or `ended` when it was firing and is over."""
    why: str
    """Why it ended; empty when it is well."""
    present: str = ""
    """What was found of a thing that is well again: `value is 4 now`; empty otherwise."""


def turned(record: Record | None, rule: Rule, thing: Thing, judged: Judged, look: Look) -> Turned:
    """Return what becomes of an alert, None for none, after one more look."""
    track = record.track if record else None
    done = step(track, judged, rule, look)
    end: What | None = done.happened if done.happened in ("resolved", "ended") else None
    present = present_of(judged.values) if end == "resolved" else ""
    if done.track is None:
        return Turned(record, None, end, done.why, present)
    version = record.version + 1 if record else 0
    keeps = record is not None and not end
    is_told_of = judged.outcome in ("warning", "critical") or record is None
    if is_told_of:
        values = values_of(rule, thing, judged)
        text = rule.text.filled(values) if rule.text else ""
        runbook = rule.runbook.filled(values) if rule.runbook else ""
        sentence = thing.sentence
    else:
        text, runbook, sentence = record.text, record.runbook, record.sentence  # type: ignore[union-attr]
    after = Record(
        rule=rule.name,
        subject=thing.subject,
        thing=thing.name,
        track=done.track,
        version=version,
        severity=rule.severity,
        labels=dict(rule.labels),
        tags=dict(thing.tags) or (record.tags if record else {}),
        text=text,
        runbook=runbook,
        sentence=sentence,
        queued=record.queued if record and keeps else {},
        acknowledged=record.acknowledged if record and keeps else 0.0,
        held=record.held if record and keeps else "",
    )
    return Turned(record, after, end, done.why, present)


def values_of(rule: Rule, thing: Thing, judged: Judged) -> Mapping[str, object]:
    """Return what texts of a rule may say, by name."""
    known: dict[str, object] = {
        "name": thing.name,
        "state": thing.state,
        "status": thing.status,
        "age": thing.age,
        "facts": thing.facts,
        "tags": thing.tags,
        "rule": rule.name,
        "subject": thing.subject,
        "level": judged.outcome,
        "severity": rule.severity,
        "sentence": thing.sentence,
        "why": judged.why,
        "labels": rule.labels,
    }
    return {**known, **thing.numbers, **_plain(judged.values)}


def _plain(values: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Return those values that are called by a name alone."""
    return {name: value for name, value in values.items() if "." not in name}


def is_changed(turned_: Turned) -> bool:
    """Return whether anything has to be written."""
    if turned_.before is None or turned_.after is None:
        return turned_.before is not turned_.after
    return structs.replace(turned_.after, version=turned_.before.version) != turned_.before
