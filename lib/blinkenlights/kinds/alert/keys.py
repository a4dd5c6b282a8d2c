"""The keys of rules and alerts in the store, and the text forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people. Facts and their
times are stored, never verdicts.

An alert is one rule for one thing; its field is `rule`, a unit separator and the thing's name. It
has a record from when its limit is left until it is over. Only the evaluator with the lease writes
records, what it queues is written in the same step, and only senders write what was told.
"""

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{alert}:"
SEPARATOR = "\x1f"

RULES = PREFIX + "rules"
"""HASH: rule -> what was evaluated of it, a JSON object; `Evaluated` has its fields."""
RECORDS = PREFIX + "records"
"""HASH: alert -> its record, a JSON object."""
ACTIVE = PREFIX + "active"
"""ZSET, all scores 0: every alert with a record, to be found by its rule."""
EVALUATION = PREFIX + "evaluation"
"""STRING: the last evaluation, a JSON object `{at, judged_at, by, rules, things, pairs, seconds,
blind, problems, every}`."""
LEASE = PREFIX + "lease"
"""HASH `{owner, until, epoch}`: who evaluates. The epoch rises when the lease changes hands."""

DUE = PREFIX + "due"
"""ZSET: queue -> when it is due. A queue is a receiver's address, a unit separator and a group."""
QUEUE = PREFIX + "queue:"
"""With a queue's name behind it, LIST of notices, oldest first, each a JSON object."""
TAKEN = PREFIX + "taken"
"""HASH: queue -> `token until` of the sender that has it."""
TRIES = PREFIX + "tries"
"""HASH: queue -> what went wrong, a JSON object `{times, since, at, error}`."""
INCIDENTS = PREFIX + "incidents"
"""HASH: queue -> what its receiver was told and is not over, a JSON object."""
RECEIVERS = PREFIX + "receivers"
"""HASH: a receiver's address -> its channel and settings, a JSON object with places for secrets."""
HISTORY = PREFIX + "history"
"""LIST, newest first, of JSON: who was told what, when, and how it went."""
DEAD = PREFIX + "dead"
"""LIST, newest first, of JSON: what could not be delivered, with the last error."""
COUNTERS = PREFIX + "counters"
"""HASH: `sent:<receiver>`, `failed:<receiver>`, `dead:<receiver>`, `fired`, `resolved` -> count."""
ACKNOWLEDGED = PREFIX + "acknowledged"
"""HASH: episode -> JSON `{by, at, until, reason}`."""
SILENCES = PREFIX + "silences"
"""HASH: id -> JSON `{match, by, at, from, until, reason}`."""
CANARY = PREFIX + "canary"
"""HASH: hop -> when the last canary passed it: `sent`, `stored`, `judged`, `notified`."""

HISTORY_KEPT = 2_000
DEAD_KEPT = 500


def alert_of(rule: str, thing: str) -> str:
    """Return what the alert of a rule for a thing is called."""
    return f"{rule}{SEPARATOR}{thing}"


def parts_of(alert: str) -> tuple[str, str]:
    """Return the rule and the thing of an alert."""
    rule, _, thing = alert.partition(SEPARATOR)
    return rule, thing
