"""What was in flight at some moment, as far back as it is kept."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import matcher
from blinkenlights.kinds.transfer import keys
from blinkenlights.store import hashes, sets
from blinkenlights.store.reader import StoreReader

KEPT_SECONDS = 3600.0
"""As long as nothing else is configured."""


class Flown(NamedTuple):
    """A transfer that was in flight, or is. Times are seconds since the epoch."""

    node: str
    id: str
    name: str
    """Path of the file; may be empty."""
    client: str
    source: str
    began: float
    over: float | None
    """When it was over; None while it is not."""


class Past(NamedTuple):
    """What was in flight at a moment."""

    flown: list[Flown]
    """Node by node, oldest first."""
    since: float | None
    """From when on all of them are known; None where nobody ever told of any."""


def in_flight_at(store: StoreReader, moment: float, now: float, nodes: Sequence[str] = ()) -> Past:
    """Return what was in flight at a moment on some nodes, which may be globs; none are all.

    Raises a StoreError.
    """
    after = f"({moment!r}"
    flying, over, since, kept = store.ask(
        ("ZRANGE", keys.INFLIGHT, 0, -1, "WITHSCORES"),
        ("ZRANGEBYSCORE", keys.FLOWN, after, "+inf", "WITHSCORES"),
        ("GET", keys.FLOWN_SINCE),
        ("GET", keys.FLOWN_KEPT),
    )
    wanted = matcher(nodes or ["*"])
    try:
        began = {
            key: at
            for key, at in sets.scores(flying).items()
            if at <= moment and wanted(key.partition("\0")[0])
        }
        facts = facts_of(store, list(began))
        found = [_flown(key, at, facts.get(key, ("", "", "")), None) for key, at in began.items()]
        found += [
            one
            for one in (_over(member, at) for member, at in sets.scores(over).items())
            if one.began <= moment and wanted(one.node)
        ]
        oldest = None
        if since is not None:
            oldest = max(float(since), now - float(kept if kept is not None else KEPT_SECONDS))
    except ValueError as error:
        raise StoreAnswer(f"{keys.FLOWN} holds something that is not ours: {error}") from error
    found.sort(key=lambda one: (one.node, one.began, one.id))
    # What began by a clock ahead of ours, and came again, is there with another beginning.
    first: dict[tuple[str, str, float | None], Flown] = {}
    for one in found:
        first.setdefault((one.node, one.id, one.over), one)
    return Past(list(first.values()), oldest)


def facts_of(store: StoreReader, keys_of: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return client, source and name of those that are in flight, by node and id."""
    return hashes.values_of(store, keys.INFLIGHT_FACTS, keys_of, _facts)


def _facts(text: str) -> tuple[str, str, str]:
    client, source, name = json.loads(text)
    return client, source, name


def _flown(key: str, began: float, facts: tuple[str, str, str], over: float | None) -> Flown:
    node, _, own_id = key.partition("\0")
    client, source, name = facts
    return Flown(node, own_id, name, client, source, began, over)


def _over(member: str, at: float) -> Flown:
    node, own_id, began, text = member.split("\0")
    return _flown(f"{node}\0{own_id}", float(began), _facts(text or '["", "", ""]'), at)
