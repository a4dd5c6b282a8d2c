"""Rules on the page and in the API: judged by what check_rule judges them by."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from blinkenlights.kinds.alert.page import Alerts, worst_first
from blinkenlights.kinds.alert.read import (
    alerts_of,
    rules_named,
)
from blinkenlights.kinds.alert.survey import RuleFound, survey
from blinkenlights.kinds.alert.tested import Tested, tested, tested_in_words
from blinkenlights.kinds.alert.words import rule_in_words
from blinkenlights.kinds.rows import MOST_ROWS, Row
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext


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
                self.subject, one.name, self._verdict(one), self._known(one), self._context
            )
            for one in self._found(names)
            if one.name in set(names)
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were evaluated last, and what they are about."""
        return {one.name: self._known(one) for one in self._found(names)} if names else {}

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return all names in one step: rules are written by people."""
        del step
        if cursor:
            raise ValueError(cursor)
        return Scanned(sorted(rules_named(self._context.store, [name] if name else [])), "")

    def history(self, name: str) -> History:
        """Return the alerts of a rule, worst first, as many as a section has."""
        found = self._found([name])
        names = [each.name for one in found for each in (*one.firing, *one.pending)]
        rows = Alerts(self._context).rows(names[:MOST_ROWS])
        return History([], [], [], parts=sorted(rows.values(), key=worst_first))

    def _found(self, names: Sequence[str]) -> list[RuleFound]:
        rules = rules_named(self._context.store, names)
        alerts = alerts_of(self._context.store, list(rules))
        return survey(rules, alerts, self._context.now)

    def _known(self, one: RuleFound) -> Known:
        digest, now = one.evaluated.digest, self._context.now
        return _known_rule(one, tested_in_words(self._tested, one.name, digest, now))

    @cached_property
    def _tested(self) -> Tested | None:
        return tested(self._context.store)

    def _verdict(self, one: RuleFound) -> Verdict:
        sentence = rule_in_words(one, self._context.now)
        since = one.firing[0].fired if one.word == "firing" else None
        return Verdict(one.word, _status(one), sentence, since)


def _status(one: RuleFound) -> Status:
    if one.word == "firing":
        return "CRITICAL" if one.is_critical else "WARNING"
    return "UNKNOWN" if one.word in ("stale", "unheard", "missing") else "OK"


def _known_rule(one: RuleFound, tests: str) -> Known:
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
            "tests": tests,
            **evaluated.limits,
        },
    )
