"""Clients and sources of transfers, and what is shown of them beside their state."""

from collections.abc import Mapping, Sequence
from typing import Literal

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.rows import MOST_ROWS, Fact, Minute, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.page_judge import FlowJudge
from blinkenlights.kinds.transfer.page_words import FlowWords
from blinkenlights.kinds.transfer.rates import Rate, rates
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.kinds.transfer.speed.survey import WINDOW
from blinkenlights.kinds.view import (
    Found,
    History,
    Known,
    Scanned,
    Verdict,
    View,
    row_of,
)
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.hearing import was_heard
from blinkenlights.plugin.words import moment, rounded
from blinkenlights.store.sets import MOST_LISTED

HISTORY_MINUTES = 60
_NAMES_AT_ONCE = 5_000


class Flows(View):
    """All clients, or all sources."""

    def __init__(self, context: ViewContext, scope: Literal["client", "source"]) -> None:
        self.subject = scope
        self.horizon = context.horizon("transfer")
        self._context = context
        self._scope: str = scope
        self._words = FlowWords(self.horizon, context.doubts(self.horizon))
        text = context.store.ask(("GET", keys.LIMITS))[0]
        self._limits = flows.read_limits(text)

    def find(self, name: str, state: str) -> Found:
        """Return the flows there are; of a name or a glob, when one is given."""
        if name:
            return self._all_of(transfers.matching(self._context.store, self._scope, [name]))
        store, moment_of_window = self._context.store, self.horizon.stored_up_to - WINDOW
        idle = transfers.idle_since(store, self._scope, moment_of_window)
        listed = {flow.name for flow in idle.listed}
        listed |= set(transfers.overdue_since(store, self._scope, self.horizon.stored_up_to))
        listed |= flows.limited(store, self._scope, self._limits).keys()
        latest = self.horizon.now + CLOCK_TOLERANCE
        ahead = transfers.good_after(store, self._scope, latest, MOST_LISTED)
        listed |= {flow.name for flow in ahead}
        verdicts = self._verdicts(self._flows(sorted(listed)))
        if len(listed) < MOST_ROWS or state in ("alive", "unheard"):
            for each, verdict in self._verdicts(self._busy(moment_of_window)).items():
                verdicts.setdefault(each, verdict)
        unlisted = idle.idle - len(idle.listed)
        return Found(
            idle.total,
            verdicts,
            self._unlisted(unlisted, max(0, idle.total - unlisted - len(verdicts))),
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        verdicts = self._verdicts(self._flows(names))
        known = self.known(list(verdicts))
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in verdicts.items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when the last good transfer of some was, and what was counted of them."""
        members = [self._member(name) for name in names]
        if not members:
            return {}
        store = self._context.store
        good, bad = store.ask(
            ("ZMSCORE", keys.GOOD + self._scope, *members),
            ("ZMSCORE", keys.BAD + self._scope, *members),
        )
        counts = transfers.counts_of(store, self._scope, members)
        rates = self._rates(members)
        known = {}
        for name, member, last_good, last_bad in zip(names, members, good, bad, strict=True):
            facts: dict[str, Fact] = {}
            if member in rates:
                facts["per_minute"] = rounded(rates[member].good_per_minute, 2)
                facts["errors_percent"] = rounded(rates[member].errors, 1)
            if member in counts:
                total = counts[member]
                size = total.good_bytes + total.bad_bytes
                facts |= {"good": total.good, "bad": total.bad, "bytes": size}
            if last_bad is not None:
                facts["last_bad"] = moment(float(last_bad))
            known[name] = Known(float(last_good or 0) or None, facts)
        return known

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        return scan_sets(self._context.store, [keys.GOOD + self._scope], cursor, name, step)

    def history(self, name: str) -> History:
        """Return the last hour by the minute, and when somebody could not have been heard."""
        missed = self._context.missed(self.horizon, list(self.horizon.sources))
        last = int(self.horizon.stored_up_to // 60) - 1
        first = last - HISTORY_MINUTES + 1
        slots = transfers.minutes_of(self._context.store, self._scope, [name], first, last)[name]
        minutes = [
            Minute(
                start=60.0 * minute,
                good=slot.good,
                bad=slot.bad,
                size=slot.good_bytes + slot.bad_bytes,
                heard=was_heard(self.horizon, 60.0 * minute, 60.0 * minute + 60),
            )
            for minute, slot in zip(range(first, last + 1), slots, strict=True)
        ]
        return History(minutes, [], missed)

    def _unlisted(self, idle: int, well: int) -> list[tuple[str, Status, int]]:
        """Return the states of so many that are idle and well, and not listed."""
        is_heard = not (self._words.doubt or flows.was_deaf(self.horizon, WINDOW))
        return [
            ("zero", "CRITICAL", idle) if is_heard else ("unheard", "UNKNOWN", idle),
            ("unheard", "UNKNOWN", well) if self._words.doubt else ("alive", "OK", well),
        ]

    def _all_of(self, asked: Sequence[Flow]) -> Found:
        return Found(len(asked), self._verdicts(asked), [])

    def _verdicts(self, asked: Sequence[Flow]) -> dict[str, Verdict]:
        """Return what is to be said of each, worst first; those that are well last."""
        judge = FlowJudge(self._context.store, self._scope, self._words, self._limits, self._rates)
        return {self._name(member): verdict for member, verdict in judge.verdicts(asked).items()}

    def _busy(self, since: float) -> list[Flow]:
        """Return some that had a good transfer in the window, those with the oldest first."""
        key = keys.GOOD + self._scope
        reply = self._context.store.ask(
            ("ZRANGEBYSCORE", key, repr(since), "+inf", "WITHSCORES", "LIMIT", 0, MOST_ROWS)
        )[0]
        found = [
            Flow(name, float(score)) for name, score in zip(reply[::2], reply[1::2], strict=True)
        ]
        return transfers.with_receipts(self._context.store, self._scope, found)

    def _flows(self, names: Sequence[str]) -> list[Flow]:
        """Return exactly these, of those that are known, longest without a good transfer first."""
        found = []
        members = [self._member(name) for name in names]
        for start in range(0, len(members), _NAMES_AT_ONCE):
            chunk = members[start : start + _NAMES_AT_ONCE]
            scores = self._context.store.ask(("ZMSCORE", keys.GOOD + self._scope, *chunk))[0]
            found += [
                Flow(name, float(score))
                for name, score in zip(chunk, scores, strict=True)
                if score is not None
            ]
        found = transfers.with_receipts(self._context.store, self._scope, found)
        return sorted(found, key=lambda flow: flow.last_good)

    def _member(self, name: str) -> str:
        """Return what a name is in the sorted sets."""
        return name

    def _name(self, member: str) -> str:
        """Return the name of what is in the sorted sets."""
        return member

    def _rates(self, names: Sequence[str]) -> Mapping[str, Rate]:
        return rates(self._context.store, self._scope, names, WINDOW, self.horizon)
