"""Clients or sources as rows: how much goes through now, the worst first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from blinkenlights.globs import matcher
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.keys import Slot
from blinkenlights.kinds.transfer.limits import lag, was_deaf
from blinkenlights.kinds.transfer.read_speedos import read_speedos
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.store.reader import Command, StoreReader

MINUTES = 30
"""How far back the sparkline goes."""
EACH = 300
"""How many of the longest idle, the newly bad and the newly heard ones a terminal asks for."""
POSSIBLY_BAD = 120.0
"""Seconds since a bad one after which it cannot be in the last minute any more."""
IDLE_SECONDS = 300.0
"""Without a good transfer for so long, one is counted as idle, as check_speedo does."""
_BOTH_ENDS = ((0, EACH - 1), (-EACH, -1))


class Row(NamedTuple):
    """One client or source."""

    name: str
    last_good: float | None
    """Seconds since the epoch; 0 when it never had one, None when that is not known."""
    per_minute: float
    """Transfers in the last minute, good and bad."""
    bad: float
    """Of these, how many were bad."""
    bytes_per_minute: float
    minutes: list[int | None]
    """Transfers in each of the last MINUTES whole minutes, oldest first; None for one that was not
    heard all the time and in which none is known, and empty where nothing is counted."""
    published: bool = False
    """Known by a speedo that somebody published, and not counted here."""
    lag: float = 0.0
    """Seconds by which reports are late of one that would else be idle; 0 when they are not."""

    @property
    def is_moving(self) -> bool:
        """Whether good transfers go through, though their reports may be late."""
        return self.per_minute > self.bad or self.lag > 0

    @property
    def errors(self) -> float | None:
        """Share of bad ones in percent; None when there were none at all."""
        return 100 * self.bad / self.per_minute if self.per_minute else None


class Table(NamedTuple):
    """What is shown."""

    scope: str
    """`client` or `source`."""
    time: float
    horizon: Horizon
    everything: Row
    rows: list[Row]
    """Worst first."""
    total: int
    """How many there are of those asked for, shown or not."""
    idle: int
    """How many of these had no good transfer for five minutes, as far as is stored."""

    @property
    def is_certain(self) -> bool:
        """Whether everything was heard, so that idle means zero."""
        return not (self.horizon.doubts or was_deaf(self.horizon, IDLE_SECONDS))


def read_table(
    store: StoreReader, scope: str, names: Sequence[str], now: float, *, most: int | None = None
) -> Table:
    """Return the rows for the clients or sources whose name matches one of `names`, or for all.

    With `most`, only those that may be the worst, and the newest to fill up: then the cost does
    not follow how many there are. Raises a StoreError.
    """
    horizon = read_horizon(store.ask(*COMMANDS), now, "transfer")
    # Not how far the best source is: what came by another may still be on its way to the store.
    moment = horizon.stored_up_to or now
    before = moment - IDLE_SECONDS
    if names:
        asked = transfers.matching(store, scope, names)
        last_good = {flow.name: flow.last_good for flow in asked}
        listed = [flow for flow in asked if flow.last_good < before]
        total, idle = len(asked), len(listed)
    else:
        total, idle, listed = transfers.idle_since(store, scope, before)
        last_good = _candidates(store, scope, moment, most)
    lags = {flow.name: each for flow in listed if (each := lag(horizon, flow, IDLE_SECONDS))}
    idle -= len(lags)
    rows = [
        row._replace(lag=lags.get(row.name, 0.0))
        for row in _rows(store, scope, last_good, moment, horizon)
    ]
    foreign = _published(store, scope, names)
    rows += [row for row in foreign if row.name not in last_good]
    all_good = {"all": 0.0} | _matching(store, "all", ["all"])
    [everything] = _rows(store, "all", all_good, moment, horizon)
    rows.sort(key=_badness)
    return Table(scope, now, horizon, everything, rows[:most], total, idle)


def _badness(row: Row) -> tuple[bool, float, float, str]:
    """Sort those at zero first, the longest silent on top; then by errors, then the slowest."""
    return (
        row.is_moving,
        -(row.errors or 0.0) if row.is_moving else (row.last_good or 0.0),
        row.per_minute,
        row.name,
    )


def _matching(store: StoreReader, scope: str, names: Sequence[str]) -> dict[str, float]:
    return {flow.name: flow.last_good for flow in transfers.matching(store, scope, names)}


def _candidates(
    store: StoreReader, scope: str, moment: float, most: int | None
) -> dict[str, float]:
    if most is None:
        return _matching(store, scope, ["*"])
    good = keys.GOOD + scope
    bad = store.ask(
        ("ZRANGEBYSCORE", keys.BAD + scope, moment - POSSIBLY_BAD, "+inf", "LIMIT", 0, EACH)
    )[0]
    commands: list[Command] = [("ZRANGE", good, *ends, "WITHSCORES") for ends in _BOTH_ENDS]
    if bad:
        commands.append(("ZMSCORE", good, *bad))
    idle, lively, *scores = store.ask(*commands)
    found = dict(zip(idle[::2], map(float, idle[1::2]), strict=True))
    found.update(zip(lively[::2], map(float, lively[1::2]), strict=True))
    for name, score in zip(bad, scores[0] if scores else (), strict=True):
        found[name] = float(score or 0)
    return found


def _rows(
    store: StoreReader, scope: str, last_good: dict[str, float], moment: float, horizon: Horizon
) -> Iterator[Row]:
    if not last_good:
        return
    present = int(moment // 60)
    # Of the minute before, as much as makes a whole one together with the present.
    share = 1 - (moment - present * 60) / 60
    first = present - MINUTES
    heard = [
        was_heard(horizon, 60.0 * minute, 60.0 * minute + 60) for minute in range(first, present)
    ]
    history = transfers.minutes_of(store, scope, list(last_good), first, present)
    for name, slots in history.items():
        *past, now = slots
        before = past[-1]
        yield Row(
            name,
            last_good[name],
            _all(now) + share * _all(before),
            now.bad + share * before.bad,
            _bytes(now) + share * _bytes(before),
            [
                _all(slot) if whole or _all(slot) else None
                for slot, whole in zip(past, heard, strict=True)
            ],
        )


def _published(store: StoreReader, scope: str, names: Sequence[str]) -> Iterable[Row]:
    """Give rows for what others published."""
    matches = matcher(names or ["*"])
    for name, each in read_speedos(store, scope).items():
        if not matches(name):
            continue
        minutes = each.interval / 60 or 1.0
        yield Row(
            name,
            each.event if each.good else each.moved,
            (each.good + each.bad) / minutes,
            each.bad / minutes,
            each.size / minutes,
            [],
            published=True,
        )


def _all(slot: Slot) -> int:
    return slot.good + slot.bad


def _bytes(slot: Slot) -> int:
    return slot.good_bytes + slot.bad_bytes
