"""Rules and alerts on the page and in the API: judged by what check_rule judges them by."""

from collections.abc import Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active
from blinkenlights.kinds.alert.read import (
    Acknowledged,
    acknowledgements,
    alerts_of,
    all_alerts,
    records,
    rules_named,
)
from blinkenlights.kinds.alert.survey import RuleFound, limit_of, survey
from blinkenlights.kinds.alert.words import alert_in_words, rule_in_words
from blinkenlights.kinds.rows import Row
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.words import clean, span

_STATUSES: Mapping[str, Status] = {"warning": "WARNING", "critical": "CRITICAL"}


class Rules(View):
    """Every rule that was evaluated."""

    subject = "rule"

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon(None)
        self._context = context

    def find(self, name: str, state: str) -> Found:
        """Return the rules there are; of a name or a glob, when one is given."""
        del state
        found = self._found([name] if name else [])
        return Found(len(found), {one.name: self._verdict(one) for one in found}, [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        if not names:
            return {}
        return {
            one.name: row_of(
                self.subject, one.name, self._verdict(one), _known_rule(one), self._context
            )
            for one in self._found(names)
            if one.name in set(names)
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were evaluated last, and what they are about."""
        return {one.name: _known_rule(one) for one in self._found(names)} if names else {}

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return all names in one step: rules are written by people."""
        del step
        if cursor:
            raise ValueError(cursor)
        return Scanned(sorted(rules_named(self._context.store, [name] if name else [])), "")

    def history(self, name: str) -> History:
        """Return nothing yet."""
        del name
        return History([], [], [])

    def _found(self, names: Sequence[str]) -> list[RuleFound]:
        rules = rules_named(self._context.store, names)
        alerts = alerts_of(self._context.store, list(rules))
        return survey(rules, alerts, self._context.now)

    def _verdict(self, one: RuleFound) -> Verdict:
        sentence = rule_in_words(one, self._context.now)
        if one.word == "firing":
            status: Status = "CRITICAL" if one.is_critical else "WARNING"
            return Verdict(one.word, status, sentence, one.firing[0].fired)
        status = "UNKNOWN" if one.word in ("stale", "unheard", "missing") else "OK"
        return Verdict(one.word, status, sentence)


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
        order = ("CRITICAL", "WARNING", "UNKNOWN", "OK")
        worst = sorted(verdicts.items(), key=lambda each: order.index(each[1].status))
        return Found(len(verdicts), dict(worst), [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        return {
            one.name: row_of(
                self.subject, one.name, self._verdict(one), self._known(one), self._context
            )
            for one in self._exactly(names)
        }

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
        """Return nothing yet."""
        del name
        return History([], [], [])

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
        if taken and (not taken.until or now < taken.until):
            return Verdict("acknowledged", status, f"{sentence}; {_by(taken)}", one.fired)
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
            self._last = keys.parse_evaluation(text).every if text else 0.0
        return self._last


def _by(taken: Acknowledged) -> str:
    why = f": {clean(taken.reason)}" if taken.reason else ""
    return f"acknowledged by {clean(taken.by)}{why}"


def _known_rule(one: RuleFound) -> Known:
    evaluated = one.evaluated
    return Known(
        evaluated.at,
        {
            "of": evaluated.subject,
            "things": evaluated.things,
            "firing": len(one.firing),
            "pending": len(one.pending),
            "missing": evaluated.missing,
            "severity": evaluated.severity,
            "file": f"{evaluated.file}:{evaluated.line}",
            **evaluated.limits,
        },
    )
