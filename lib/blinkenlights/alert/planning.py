"""What is to be told to whom, from what an alert is now and what was queued of it before.

Pure: the same record, routes and moment give the same notices, so whoever plans twice plans alike.
Whoever was queued a firing is queued its end, whatever was silenced, removed or changed meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from msgspec import structs

from blinkenlights.alert import holding
from blinkenlights.alert.notice import ENDS, Notice, What
from blinkenlights.alert.record import Queued, Record
from blinkenlights.alert.routing import Target, targets_of
from blinkenlights.alert.silence import Acknowledgement, Silence
from blinkenlights.kinds.alert import keys
from blinkenlights.rules.receiver import Maintenance, Receiver, Route
from blinkenlights.rules.rule import Rule

_BADNESS = {"warning": 1, "critical": 2}


def _no_link(subject: str, name: str) -> str:
    del subject, name
    return ""


class Outgoing(NamedTuple):
    """A notice on its way into the outbox."""

    address: str
    group: str
    due: float
    notice: Notice


class Planned(NamedTuple):
    """What becomes of an alert, and what is told of it."""

    record: Record
    outgoing: Sequence[Outgoing]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that decides who is told, beside the alert itself."""

    now: float
    routes: Sequence[Route] = ()
    receivers: Mapping[str, Receiver] = field(default_factory=dict)
    silences: Sequence[Silence] = ()
    maintenance: Sequence[Maintenance] = ()
    acknowledged: Mapping[str, Acknowledgement] = field(default_factory=dict)
    """By episode."""
    firing: holding.Firing = holding.NONE_FIRE
    """All alerts that fire."""
    link: Callable[[str, str], str] = _no_link
    """Gives the page of a thing, by its subject and its name; empty where there is none."""

    def with_firing(self, firing: Mapping[str, Sequence[Record]]) -> "Situation":
        """Return the same, with all alerts that fire now, by their rules."""
        return replace(self, firing=holding.Firing(firing))


def plan_firing(record: Record, rule: Rule, situation: Situation) -> Planned:
    """Return what is to be told of an alert that fires."""
    now = situation.now
    held = (
        holding.silenced(record, situation.silences, now)
        or holding.in_maintenance(record, situation.maintenance, now)
        or holding.explained(record, rule.unless, situation.firing)
    )
    acknowledgement = situation.acknowledged.get(record.episode)
    is_acknowledged = acknowledgement is not None and acknowledgement.counts(now)
    queued, outgoing = dict(record.queued), list[Outgoing]()
    if acknowledgement and is_acknowledged and acknowledgement.at > record.acknowledged:
        outgoing += _acknowledged(record, acknowledgement, situation)
        record = structs.replace(record, acknowledged=acknowledgement.at)
    for target in targets_of(record, rule.tell, situation.routes, situation.receivers):
        before = queued.get(target.address)
        is_early = now < _first_told(target, queued, record.track.fired) + target.after
        is_waiting = target.step > 0 and (is_early or is_acknowledged)
        what = (
            None
            if held or (before is None and is_waiting)
            else _what(record, target, before, now, is_acknowledged=is_acknowledged)
        )
        if what is None:
            continue
        group = before.group if before else target.group
        first = before.first if before else now
        step = before.step if before else target.step
        queued[target.address] = Queued(
            level=record.track.level, at=now, first=first, group=group, step=step
        )
        notice = _notice(record, what, situation)
        outgoing.append(Outgoing(target.address, group, now + target.route.gather, notice))
    return Planned(structs.replace(record, queued=queued, held=held), outgoing)


def plan_end(
    record: Record, what: What, why: str, situation: Situation, present: str = ""
) -> Sequence[Outgoing]:
    """Return what is to be told of an alert that is over, which is told whatever is held.

    Args:
        record: The alert, as it fired.
        what: `resolved` or `ended`.
        why: Why it ended; empty when it is well.
        situation: What decides who is told.
        present: What is found now, in words.
    """
    if what not in ENDS:
        raise ValueError(what)
    notice = structs.replace(_notice(record, what, situation, why), present=present)
    return [
        Outgoing(address, queued.group, situation.now, notice)
        for address, queued in record.queued.items()
    ]


def _acknowledged(
    record: Record, acknowledgement: Acknowledgement, situation: Situation
) -> list[Outgoing]:
    """Return that somebody takes care of it, for all who were told."""
    reason = f" ({acknowledgement.reason})" if acknowledgement.reason else ""
    words = f"acknowledged by {acknowledgement.by}{reason}"
    notice = _notice(record, "acknowledged", situation, words)
    return [
        Outgoing(address, queued.group, situation.now, notice)
        for address, queued in record.queued.items()
    ]


def _first_told(target: Target, queued: Mapping[str, Queued], fired: float) -> float:
    """Return when the first of those was told whom a route names before it escalates.

    In quiet hours or while it is silenced nobody is, and nobody can have acknowledged it. A route
    that names nobody at first counts from when it fired.
    """
    names = target.route.tell
    told = (one.first for address, one in queued.items() if address.rpartition("@")[0] in names)
    return min(told, default=fired)


def _what(
    record: Record, target: Target, before: Queued | None, now: float, *, is_acknowledged: bool
) -> What | None:
    """Return what one receiver is to be told now, None for nothing."""
    is_quiet = holding.is_quiet(target.route.quiet, now)
    if before is None:
        return None if is_quiet else "escalated" if target.step else "fired"
    change = _BADNESS[record.track.level] - _BADNESS[before.level]
    if change:
        return None if is_quiet else "worsened" if change > 0 else "eased"
    is_due = _is_time_to_repeat(before.at, now, target.route.repeat)
    # While nobody can know whether it still is, nobody is told that it is.
    is_known = not record.track.doubtful_since
    return "reminder" if is_due and is_known and not is_acknowledged and not is_quiet else None


def _is_time_to_repeat(told: float, now: float, every: float) -> bool:
    """Return whether somebody is to be reminded of what was told at a moment.

    All reminders of one interval come at the same moments, so that alerts that began one after the
    other are one message: the first comes after half the interval at least.
    """
    if not every:
        return False
    return now // every * every - told >= every / 2


def _notice(record: Record, what: What, situation: Situation, why: str = "") -> Notice:
    track = record.track
    return Notice(
        id=f"{record.episode}:{what}:{situation.now:.3f}",
        what=what,
        at=situation.now,
        episode=record.episode,
        rule=record.rule,
        subject=record.subject,
        thing=record.thing,
        level=track.level,
        why=why or track.why,
        since=track.since,
        severity=record.severity,
        sentence=record.sentence,
        text=record.text,
        runbook=record.runbook,
        link=situation.link("alert", keys.name_of(record.rule, record.thing)),
        values=track.values,
        labels=record.labels,
        tags=record.tags,
    )
