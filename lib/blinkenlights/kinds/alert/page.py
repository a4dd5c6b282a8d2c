"""Alerts on the page and in the API: judged by what check_rule judges them by."""

from collections.abc import Mapping, Sequence
from glob import escape

from blinkenlights.globs import matcher
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active, Evaluated
from blinkenlights.kinds.alert.read import (
    LastTold,
    acknowledgements,
    all_alerts,
    last_told,
    records,
    rules_named,
)
from blinkenlights.kinds.alert.states import ALERTS
from blinkenlights.kinds.alert.survey import limit_of
from blinkenlights.kinds.alert.thresholds import thresholds
from blinkenlights.kinds.alert.unpacking import parse_evaluation
from blinkenlights.kinds.alert.words import alert_in_words
from blinkenlights.kinds.rows import Mark, Row
from blinkenlights.kinds.state import WORST_FIRST as STATUSES_WORST_FIRST
from blinkenlights.kinds.state import Status, words_of
from blinkenlights.kinds.view import About, Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.words import clean, span
from blinkenlights.store import hashes

_STATES = words_of(ALERTS)
_STATUSES: Mapping[str, Status] = {"warning": "WARNING", "critical": "CRITICAL"}


class Alerts(View):
    """Every alert that fires, or is about to."""

    subject = "alert"

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon(None)
        self._context = context
        self._acknowledged = acknowledgements(context.store)
        self._last: float | None = None

    def find(self, name: str, state: str) -> Found:
        """Return the alerts there are; of a name or a glob, when one is given."""
        del state
        matches = matcher([name or "*"])
        alerts = [one for one in all_alerts(self._context.store) if matches(one.name)]
        verdicts = {one.name: self._verdict(one) for one in alerts}
        worst = sorted(verdicts.items(), key=lambda each: worst_first(each[1]))
        return Found(len(verdicts), dict(worst), [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known, or were told of lately."""
        found = {
            one.name: row_of(
                self.subject, one.name, self._verdict(one), self._known(one), self._context
            )
            for one in self._exactly(names)
        }
        return found | self._over([name for name in names if name not in found])

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return what is known of some beside their states."""
        return {one.name: self._known(one) for one in self._exactly(names)}

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return all names in one step."""
        del step
        if cursor:
            raise ValueError(cursor)
        matches = matcher([name or "*"])
        names = [one.name for one in all_alerts(self._context.store) if matches(one.name)]
        return Scanned(names, "")

    def history(self, name: str) -> History:
        """Return what an alert is about, and how it is acknowledged."""
        for one in self._exactly([name]):
            [limits] = [each.limits for each in self._rules(one)] or [{}]
            marks = [Mark(one.since, "left its limit")]
            marks += [Mark(one.fired, "fires")] if one.fired else []
            drawn = thresholds(limits.values(), one.why)
            about = About(one.subject, one.thing, drawn, marks)
            return History([], [], [], about=about, episode=one.episode if one.fired else "")
        return History([], [], [])

    def _rules(self, one: Active) -> Sequence[Evaluated]:
        return list(rules_named(self._context.store, [escape(one.rule)]).values())

    def _over(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of those that are over, of which people were told lately."""
        found = last_told(self._context.store, names) if names else {}
        return {
            name: row_of(self.subject, name, _over(told), Known(told.at, {}), self._context)
            for name, told in found.items()
        }

    def _exactly(self, names: Sequence[str]) -> list[Active]:
        return records(self._context.store, list(map(keys.alert_named, names)))

    def _verdict(self, one: Active) -> Verdict:
        now = self._context.now
        sentence = alert_in_words(one, now)
        limit = limit_of(self._every())
        if now - one.looked > limit:
            words = f"{sentence}; not judged for {span(round(now - one.looked))}"
            return Verdict("stale", "UNKNOWN", words, one.since)
        if not one.fired:
            return Verdict("pending", "OK", sentence, one.since)
        status = _STATUSES.get(one.level, "CRITICAL")
        taken = self._acknowledged.get(one.episode)
        if taken and taken.counts(now):
            return Verdict("acknowledged", status, f"{sentence}; {taken.in_words}", one.fired)
        if one.held:
            return Verdict("held", status, f"{sentence}; {clean(one.held)}", one.fired)
        return Verdict("firing", status, sentence, one.fired)

    def _known(self, one: Active) -> Known:
        facts = {
            "rule": one.rule,
            "thing": one.thing,
            "of": one.subject,
            "level": one.level,
            "severity": one.severity or None,
            "told": ", ".join(sorted(one.told)) or None,
            "text": one.text or None,
            "runbook": one.runbook or None,
            **{f"label {name}": value for name, value in one.labels.items()},
        }
        return Known(one.looked, {name: value for name, value in facts.items() if value})

    def _every(self) -> float:
        if self._last is None:
            [text] = self._context.store.ask(("GET", keys.EVALUATION))
            last = hashes.parsed(parse_evaluation, text, keys.EVALUATION) if text else None
            self._last = last.every if last else 0.0
        return self._last


def worst_first(one: Verdict | Row) -> tuple[int, int]:
    """Return what alerts are sorted by."""
    return STATUSES_WORST_FIRST.index(one.status), _STATES.index(one.state)


def _over(told: LastTold) -> Verdict:
    words = f"is over; the last that was told of it, to {clean(told.receiver)}: {clean(told.title)}"
    return Verdict("over", "OK", words)
