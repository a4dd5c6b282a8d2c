"""What the store has counted, and reports of transfers to be counted."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import redis

from blinkenlights.kinds.transfer import keys

BAD = 400
"""The least code of a bad transfer."""


class Sums(NamedTuple):
    """Transfers, good and bad."""

    good: int = 0
    bad: int = 0
    good_bytes: int = 0
    bad_bytes: int = 0


class Report(NamedTuple):
    """A transfer, as its client reports it."""

    number: int
    client: str
    source: str
    code: int
    size: int
    event: float

    @property
    def body(self) -> bytes:
        """The message in the form of Sarracenia's version 3."""
        return json.dumps(
            {
                "pubTime": _time(self.event - 1),
                "baseUrl": "http://pump.example.com/",
                "relPath": f"bulletins/{self.number}",
                "source": self.source,
                "size": self.size,
                "report": {
                    "timeCompleted": _time(self.event),
                    "resultCode": self.code,
                    "host": "node1",
                    "user": self.client,
                },
            }
        ).encode()


Key = Callable[[Report], str]
WAYS: dict[str, Key] = {
    "client": lambda each: each.client,
    "source": lambda each: each.source,
    "pair": lambda each: f"{each.client}\0{each.source}",
    "all": lambda _: "all",
}


def _time(event: float) -> str:
    return datetime.fromtimestamp(event, UTC).strftime("%Y%m%dT%H%M%S.%f")


class CountedTransfers:
    """The counts in a store."""

    def __init__(self, client: redis.Redis) -> None:
        """Take a client that does not decode."""
        self.client = client

    def by(self, scope: str) -> dict[str, Sums]:
        """Return what was counted by client, source, pair or in all."""
        packed: dict[bytes, bytes] = self.client.hgetall(keys.COUNTS + scope)  # type: ignore[assignment]
        return {
            name.decode(): Sums(*keys.parse_counts(counts)[:4]) for name, counts in packed.items()
        }

    @property
    def total(self) -> Sums:
        """What was counted in all."""
        return self.by("all").get("all", Sums())

    @property
    def number(self) -> int:
        """Good and bad ones."""
        return self.total.good + self.total.bad

    def histories(self, scope: str) -> dict[str, dict[str, Sums]]:
        """Return the history of each client or source, or of all."""
        return {name: self.history(scope, name) for name in self.by(scope)}

    def history(self, scope: str, name: str) -> dict[str, Sums]:
        """Return the minutes (`m...`) and hours (`h...`), since the epoch, that are not empty."""
        key = f"{keys.HISTORY}{scope}:{name}"
        fields: dict[bytes, bytes] = self.client.hgetall(key)  # type: ignore[assignment]
        found = {}
        for field, packed in fields.items():
            kind, block = field[:1].decode(), int(field[1:])
            slots = keys.parse_slots(packed)
            for place, slot in enumerate(slots, block * len(slots)):
                if any(slot):
                    found[f"{kind}{place}"] = Sums(*slot)
        return found


def sums_by(reports: list[Report], scope: str) -> dict[str, Sums]:
    """Return the sums of reports by client, source, pair, or in all."""
    return _sums(reports, WAYS[scope])


def minutes_by(reports: list[Report], scope: str) -> dict[str, dict[str, Sums]]:
    """Return the sums in each minute (`m...`) of each client or source, or of all."""
    name_of = WAYS[scope]
    apart = _sums(reports, lambda each: f"{name_of(each)}\0m{int(each.event // 60)}")
    found: dict[str, dict[str, Sums]] = {}
    for key, sums in apart.items():
        name, _, minute = key.partition("\0")
        found.setdefault(name, {})[minute] = sums
    return found


def _sums(reports: list[Report], key: Key) -> dict[str, Sums]:
    found: dict[str, list[int]] = {}
    for report in reports:
        sums = found.setdefault(key(report), [0, 0, 0, 0])
        is_bad = report.code >= BAD
        sums[is_bad] += 1
        sums[2 + is_bad] += report.size
    return {name: Sums(*sums) for name, sums in found.items()}
