"""The state of each component in words, from a fleet that was surveyed."""

from collections.abc import Iterator

from blinkenlights.kinds.heartbeat.lateness import Limits, Overdue
from blinkenlights.kinds.heartbeat.read import Seen
from blinkenlights.kinds.heartbeat.survey import Fleet
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Verdict, ahead_of_clock, last_seen
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical
from blinkenlights.plugin.words import moment, span


class FleetWords:
    """Says how each component is.

    Args:
        horizon: What could be heard.
        doubt: Why what looks alive may not be, as the reader may know it; empty when all is known.
        limits: The ages at which a component is late or silent.
    """

    def __init__(self, horizon: Horizon, doubt: str, limits: Limits) -> None:
        self._horizon = horizon
        self._doubt = doubt
        self._limits = limits

    def verdicts(self, fleet: Fleet) -> dict[str, Verdict]:
        """Return what is to be said of all that are not well, worst first."""
        verdicts: dict[str, Verdict] = {}
        if self._horizon.blind:
            overdue = [*fleet.silent, *fleet.late, *fleet.unheard]
            seen = {one.component: one.seen for one in overdue}
            named = [*seen, *(one.component for one in fleet.awaited), *fleet.pending]
            return {name: self._unheard(seen.get(name)) for name in named}
        for name, verdict in self._not_well(fleet):
            verdicts.setdefault(name, verdict)
        return verdicts

    def of_well(self, one: Seen, doubt: str) -> Verdict:
        """Return what is to be said of one that is neither late nor in trouble.

        `doubt` says why its source, where that is known, may not have heard that it fell silent.
        """
        if doubt:
            return self._unheard(one.seen, doubt)
        limit = self._limits.words(Critical, one.interval)
        age = last_seen(one.seen, self._horizon.now)
        if not limit:
            return Verdict("alive", "OK", f"{age}, reports changes only")
        return Verdict("alive", "OK", f"{age}, limit {limit}")

    def of_retired(self, seen: float | None, since: float) -> Verdict:
        """Return what is to be said of one that was retired."""
        age = f", {last_seen(seen, self._horizon.now)}" if seen else ""
        return Verdict("retired", "OK", f"retired since {moment(since)}{age}", since)

    def unlisted(self, numbers: tuple[int, int, int]) -> list[tuple[str, Status, int]]:
        """Return the states of so many that are silent, late and unheard, and not listed."""
        silent, late, unheard = numbers
        if self._horizon.blind:
            return [("unheard", "UNKNOWN", silent + late + unheard)]
        return [
            ("silent", "CRITICAL", silent),
            ("unheard", "UNKNOWN", unheard),
            ("late", "WARNING", late),
        ]

    def _not_well(self, fleet: Fleet) -> Iterator[tuple[str, Verdict]]:
        for one in fleet.silent:
            yield one.component, self._overdue("silent", "CRITICAL", one)
        for one in fleet.awaited:
            limit = self._limits.words(Critical, one.interval)
            sentence = f"declared {span(round(one.silence))} ago and never seen, limit {limit}"
            yield one.component, Verdict("expected", "CRITICAL", sentence, one.seen)
        yield from self._reported(fleet, "down", "CRITICAL")
        for short in fleet.shortages:
            since = "" if short.since is None else f", last enough {moment(short.since)}"
            sentence = f"{short.alive} of {short.minimum} instances alive{since}"
            yield short.component, Verdict("short", "CRITICAL", sentence, short.since)
        for seen in fleet.ahead:
            yield seen.component, self._ahead(seen)
        for one in fleet.unheard:
            yield one.component, self._unheard(one.seen)
        for one in fleet.late:
            yield one.component, self._overdue("late", "WARNING", one)
        yield from self._reported(fleet, "degraded", "WARNING")
        # Who was not seen yet may have died while it was not heard, or the store was new.
        status: Status = "UNKNOWN" if self._horizon.doubts else "OK"
        for name in fleet.pending:
            yield name, Verdict("expected", status, "declared, not seen yet")

    def _reported(self, fleet: Fleet, status: str, means: Status) -> Iterator[tuple[str, Verdict]]:
        for told in fleet.trouble:
            if told.status == status:
                lasted = span(max(0, round(self._horizon.now - told.since)))
                said = f": {told.message}" if told.message else ""
                sentence = f"reports {status} for {lasted}, since {moment(told.since)}{said}"
                yield told.component, Verdict(status, means, sentence, told.since)

    def _overdue(self, state: str, status: Status, one: Overdue) -> Verdict:
        limit = self._limits.words(one.state, one.interval)
        sentence = (
            f"{state} for {span(round(one.silence))}, since {moment(one.seen)}, limit {limit}"
        )
        return Verdict(state, status, sentence, one.seen)

    def _ahead(self, one: Seen) -> Verdict:
        sentence = ahead_of_clock("last seen", one.seen - self._horizon.now)
        return Verdict("ahead", "UNKNOWN", sentence, one.seen)

    def _unheard(self, seen: float | None, doubt: str = "") -> Verdict:
        age = last_seen(seen, self._horizon.now) if seen else "never seen"
        why = doubt or self._doubt or "not heard since the collector could not listen"
        return Verdict("unheard", "UNKNOWN", f"{age}; {why}")
