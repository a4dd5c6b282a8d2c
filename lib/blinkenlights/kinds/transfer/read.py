"""What the store knows of transfers, asked for so that the cost follows what is at zero."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import is_glob
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.habit import Habit
from blinkenlights.kinds.transfer.keys import MINUTES_PER_FIELD, SLOT_BYTES, Slot
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import Command, StoreReader

_NOTHING = bytes(SLOT_BYTES * MINUTES_PER_FIELD)
"""A field that is not there: minutes in which nothing happened."""


class Flow(NamedTuple):
    """A client, a source, or everything, and when its last good transfer was."""

    name: str
    last_good: float
    """Seconds since the epoch; 0 when it never had one."""
    received: float = 0.0
    """When a report of a good one last came that had not waited anywhere; 0 for never."""


class Flight(NamedTuple):
    """A transfer that has begun and is not over."""

    node: str
    id: str
    began: float
    """Seconds since the epoch."""
    name: str
    """Path of the file; may be empty, and is where very many are in flight."""


class IdleFlows(NamedTuple):
    """Flows without a good transfer since some moment, and how many there are in all."""

    total: int
    idle: int
    listed: list[Flow]
    """At most `sets.MOST_LISTED`, longest idle first."""


def idle_since(store: StoreReader, scope: str, moment: float) -> IdleFlows:
    """Return the flows of a scope whose last good transfer was before `moment`.

    Three of them cost the same among a hundred and among a hundred thousand.
    """
    key = transfer_keys.GOOD + scope
    bound = f"({moment!r}"
    total, idle, listed = store.ask(
        ("ZCARD", key),
        ("ZCOUNT", key, "-inf", bound),
        sets.between(key, "-inf", bound),
    )
    return IdleFlows(total, idle, with_receipts(store, scope, _flows(listed)))


def good_after(store: StoreReader, scope: str, moment: float, most: int) -> list[Flow]:
    """Return the first flows of a scope whose last good transfer was after `moment`."""
    command = sets.between(transfer_keys.GOOD + scope, f"({moment!r}", "+inf", most)
    return _flows(store.ask(command)[0])


def declared_at(store: StoreReader, scope: str, names: Sequence[str]) -> dict[str, float]:
    """Return when those of the flows were declared that were; raises StoreAnswer."""
    fields = [f"{scope}\0{name}" for name in names]
    declared = hashes.values_of(store, transfer_keys.EXPECTED, fields, float)
    return {field.partition("\0")[2]: moment for field, moment in declared.items()}


def matching(store: StoreReader, scope: str, names: Sequence[str]) -> list[Flow]:
    """Return the flows of a scope whose name matches one of the globs, longest idle first."""
    key = transfer_keys.GOOD + scope
    exact = [name for name in names if not is_glob(name)]
    [found] = sets.scores_of(store, [key], exact)
    for glob in names:
        if is_glob(glob):
            found.update(sets.scan(store, key, glob))
    flows = sorted((Flow(*each) for each in found.items()), key=lambda flow: flow.last_good)
    return with_receipts(store, scope, flows)


def overdue_since(store: StoreReader, scope: str, moment: float) -> list[str]:
    """Return the flows that were silent, before `moment`, for more than two usual pauses."""
    key = transfer_keys.OVERDUE + scope
    before = ("-inf", f"({moment!r}", "LIMIT", 0, sets.MOST_LISTED)
    return list(store.ask(("ZRANGEBYSCORE", key, *before))[0])


def in_flight(store: StoreReader) -> list[Flight]:
    """Return all transfers in flight, begun first first; paths of the first `sets.MOST_LISTED`."""
    reply = store.ask(("ZRANGE", transfer_keys.INFLIGHT, 0, -1, "WITHSCORES"))[0]
    began = sets.scores(reply)
    first = list(began)[: sets.MOST_LISTED]
    paths = hashes.values_of(store, transfer_keys.INFLIGHT_FACTS, first, _path_of)
    flights = []
    for key, moment in began.items():
        node, _, name = key.partition("\0")
        flights.append(Flight(node, name, moment, paths.get(key, "")))
    return flights


def in_flight_on(store: StoreReader, node: str) -> list[Flight]:
    """Return the transfers in flight on one node, begun first first, without their paths."""
    mine = f"{node}\0"
    # Redis reads brackets and backslashes in its own way: it narrows, Python decides.
    narrow = "".join("?" if each in "*?[]\\^" else each for each in mine) + "*"
    found = {
        key: at
        for key, at in sets.scan(store, transfer_keys.INFLIGHT, narrow).items()
        if key.startswith(mine)
    }
    flights = [Flight(node, key[len(mine) :], at, "") for key, at in found.items()]
    return sorted(flights, key=lambda flight: flight.began)


def counts_of(
    store: StoreReader, scope: str, names: Sequence[str]
) -> dict[str, transfer_keys.Counts]:
    """Return what was counted of each flow that is known since the store is new."""
    key = transfer_keys.COUNTS + scope
    return hashes.packed_values_of(store, key, names, transfer_keys.parse_counts)


def habits_of(store: StoreReader, scope: str, names: Sequence[str]) -> dict[str, Habit]:
    """Return the habit of each flow of which anything is kept."""
    counts = counts_of(store, scope, names)
    return {name: one.habit for name, one in counts.items() if one.habit is not None}


def with_receipts(store: StoreReader, scope: str, flows: Sequence[Flow]) -> list[Flow]:
    """Return the same flows, with the time when a report of each last came."""
    if not flows:
        return []
    names = [flow.name for flow in flows]
    [received] = store.ask(("ZMSCORE", transfer_keys.RECEIVED + scope, *names))
    return [
        flow if score is None else flow._replace(received=float(score))
        for flow, score in zip(flows, received, strict=True)
    ]


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
    start = SLOT_BYTES * (first - blocks.start * MINUTES_PER_FIELD)
    wanted = slice(start, start + SLOT_BYTES * (last - first + 1))
    history = {}
    for name, fields_of_one in zip(names, store.ask_bytes(*commands), strict=True):
        packed = b"".join([_NOTHING if each is None else each for each in fields_of_one])
        if len(packed) != len(_NOTHING) * len(blocks):
            key = f"{transfer_keys.HISTORY}{scope}:{name}"
            raise StoreAnswer(f"{key} holds something that is not ours: {len(packed)} bytes")
        history[name] = transfer_keys.parse_slots(packed[wanted])
    return history


def _path_of(text: str) -> str:
    try:
        path: str = json.loads(text)[2] if text else ""
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError(f"{error!r}") from error
    return path


def _flows(reply: Sequence[str]) -> list[Flow]:
    return [Flow(*each) for each in sets.scores(reply).items()]
