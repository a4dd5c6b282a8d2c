"""What components say of themselves in their heartbeats: that they are not well, and numbers."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.read import Seen
from blinkenlights.masking import masked
from blinkenlights.store.reader import StoreReader


class Trouble(NamedTuple):
    """A component that reports of itself that it is not well."""

    component: str
    since: float
    status: str
    message: str


class Reading(NamedTuple):
    """A number in the newest heartbeat of a component."""

    value: float | None
    """None where that heartbeat has no such number."""
    seen: float
    """When that heartbeat was sent, by the corrected clock."""


def troubles(store: StoreReader, names: Sequence[str]) -> list[Trouble]:
    """Return those that report degraded or down, worst first; raises a StoreError."""
    told = heartbeats.statuses_of(store, names)
    troubles = [
        Trouble(
            name,
            status.since,
            status.status,
            masked(str(_object(status.extras).get("message", ""))),
        )
        for name, status in told.items()
        if status.status != "ok"
    ]
    return sorted(troubles, key=lambda one: (one.status != "down", one.since))


def reading(facts: Mapping[str, keys.Facts], seen: Seen, key: str) -> Reading:
    """Return the number under `key` in what is known of a component; raises StoreAnswer."""
    known = facts.get(seen.component)
    value = _object(known.extras).get(key) if known else None
    at = known.seen if known else seen.seen
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Reading(None, at)
    try:
        number = float(value)
    except OverflowError:
        return Reading(None, at)
    return Reading(number if math.isfinite(number) else None, at)


def _object(extras: str) -> dict[str, object]:
    try:
        parsed = json.loads(extras)
    except ValueError as error:
        raise StoreAnswer(
            f"the further keys of a component under {keys.PREFIX} are not ours: {error}"
        ) from error
    return parsed if isinstance(parsed, dict) else {}
