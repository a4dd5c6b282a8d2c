"""The keys of rules and alerts in the store, and the text forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people. Facts and their
times are stored, never verdicts.

An alert is one rule for one thing; its field is `rule`, a unit separator and the thing's name. It
has a record from when its limit is left until it is over. Only the evaluator with the lease writes
records, what it queues is written in the same step, and only senders write what was told.
"""

from collections.abc import Mapping
from typing import NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{alert}:"
SEPARATOR = "\x1f"

RULES = PREFIX + "rules"
"""HASH: rule -> what came of it in the last evaluation, JSON; `Evaluated` has its fields."""
RECORDS = PREFIX + "records"
"""HASH: alert -> its record, a JSON object; `Active` has what others read of it."""
ACTIVE = PREFIX + "active"
"""ZSET, all scores 0: every alert with a record, to be found by its rule."""
EVALUATION = PREFIX + "evaluation"
"""STRING: the last evaluation of all rules, a JSON object; `Evaluation` has its fields."""
LEASE = PREFIX + "lease"
"""HASH `{owner, until, seconds, epoch}`: who evaluates. The epoch rises when it changes hands."""

DUE = PREFIX + "due"
"""ZSET: queue -> when it is due. A queue is a receiver's address, a unit separator and a group."""
QUEUE = PREFIX + "queue:"
"""With a queue's name behind it, LIST of notices, oldest first, each a JSON object."""
TAKEN = PREFIX + "taken"
"""HASH: queue -> `token until seconds` of the sender that has it for so long, by the store's
clock."""
TRIES = PREFIX + "tries"
"""HASH: queue -> what went wrong, a JSON object `{times, since, at, error}`."""
PAUSED = PREFIX + "paused"
"""HASH: a receiver's address -> `until seconds`: for so long it is to hear nothing, by the store's
clock."""
INCIDENTS = PREFIX + "incidents"
"""HASH: queue -> what its receiver was told and is not over, a JSON object."""
RECEIVERS = PREFIX + "receivers"
"""HASH: a receiver's address -> its channel and settings, a JSON object with places for secrets."""
NAMED = PREFIX + "named"
"""ZSET: a receiver's address -> when a file named it last, or something was owed to it, by the
store's clock."""
HISTORY = PREFIX + "history"
"""LIST, newest first, of JSON: who was told what, when, and how it went."""
DEAD = PREFIX + "dead"
"""LIST, newest first, of JSON: what could not be delivered, with the last error."""
COUNTERS = PREFIX + "counters"
"""HASH: `queued`, `sent:<receiver>`, `failed:<receiver>`, `dead:<receiver>` -> count."""
ACKNOWLEDGED = PREFIX + "acknowledged"
"""HASH: episode -> JSON `{by, at, until, reason}`."""
SILENCES = PREFIX + "silences"
"""HASH: id -> JSON `{id, match, by, at, start, end, reason}`."""
TESTED = PREFIX + "tested"
"""What came of the last tests of rules that were recorded, a JSON object; see tested.py."""
CANARY_RULE = "canary"
"""The rule that always fires, to see that people would be told. It is no alert of anybody's."""
CANARY = PREFIX + "canary"
"""HASH: hop -> when the last canary passed it: `sent`, `stored`, `judged`, `notified`."""


def alert_of(rule: str, thing: str) -> str:
    """Return what the alert of a rule for a thing is called."""
    return f"{rule}{SEPARATOR}{thing}"


def parts_of(alert: str) -> tuple[str, str]:
    """Return the rule and the thing of an alert."""
    rule, _, thing = alert.partition(SEPARATOR)
    return rule, thing


def name_of(rule: str, thing: str) -> str:
    """Return what people call an alert: `queue is long: web1.queue`. No rule has `: ` in it."""
    return f"{rule}: {thing}"


def alert_named(name: str) -> str:
    """Return the alert that people call so."""
    rule, _, thing = name.partition(": ")
    return alert_of(rule, thing)


def episode_of(rule: str, thing: str, fired: float) -> str:
    """Return what names one firing of one rule for one thing: 16 hexadecimal digits."""
    # Most checks have no alert to name.
    from hashlib import blake2b  # noqa: PLC0415

    text = f"{alert_of(rule, thing)}{SEPARATOR}{fired:.3f}"
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


class Evaluated(NamedTuple):
    """What came of one rule when it was last evaluated. Times are seconds since the epoch."""

    at: float
    every: float
    """Seconds until the next evaluation."""
    subject: str
    things: int
    """How many it is about."""
    wait: float
    """For how many seconds a limit has to be left."""
    missing: int
    """Of how many nothing came, though somebody listened."""
    missing_names: list[str]
    """Some of these."""
    doubtful: int
    """Of how many nobody can know anything now."""
    doubt: str
    """Why, of one of these."""
    file: str
    line: int
    severity: str
    limits: dict[str, str]
    """`warning`, `critical` -> as the file has it."""
    problem: str
    """What is wrong with the file of the rule, whose last good version is in force."""
    digest: str = ""
    """Of what the rule says; tells whether it is the one that was tested."""


class Evaluation(NamedTuple):
    """The last evaluation of all rules. Times are seconds since the epoch."""

    at: float
    every: float
    by: str
    """Name of the instance."""
    rules: int
    things: int
    pairs: int
    seconds: float
    """How long it took."""
    problems: list[str]
    """What is wrong with files: `queues.yml line 3: ...`."""
    receivers: list[str]
    """Addresses of all that are configured."""


class Active(NamedTuple):
    """One alert, as others than the evaluator read it. Times are seconds since the epoch."""

    rule: str
    subject: str
    thing: str
    level: str
    """`warning` or `critical`."""
    since: float
    """Since when a limit is left."""
    looked: float
    why: str
    values: Mapping[str, str | float | bool | None]
    fired: float
    """When it began to fire; 0 while it is pending."""
    over: float
    """When it was over; 0 while it is not. It is kept to know whether it comes back too often."""
    well_since: float
    missing_since: float
    is_flapping: bool
    severity: str
    labels: Mapping[str, str]
    tags: Mapping[str, str]
    text: str
    runbook: str
    held: str
    """Why nobody is told for now."""
    told: list[str]
    """Names of those to whom something is on its way, or was told."""

    @property
    def name(self) -> str:
        """Return what people call it."""
        return name_of(self.rule, self.thing)

    @property
    def episode(self) -> str:
        """Return what names this firing, and no other."""
        return episode_of(self.rule, self.thing, self.fired)
