"""What becomes of all alerts after one evaluation, and what is told of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.planning import Situation, plan_end, plan_firing
from blinkenlights.alert.record import Record
from blinkenlights.alert.routing import targets_of
from blinkenlights.alert.seeing import BLIND, seen
from blinkenlights.alert.turning import Turned, is_changed, turned
from blinkenlights.rules.evaluation import Looked
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.runs import Look

Records = dict[tuple[str, str], Record]
"""Rule and thing -> its alert."""
GONE = "the rule is in no file any more"


def changes_of(
    records: Records,
    collection: RuleCollection,
    looked: Looked,
    situation: Situation,
    usual: float,
) -> list[Change]:
    """Return what is to be written.

    Args:
        records: All alerts before.
        collection: Rules, and who is told.
        looked: What was judged now.
        situation: What decides who is told, without what fires.
        usual: The longest time between two looks, in seconds, of which it is still said that what
            holds at both of them held all along.
    """
    rules = {**collection.rules, BLIND.name: BLIND}
    all_turned = _turned(records, looked, situation.now, usual)
    firing: dict[str, list[Record]] = {}
    for each in all_turned:
        if each.after and each.after.track.is_firing:
            firing.setdefault(each.after.rule, []).append(each.after)
    situation = situation.with_firing(firing)
    made = [_change(each, rules, situation) for each in all_turned]
    return [
        *(each for each in made if each is not None),
        *_removed(records, rules, collection, situation),
    ]


def follow(records: Records, change: Change) -> None:
    """Put into records what becomes of an alert."""
    if change.after is None:
        records.pop((change.rule, change.thing), None)
    else:
        records[change.rule, change.thing] = change.after


def _turned(records: Records, looked: Looked, now: float, usual: float) -> Sequence[Turned]:
    found = [
        turned(
            records.get((each.rule.name, each.thing.name)),
            each.rule,
            each.thing,
            each.judged,
            Look(now, each.up_to, usual),
        )
        for each in looked.found
    ]
    for thing, judged in seen(looked.blind, looked.deaf):
        before = records.get((BLIND.name, thing.name))
        if before or judged.outcome == "critical":
            found.append(turned(before, BLIND, thing, judged, Look(now, now, usual)))
    return found


def _change(each: Turned, rules: Mapping[str, Rule], situation: Situation) -> Change | None:
    """Return what is written of one alert, with what is told of it; None for nothing."""
    known = each.after or each.before
    if known is None:
        return None
    if each.end and each.before:
        told = plan_end(each.before, each.end, each.why, situation, each.present)
        return Change(known.rule, known.thing, each.before, each.after, told)
    if each.after and each.after.track.is_firing:
        rule = _told_anyway(each.after, rules[known.rule], situation)
        planned = plan_firing(each.after, rule, situation)
        return Change(known.rule, known.thing, each.before, planned.record, planned.outgoing)
    return Change(known.rule, known.thing, each.before, each.after) if is_changed(each) else None


def _told_anyway(record: Record, rule: Rule, situation: Situation) -> Rule:
    """Return a rule that tells all receivers where it is about blindness and no route knows it."""
    if rule.name != BLIND.name or targets_of(record, (), situation.routes, situation.receivers):
        return rule
    return replace(rule, tell=tuple(situation.receivers))


def _removed(
    records: Records,
    rules: Mapping[str, Rule],
    collection: RuleCollection,
    situation: Situation,
) -> list[Change]:
    """Return the ends of alerts whose rule is in no file any more.

    A file that cannot be read, and was not since we began, may well have it; so may a folder that
    is empty or away.
    """
    is_whole = all(each.is_replaced or each.is_partial for each in collection.problems)
    if not collection.files or not is_whole:
        return []
    ends = []
    for (rule, thing), record in records.items():
        if rule not in rules:
            told = plan_end(record, "ended", GONE, situation) if record.track.is_firing else ()
            ends.append(Change(rule, thing, record, None, told))
    return ends
