"""What is known of how alerts are told, from evaluation to receiver."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Evaluation
from blinkenlights.kinds.alert.read import Damage
from blinkenlights.kinds.alert.survey import limit_of
from blinkenlights.kinds.alert.unpacking import NOT_OURS, parse_evaluation, text_in
from blinkenlights.plugin.reports import number
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, Reply

HOPS = ("sent", "stored", "judged", "notified")
"""What a canary passes, in this order."""
DEAD_SECONDS = 86_400.0
"""For how long a message that could not be delivered is a trouble."""
MOST_DEAD = 100

COMMANDS: tuple[Command, ...] = (
    ("GET", keys.EVALUATION),
    ("ZRANGE", keys.DUE, 0, 999, "WITHSCORES"),
    ("ZCARD", keys.DUE),
    ("HGETALL", keys.TRIES),
    ("LRANGE", keys.DEAD, 0, MOST_DEAD - 1),
    ("HGETALL", keys.CANARY),
    ("HGETALL", keys.COUNTERS),
    ("HGETALL", keys.PAUSED),
)
"""What to ask the store for, in this order."""


class Failing(NamedTuple):
    """A receiver that does not take what is sent to it. Times are seconds since the epoch."""

    receiver: str
    times: int
    since: float
    error: str


class Dead(NamedTuple):
    """A message that could not be delivered."""

    receiver: str
    at: float
    title: str
    error: str


class Telling(NamedTuple):
    """How alerts are told. Ages are seconds."""

    now: float
    evaluation: Evaluation | None
    age: float
    """Since the last evaluation."""
    limit: float
    waiting: int
    """Messages that are due, or will be."""
    overdue: float
    """For how long the one that was due first waits; 0 where none does."""
    overdue_receiver: str
    failing: list[Failing]
    """Those that fail for longest first."""
    resting: dict[str, float]
    """Receiver -> until when it is told nothing, as it asked: seconds since the epoch."""
    dead: list[Dead]
    """The last ones, newest first."""
    hops: dict[str, float]
    """Hop -> seconds since the last canary passed it; empty without a canary."""
    counters: dict[str, int]
    damaged: list[str]
    """What in the store cannot be read."""


def survey(replies: Sequence[Reply], now: float) -> Telling:
    """Return what the replies to `COMMANDS` say.

    Raises StoreAnswer when it cannot be read what was evaluated; all else costs itself only.
    """
    evaluation_text, due, waiting, tries, dead, canary, counters, paused = replies
    evaluation = (
        hashes.parsed(parse_evaluation, evaluation_text, keys.EVALUATION)
        if evaluation_text
        else None
    )
    age = max(0.0, now - evaluation.at) if evaluation else 0.0
    queues = sets.scores(due)
    first = min(queues, key=lambda queue: queues[queue], default="")
    damage = Damage()
    tried = damage.readable(_tried, keys.TRIES, hashes.pairs(tries))
    failing = [one._replace(receiver=receiver_of(queue)) for queue, one in tried.items()]
    rests = damage.readable(_until, keys.PAUSED, hashes.pairs(paused))
    passed = damage.readable(number, keys.CANARY, hashes.pairs(canary))
    rows = ((str(place), text) for place, text in enumerate(dead))
    letters = damage.readable(_dead, keys.DEAD, rows).values()
    return Telling(
        now=now,
        evaluation=evaluation,
        age=age,
        limit=limit_of(evaluation.every) if evaluation else 0.0,
        waiting=int(waiting),
        overdue=max(0.0, now - queues[first]) if first else 0.0,
        overdue_receiver=receiver_of(first),
        failing=_by_receiver(failing),
        resting={_name_of(each): until for each, until in rests.items() if until > now},
        dead=[one for one in letters if now - one.at <= DEAD_SECONDS],
        hops={hop: max(0.0, now - passed[hop]) for hop in HOPS if hop in passed},
        counters=damage.readable(int, keys.COUNTERS, hashes.pairs(counters)),
        damaged=list(damage.found),
    )


def receiver_of(queue: str) -> str:
    """Return the name of the receiver of a queue."""
    return _name_of(queue.partition(keys.SEPARATOR)[0])


def _name_of(address: str) -> str:
    return address.rpartition("@")[0]


def _by_receiver(failing: Iterable[Failing]) -> list[Failing]:
    """Return each receiver once, however many of its messages were not taken."""
    found: dict[str, Failing] = {}
    for one in sorted(failing, key=lambda one: one.since):
        first = found.setdefault(one.receiver, one)
        found[one.receiver] = first._replace(times=max(first.times, one.times))
    return list(found.values())


def _until(text: str) -> float:
    until, _ = text.split(" ")
    return number(until)


def _tried(text: str) -> Failing:
    try:
        raw: dict[str, Any] = json.loads(text)
        since, error = number(raw["since"]), text_in(raw.get("error", ""))
        return Failing("", int(raw["times"]), since, error)
    except NOT_OURS as wrong:
        raise ValueError(f"{wrong!r}") from wrong


def _dead(text: str) -> Dead:
    try:
        raw: dict[str, Any] = json.loads(text)
        at, title = number(raw["at"]), text_in(raw.get("title", ""))
        return Dead(text_in(raw["receiver"]), at, title, text_in(raw.get("error", "")))
    except NOT_OURS as wrong:
        raise ValueError(f"{wrong!r}") from wrong
