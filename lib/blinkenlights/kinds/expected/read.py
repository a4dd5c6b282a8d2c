"""What was learned, as checks, pages and rules read it.

Standard library only: checks import this.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from blinkenlights.errors import StoreAnswer
from blinkenlights.expected.constants import DAY
from blinkenlights.expected.kept import Kept, unpack_kept
from blinkenlights.globs import matcher
from blinkenlights.kinds.expected import keys
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.store.reader import Command, StoreReader

if TYPE_CHECKING:
    from datetime import tzinfo

SERIES_AT_ONCE = 500
"""A megabyte."""


class Learning(NamedTuple):
    """How it is learned, as configured."""

    interval: float
    """Seconds."""
    zone: "tzinfo | None"
    """None for UTC."""
    excluded: Sequence[tuple[float, float]]
    """Times of a day back and two ahead that neither teach nor alarm."""
    planned: Sequence[Excluded] = ()

    def excluded_of(self, sort: str, name: str) -> Sequence[tuple[float, float]]:
        """Return the times that are excluded for one series."""
        if not self.planned:
            return self.excluded
        own = [(each.start, each.end) for each in self.planned if is_planned(each, sort, name)]
        return [*self.excluded, *own]


SETTINGS: Sequence[Command] = (("GET", keys.SETTINGS), ("GET", keys.EXCLUDED))
"""What to ask the store for, to have `read_settings`."""


def read_settings(replies: Sequence[str | None]) -> Learning | None:
    """Return from the replies to `SETTINGS` how it is learned; None where nothing is.

    Raises StoreAnswer.
    """
    settings, planned = replies
    if settings is None:
        return None
    try:
        told = json.loads(settings)
        spans = [(float(start), float(end)) for start, end in told["excluded"]]
        return Learning(
            _interval(told["interval"]), _zone(told["zone"]), spans, read_planned(planned)
        )
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise StoreAnswer(f"{keys.SETTINGS} holds something that is not ours: {error!r}") from error


def read_planned(reply: str | None) -> list[Excluded]:
    """Return the maintenances that are planned; raises StoreAnswer."""
    try:
        return [
            Excluded(str(sort), str(glob), float(start), float(end))
            for sort, glob, start, end in json.loads(reply or "[]")
        ]
    except (ValueError, TypeError) as error:
        raise StoreAnswer(f"{keys.EXCLUDED} holds something that is not ours: {error!r}") from error


def plan(store: StoreReader, planned: Sequence[Excluded]) -> None:
    """Let these be all maintenances that are planned; raises a StoreError.

    Those of a day back still matter: checks look back for so long.
    """
    store.ask(("SET", keys.EXCLUDED, json.dumps(planned)))


def is_planned(planned: Excluded, sort: str, name: str) -> bool:
    """Return whether a maintenance is one of a series."""
    return planned.sort == sort and matcher([planned.glob])(name)


def kept_of(
    store: StoreReader, sort: str, names: Sequence[str], zone: "tzinfo | None"
) -> dict[str, Kept]:
    """Return what is kept of those of some series of which anything was learned.

    What another version wrote is learned anew, so it is nothing. Raises a StoreError.
    """
    found: dict[str, Kept] = {}
    for at in range(0, len(names), SERIES_AT_ONCE):
        chunk = names[at : at + SERIES_AT_ONCE]
        [packed] = store.ask_bytes(("HMGET", keys.STATES + sort, *chunk))
        for name, each in zip(chunk, packed, strict=True):
            kept = unpack_kept(each, zone) if each else None
            if kept is not None:
                found[name] = kept
    return found


def _interval(told: str | float) -> float:
    interval = float(told)
    if not 0 < interval <= DAY:
        raise ValueError(f"an interval of {interval} seconds")
    return interval


def _zone(name: str) -> "tzinfo | None":
    if name == "UTC":
        return None
    # Reading the rules of a zone takes a check 5 ms.
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return ZoneInfo(name)
