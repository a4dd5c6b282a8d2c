"""Changes of alerts, with what is told of them."""

from alert.records import NOON, a_record, a_rule, receivers
from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.planning import Situation, plan_end, plan_firing
from blinkenlights.alert.record import Record
from blinkenlights.rules.receiver import Route


def begins(record: Record | None = None, to: str = "ops") -> Change:
    """Return the change of an alert that begins to fire, with what is told of it."""
    situation = Situation(now=NOON, routes=[Route(tell=(to,))], receivers=receivers(to))
    planned = plan_firing(record or a_record(), a_rule(), situation)
    after = planned.record
    return Change(after.rule, after.thing, None, after, planned.outgoing)


def ends(record: Record) -> Change:
    """Return the change of an alert that is over."""
    outgoing = plan_end(record, "resolved", "", Situation(now=NOON + 60))
    return Change(record.rule, record.thing, record, None, outgoing)
