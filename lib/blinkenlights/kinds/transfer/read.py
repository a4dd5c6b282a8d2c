"""What the store knows of transfers, asked for so that the cost follows what is at zero."""

import json
import struct
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat.read import is_glob, matcher
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.keys import MINUTES_PER_FIELD, Slot
from blinkenlights.store.reader import Command, Reply, StoreReader

MOST_LISTED = 10_000
"""Most names that are fetched; the rest is counted."""
_SCAN = 5_000


class Flow(NamedTuple):
    """A client, a source, or everything, and when its last good transfer was."""

    name: str
    last_good: float
    """Seconds since the epoch; 0 when it never had one."""


class Flight(NamedTuple):
    """A transfer that has begun and is not over."""

    node: str
    id: str
    began: float
    """Seconds since the epoch."""
    name: str
    """Path of the file; may be empty, and is where very many are in flight."""


class Idle(NamedTuple):
    """Flows without a good transfer since some moment, and how many there are in all."""

    total: int
    idle: int
    listed: list[Flow]
    """At most MOST_LISTED, longest idle first."""


def idle_since(store: StoreReader, scope: str, moment: float) -> Idle:
    """Return the flows of a scope whose last good transfer was before `moment`.

    Three of them cost the same among a hundred and among a hundred thousand.
    """
    key = transfer_keys.GOOD + scope
    bound = f"({moment!r}"
    total, idle, listed = store.ask(
        ("ZCARD", key),
        ("ZCOUNT", key, "-inf", bound),
        ("ZRANGEBYSCORE", key, "-inf", bound, "WITHSCORES", "LIMIT", 0, MOST_LISTED),
    )
    return Idle(total, idle, _flows(listed))


def good_after(store: StoreReader, scope: str, moment: float, most: int) -> list[Flow]:
    """Return the first flows of a scope whose last good transfer was after `moment`."""
    command = ("ZRANGEBYSCORE", transfer_keys.GOOD + scope, f"({moment!r}", "+inf", "WITHSCORES")
    return _flows(store.ask((*command, "LIMIT", 0, most))[0])


def declared_at(store: StoreReader, scope: str, names: Sequence[str]) -> dict[str, float]:
    """Return when those of the flows were declared that were; raises StoreAnswer."""
    if not names:
        return {}
    fields = [f"{scope}\0{name}" for name in names]
    moments = store.ask(("HMGET", transfer_keys.EXPECTED, *fields))[0]
    try:
        return {
            name: float(moment)
            for name, moment in zip(names, moments, strict=True)
            if moment is not None
        }
    except ValueError as error:
        raise StoreAnswer(f"{transfer_keys.EXPECTED} is not ours: {error}") from error


def matching(store: StoreReader, scope: str, names: Sequence[str]) -> list[Flow]:
    """Return the flows of a scope whose name matches one of the globs, longest idle first."""
    key = transfer_keys.GOOD + scope
    exact = [name for name in names if not is_glob(name)]
    found: dict[str, Flow] = {}
    if exact:
        scores = store.ask(("ZMSCORE", key, *exact))[0]
        for name, score in zip(exact, scores, strict=True):
            if score is not None:
                found[name] = Flow(name, float(score))
    for glob in names:
        if is_glob(glob):
            found.update((flow.name, flow) for flow in _scan(store, key, glob))
    return sorted(found.values(), key=lambda flow: flow.last_good)


def overdue_since(store: StoreReader, scope: str, moment: float) -> list[str]:
    """Return the flows whose silence outlasted, before `moment`, the span of their last ones."""
    key = transfer_keys.OVERDUE + scope
    names = store.ask(("ZRANGEBYSCORE", key, "-inf", f"({moment!r}", "LIMIT", 0, MOST_LISTED))[0]
    return list(names)


def in_flight(store: StoreReader) -> list[Flight]:
    """Return all transfers in flight, begun first first; the paths of the first MOST_LISTED."""
    pairs = store.ask(("ZRANGE", transfer_keys.INFLIGHT, 0, -1, "WITHSCORES"))[0]
    keys = pairs[::2]
    if not keys:
        return []
    texts = store.ask(("HMGET", transfer_keys.INFLIGHT_FACTS, *keys[:MOST_LISTED]))[0]
    flights = []
    try:
        for key, began, text in zip_longest(keys, pairs[1::2], texts):
            node, _, name = key.partition("\0")
            path = json.loads(text)[2] if text else ""
            flights.append(Flight(node, name, float(began), path))
    except (ValueError, TypeError, IndexError) as error:
        raise StoreAnswer(
            f"{transfer_keys.INFLIGHT} holds something that is not ours: {error}"
        ) from error
    return flights


def counts_of(
    store: StoreReader, scope: str, names: Sequence[str]
) -> dict[str, transfer_keys.Counts]:
    """Return what was counted of each flow that is known since the store is new."""
    if not names:
        return {}
    packed = store.ask_bytes(("HMGET", transfer_keys.COUNTS + scope, *names))[0]
    try:
        return {
            name: transfer_keys.parse_counts(counts)
            for name, counts in zip(names, packed, strict=True)
            if counts is not None
        }
    except struct.error as error:
        raise StoreAnswer(f"{transfer_keys.COUNTS}{scope} is not ours: {error}") from error


def recent_of(store: StoreReader, scope: str, names: Sequence[str]) -> dict[str, list[float]]:
    """Return when the last good transfers of each flow were, at most 10, oldest first."""
    return {name: counts.recent for name, counts in counts_of(store, scope, names).items()}


def minutes_of(
    store: StoreReader, scope: str, names: Sequence[str], first: int, last: int
) -> dict[str, list[Slot]]:
    """Return for each flow its counts in the minutes from `first` to `last`, both included.

    Minutes are counted since the epoch. One in which nothing happened is all zeros.
    """
    blocks = range(first // MINUTES_PER_FIELD, last // MINUTES_PER_FIELD + 1)
    fields = [f"m{block}" for block in blocks]
    commands: list[Command] = [
        ("HMGET", f"{transfer_keys.HISTORY}{scope}:{name}", *fields) for name in names
    ]
    start = first - blocks.start * MINUTES_PER_FIELD
    length = last - first + 1
    history = {}
    for name, fields_of_one in zip(names, store.ask_bytes(*commands), strict=True):
        slots: list[Slot] = []
        for packed in fields_of_one:
            slots += _slots(packed)
        history[name] = slots[start : start + length]
    return history


def _slots(packed: bytes | None) -> list[Slot]:
    if packed is None:
        return [Slot(0, 0, 0, 0)] * MINUTES_PER_FIELD
    try:
        return transfer_keys.parse_slots(packed)
    except struct.error as error:
        raise StoreAnswer(
            f"{transfer_keys.HISTORY} holds something that is not ours: {error}"
        ) from error


def _scan(store: StoreReader, key: str, glob: str) -> list[Flow]:
    # Redis reads brackets in its own way: it narrows, Python decides.
    narrowed = "*" if "[" in glob else glob.replace("\\", "?")
    matches = matcher([glob])
    found: list[Flow] = []
    cursor = "0"
    while True:
        cursor, members = store.ask(("ZSCAN", key, cursor, "MATCH", narrowed, "COUNT", _SCAN))[0]
        found += [flow for flow in _flows(members) if matches(flow.name)]
        if cursor == "0":
            return found


def _flows(reply: Sequence[Reply]) -> list[Flow]:
    return [Flow(name, float(score)) for name, score in zip(reply[::2], reply[1::2], strict=True)]
