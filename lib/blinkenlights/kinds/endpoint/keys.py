"""The keys of endpoints in the store, and the text forms of what is packed in them.

Standard library only: checks import this. docs/redis.md is the same for people.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from blinkenlights.store import layout

PREFIX = layout.PREFIX + "{endpoint}:"
NAMES = PREFIX + "names"
"""ZSET, all scores 0: every endpoint of which a result came."""
FACTS = PREFIX + "facts"
"""HASH: endpoint -> what its results were, a JSON object; `Facts` has its fields."""
DETAILS = PREFIX + "details"
"""HASH: endpoint -> its last result, a JSON object; `Details` has its fields."""
OVERDUE = PREFIX + "overdue"
"""ZSET: endpoint -> from when on a next result is missed."""
FAILING = PREFIX + "failing"
"""ZSET: endpoint that fails -> since when."""
DEGRADED = PREFIX + "degraded"
"""ZSET: endpoint that is degraded or fails -> since when."""
EXPECTED = PREFIX + "expected"
"""HASH: endpoint -> when it was declared."""
AWAITED = PREFIX + "awaited"
"""ZSET: endpoint declared and never seen -> when it was declared."""
RETIRED = PREFIX + "retired"
"""ZSET: endpoint -> when somebody retired it. Its facts are kept; nobody is alarmed."""
REMOVED = PREFIX + "removed"
"""ZSET: endpoint -> when its file named it no more."""
PROBERS = PREFIX + "probers"
"""HASH: prober -> its last report: `receipt source report`, the report a JSON object."""
PROBER_SEEN = PREFIX + "prober_seen"
"""ZSET: prober -> when it wrote that report."""
POSTING = PREFIX + "posting:"
"""What results are posted by; blinkenlights.posting.keys says more."""
OUTBOX = ("due", "taken", "tries", "paused", "dead", "counters", "lost")
"""The keys of a prober's outbox beside its queues, those of alerts, but for `lost`: it has how much
was given up or dropped of a queue."""

PROBES_BY = "probes by "
"""With its name behind it, the address of the source by which a prober brings its own results."""
RUNS_KEPT = 20
"""Results of which an endpoint's state is made: `failures: 3 of 20` is the longest."""


def outbox_of(prober: str) -> str:
    """Return the prefix of the keys of a prober's outbox: `OUTBOX`, and `queue:` for each queue."""
    return f"{POSTING}{prober}:"


class Track(NamedTuple):
    """After which result an endpoint last was bad in one way, and after which it was good again.

    Both follow from its results by the policy of its file: so many bad ones among the last so many,
    so many good ones in a row. 0 for never.
    """

    bad_run: float
    """After which of all its results enough were bad; no time, because clocks are set back."""
    bad_since: float
    """When the first of those bad ones was, seconds since the epoch."""
    good_run: float
    """After which of all its results enough were good."""

    @property
    def is_bad(self) -> bool:
        """Whether it has not become good since it became bad."""
        return self.bad_run > self.good_run


class Facts(NamedTuple):
    """What is known of the results of one endpoint. Times are seconds since the epoch."""

    due: float
    """When the last result was due."""
    ended: float
    """When that probe was over."""
    first: float
    """When the first one was over."""
    receipt: float
    """When the last result came."""
    source: str
    """Id of the source that brought it."""
    level: int
    """The last result: 0 good, 1 degraded, 2 failed."""
    since: float
    """When the first of the results that were like the last one, without another between, was."""
    streak: int
    """How many these are."""
    runs: int
    """How many results there were in all."""
    good: float
    """When a result was good last; 0 for never."""
    failing: Track
    degraded: Track
    recent: list[int]
    """The last results, oldest first."""


class Asked(NamedTuple):
    """What one of several workers found that were asked about an endpoint."""

    worker: str
    result: str
    """`ok`, `degraded`, `failed` or `unanswered`."""
    reason: str


class Details(NamedTuple):
    """The last result of one endpoint. Times are seconds."""

    reasons: list[str]
    """Why it is not good; empty when it is."""
    next: float
    """When the next one is due, seconds since the epoch."""
    failures: tuple[int, int]
    """So many bad results among so many make it bad."""
    recoveries: int
    """So many good ones in a row make it good."""
    prober: str
    file: str
    status: int | None
    address: str
    phases: dict[str, float]
    """`total`, `dns`, `connect`, `tls`, `first_byte`, as far as they were reached."""
    certificate: dict[str, Any]
    """`days`, `issuer`, `problem`; empty without one."""
    values: dict[str, str | float | bool | None]
    """What was captured."""
    labels: dict[str, str]
    location: str = ""
    """From where it was probed; empty when its prober does so by itself."""
    worker: str = ""
    """Who probed it there."""
    planned: float = 0.0
    """Seconds from one run to the next by its schedule, when they are further apart; else 0."""
    asked: Sequence[Asked] = ()
    """What each worker found, when several were asked."""


UNTOLD = Details([], 0.0, (1, 1), 1, "", "", None, "", {}, {}, {}, {})
"""Where there are facts and no details, which nobody but a person at the store can bring about."""


def parse_facts(text: str) -> Facts:
    """Return the facts in `text`; raises ValueError when they are not ours."""
    try:
        raw = json.loads(text)
        return Facts(
            float(raw["due"]),
            float(raw["ended"]),
            float(raw["first"]),
            float(raw["receipt"]),
            str(raw["source"]),
            int(raw["level"]),
            float(raw["since"]),
            int(raw["streak"]),
            int(raw["runs"]),
            float(raw["good"]),
            Track(*map(float, raw["failing"])),
            Track(*map(float, raw["degraded"])),
            [level for _, level in raw["recent"]],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error!r}") from error


def parse_details(text: str) -> Details:
    """Return the details in `text`; raises ValueError when they are not ours."""
    try:
        raw = json.loads(text)
        needed, among = raw.get("failures", (1, 1))
        return Details(
            list(raw.get("reasons", ())),
            float(raw["next"]),
            (int(needed), int(among)),
            int(raw.get("recoveries", 1)),
            str(raw.get("prober", "")),
            str(raw.get("file", "")),
            raw.get("status"),
            str(raw.get("address", "")),
            dict(raw.get("time", {})),
            dict(raw.get("certificate") or {}),
            dict(raw.get("values", {})),
            dict(raw.get("labels", {})),
            str(raw.get("location", "")),
            str(raw.get("worker", "")),
            float(raw.get("planned", 0.0)),
            tuple(
                Asked(str(each["worker"]), str(each["result"]), str(each.get("reason", "")))
                for each in raw.get("asked", ())
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error!r}") from error
