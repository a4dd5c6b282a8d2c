"""Which clients or sources are at zero, too slow, or fail too often, by the speedos of others."""

from collections.abc import Collection, Mapping, Sequence

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer.limits import FlowLimit
from blinkenlights.kinds.transfer.rates import Rate
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.kinds.transfer.read_speedos import Published, read_speedos
from blinkenlights.kinds.transfer.speed.numbers import Outside, outside_given, outside_own
from blinkenlights.kinds.transfer.speed.survey import Behind, Idle, Question, Speeds
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store import hashes
from blinkenlights.store.reader import StoreReader

INTERVALS = 2
"""Of a publisher: after so many its next speedo is missed."""
OLDER = "stored by a collector of an older version, which does not tell since when it is at zero"


def survey_published(
    store: StoreReader, asked: Question, limits: Sequence[FlowLimit], horizon: Horizon
) -> Speeds:
    """Return the flows as their newest speedos have them; raises a StoreError.

    The cost follows how many are published.
    """
    matches = matcher(asked.names or ["*"])
    known = {name: each for name, each in _of_scope(store, asked.scope).items() if matches(name)}
    declared = {name: at for name, at in _declared(store, asked.scope).items() if matches(name)}
    there = known.keys() | declared.keys()
    missing = [name for name in asked.names if not is_glob(name) and name not in there]
    found = _Found(asked, horizon)
    if horizon.blind:
        return found.speeds(len(there), missing)
    for name, newest in known.items():
        own = flows.limit_of(limits, asked.scope, name)
        found.take(name, newest, own, declared.get(name, 0.0))
    for name in declared.keys() - known.keys():
        found.stale.append(Idle(name, None, 0.0, declared[name], None, ""))
    return found.speeds(len(there), missing)


def _of_scope(store: StoreReader, scope: str) -> Mapping[str, Published]:
    """Return what is published; of everything, which has two keys, what was told last."""
    found = read_speedos(store, scope)
    if scope != "all" or not found:
        return found
    return {scope: max(found.values(), key=lambda each: each.event)}


def _declared(store: StoreReader, scope: str) -> dict[str, float]:
    mine = f"{scope}\0"
    return {
        field[len(mine) :]: hashes.parsed(float, text, keys.EXPECTED)
        for field, text in hashes.pairs(store.ask(("HGETALL", keys.EXPECTED))[0])
        if field.startswith(mine)
    }


class _Found:
    """What was found of the flows until now."""

    def __init__(self, asked: Question, horizon: Horizon) -> None:
        self._asked = asked
        self._horizon = horizon
        self.at_zero: list[Idle] = []
        self.unheard: list[Idle] = []
        self.stale: list[Idle] = []
        self.behind: list[Behind] = []
        self.ahead: list[Flow] = []
        self.outside: list[Outside] = []
        self.rates: list[Rate] = []

    def take(self, name: str, newest: Published, own: FlowLimit | None, declared: float) -> None:
        """Judge one flow by its newest speedo, its own limits, and when it was declared, or 0."""
        horizon, window = self._horizon, self._asked.window
        # What is told every ten minutes is not known to the minute.
        least = INTERVALS * newest.interval
        patience = max(window, least)
        told = Flow(name, newest.event, newest.received)
        if newest.event > horizon.now + CLOCK_TOLERANCE:
            self.ahead.append(told)
        elif horizon.stored_up_to - flows.moved(horizon, told) > patience:
            self._idle(told, patience, declared, self.stale)
        elif lag := flows.lag(horizon, told, patience):
            self.behind.append(Behind(name, lag))
        else:
            limit = max(window if own is None or own.deadline is None else own.deadline, least)
            # By our clock: the one of the publisher may be behind.
            late = flows.moved(horizon, told) - newest.event
            is_idle = self._is_idle(name, newest, late, limit, declared)
            self._measure(name, newest, None if is_idle else own)

    def _is_idle(
        self, name: str, newest: Published, late: float, limit: float, declared: float
    ) -> bool:
        if newest.good:
            return False
        if newest.moved is None:
            since = self._horizon.stored_up_to - newest.event + newest.interval
            self.unheard.append(Idle(name, since, 0.0, 0.0, None, OLDER))
            return True
        moved = Flow(name, newest.moved and newest.moved + late)
        # Who never moved is at zero for as long as somebody waits for it.
        known = newest.since and newest.since + late
        since = moved.last_good or min(known, declared or known)
        if self._horizon.stored_up_to - since <= limit:
            return False
        self._idle(moved, limit, declared, self.at_zero, since)
        return True

    def _idle(
        self, flow: Flow, limit: float, declared: float, proved: list[Idle], since: float = 0.0
    ) -> None:
        """Put a flow that was silent for longer than its limit, since then, where it belongs."""
        horizon = self._horizon
        silent = Flow(flow.name, since) if since else flow
        is_heard = flows.silence(horizon, silent, limit) > limit
        last = flows.moved(horizon, flow)
        one = Idle(
            flow.name,
            horizon.stored_up_to - last if last else None,
            flow.last_good,
            0.0 if last else declared,
            None if limit == self._asked.window else limit,
            "" if is_heard else flows.deafness(horizon, silent, limit),
        )
        (proved if is_heard else self.unheard).append(one)

    def _measure(self, name: str, newest: Published, own: FlowLimit | None) -> None:
        rate = Rate(newest.interval / 60, newest.good, newest.bad, newest.size)
        self.rates.append(rate)
        self.outside += outside_given(name, rate, self._asked.thresholds, deaf=False)
        if own is not None:
            self.outside += outside_own(name, rate, own, deaf=False)

    def speeds(self, total: int, missing: list[str]) -> Speeds:
        """Return all of it; `total` flows were asked about."""
        unmeasured = sum(not rate.minutes for rate in self.rates)
        return Speeds(
            total,
            _longest_first(self.at_zero),
            _longest_first(self.unheard),
            self.behind,
            (0, 0),
            missing,
            self.ahead,
            sorted(self.outside, key=lambda one: one.name),
            _together(self.rates),
            unmeasured if self._asked.thresholds.are_given else 0,
            _longest_first(self.stale),
        )


def _longest_first(idle: Collection[Idle]) -> list[Idle]:
    return sorted(idle, key=lambda one: (one.silence is not None, -(one.silence or 0.0), one.name))


def _together(rates: Collection[Rate]) -> Rate:
    """Return what goes through in a minute in all."""
    known = [rate for rate in rates if rate.minutes]
    return Rate(
        1.0 if known else 0.0,
        sum(rate.good / rate.minutes for rate in known),
        sum(rate.bad / rate.minutes for rate in known),
        sum(rate.size / rate.minutes for rate in known),
    )
