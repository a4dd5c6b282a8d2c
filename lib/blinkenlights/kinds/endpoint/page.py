"""Endpoints on the page and in the API: judged by what check_endpoint judges them by."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.page_words import Verdicts
from blinkenlights.kinds.endpoint.read import (
    census_commands,
    read_census,
    standing_of,
)
from blinkenlights.kinds.endpoint.survey import survey_of_all, survey_of_named
from blinkenlights.kinds.endpoint.workers import each_asked
from blinkenlights.kinds.named_view import NamedView
from blinkenlights.kinds.rows import Fact, Row
from blinkenlights.kinds.view import Found, History, Known, Verdict, row_of
from blinkenlights.kinds.view_context import ViewContext


class Endpoints(NamedView):
    """Every endpoint that was probed, or declared to be."""

    subject = "endpoint"
    names, awaited, retired = keys.NAMES, keys.AWAITED, keys.RETIRED
    beside: ClassVar = {"retired": keys.RETIRED, "removed": keys.REMOVED}

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon("endpoint")
        self._words = Verdicts(self.horizon, context.doubt(self.horizon))
        super().__init__(context, self._words)
        self._census = read_census(context.store.ask(*census_commands(context.now)))

    def find(self, name: str, state: str) -> Found:
        """Return the endpoints there are; of a name or a glob, when one is given."""
        if name:
            return self.matching(name)
        census = self._census
        surveyed = survey_of_all(self._context.store, census, self.horizon)
        return self.listed(
            census.total,
            self._words.of(surveyed),
            ("failing", "CRITICAL", surveyed.left),
            {"retired": census.retired, "removed": census.removed},
            state,
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        known = self._known(names, _facts_of_one)
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in self.verdicts(names).items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last probed, and what is known of them further."""
        return self._known(names, _facts)

    def history(self, name: str) -> History:
        """Return when results of an endpoint could not have been heard."""
        facts = standing_of(self._context.store, [name]).facts.get(name)
        if facts is None:
            return History([], [], [])
        return History([], [], self._context.missed(self.horizon, [facts.source]))

    def _known(
        self, names: Sequence[str], facts_of: Callable[[keys.Details], dict[str, Fact]]
    ) -> Mapping[str, Known]:
        standing = standing_of(self._context.store, names)
        return {
            name: Known(facts.ended, facts_of(standing.details.get(name, keys.UNTOLD)))
            for name, facts in standing.facts.items()
        }

    def verdicts(self, names: Sequence[str]) -> dict[str, Verdict]:
        """Return what is to be said of exactly these, of those that are known."""
        return self._words.of(survey_of_named(self._context.store, names, self.horizon))


def _facts(details: keys.Details) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "http_status": details.status,
        "time": details.phases.get("total"),
        "cert_days": _days(details),
        "reason": "; ".join(details.reasons) or None,
        "address": details.address or None,
        "location": details.location or None,
        "worker": details.worker or None,
        "prober": details.prober or None,
        "file": details.file or None,
    }
    facts |= details.values
    facts |= {f"label {name}": value for name, value in details.labels.items()}
    return {name: value for name, value in facts.items() if value is not None}


def _facts_of_one(details: keys.Details) -> dict[str, Fact]:
    """Return its facts, with what each worker found: that is too much for a list of many."""
    return _facts(details) | {f"asked {worker}": found for worker, found in each_asked(details)}


def _days(details: keys.Details) -> float | None:
    days = details.certificate.get("days")
    return None if days is None else round(float(days), 1)
