"""Endpoints on the page and in the API: judged by what check_endpoint judges them by."""

from collections.abc import Callable, Mapping, Sequence

from blinkenlights.globs import is_glob
from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.page_words import Verdicts
from blinkenlights.kinds.endpoint.read import (
    census_commands,
    named,
    read_census,
    standing_of,
)
from blinkenlights.kinds.endpoint.survey import survey_of_all, survey_of_named
from blinkenlights.kinds.endpoint.workers import each_asked
from blinkenlights.kinds.rows import MOST_ROWS, Fact, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.store import sets

_SETS = (keys.NAMES, keys.AWAITED, keys.RETIRED)
_BESIDE = {"retired": keys.RETIRED, "removed": keys.REMOVED}


class Endpoints(View):
    """Every endpoint that was probed, or declared to be."""

    subject = "endpoint"

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon("endpoint")
        self._context = context
        self._census = read_census(context.store.ask(*census_commands(context.now)))
        self._words = Verdicts(self.horizon, context.doubt(self.horizon))

    def find(self, name: str, state: str) -> Found:
        """Return the endpoints there are; of a name or a glob, when one is given."""
        if name:
            return self._matching(name)
        census, store = self._census, self._context.store
        surveyed = survey_of_all(store, census, self.horizon)
        verdicts = self._words.of(surveyed)
        left = census.total - surveyed.left - len(verdicts)
        if len(verdicts) < MOST_ROWS or state == self._words.well:
            [first] = store.ask(("ZRANGE", keys.NAMES, 0, MOST_ROWS + len(verdicts) - 1))
            well = self._verdicts([one for one in first if one not in verdicts])
            well = {name: each for name, each in well.items() if each.state == self._words.well}
            verdicts |= well
            left -= len(well)
        beside = {"retired": census.retired, "removed": census.removed}
        if state in _BESIDE:
            [reply] = store.ask(sets.lowest(_BESIDE[state]))
            verdicts |= self._verdicts([*sets.scores(reply)])
            del beside[state]
        return Found(
            census.total,
            verdicts,
            [
                ("failing", "CRITICAL", surveyed.left),
                (self._words.well, self._words.well_status, max(0, left)),
            ],
            beside,
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        known = self._known(names, _facts_of_one)
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in self._verdicts(names).items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last probed, and what is known of them further."""
        return self._known(names, _facts)

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        return scan_sets(self._context.store, _SETS, cursor, name, step)

    def history(self, name: str) -> History:
        """Return when results of an endpoint could not have been heard."""
        facts = standing_of(self._context.store, [name]).facts.get(name)
        if facts is None:
            return History([], [], [])
        return History([], [], self._context.missed(self.horizon, [facts.source]))

    def _matching(self, name: str) -> Found:
        store = self._context.store
        names = named(store, [name])
        if is_glob(name):
            names = list(dict.fromkeys([*names, *sets.scan(store, keys.RETIRED, name)]))
        verdicts = self._verdicts(names[: sets.MOST_LISTED])
        beside = sum(each.state in _BESIDE for each in verdicts.values())
        left = max(0, len(names) - sets.MOST_LISTED)
        return Found(
            len(verdicts) - beside + left,
            verdicts,
            [(self._words.well, self._words.well_status, left)],
        )

    def _known(
        self, names: Sequence[str], facts_of: Callable[[keys.Details], dict[str, Fact]]
    ) -> Mapping[str, Known]:
        standing = standing_of(self._context.store, names)
        return {
            name: Known(facts.ended, facts_of(standing.details.get(name, keys.UNTOLD)))
            for name, facts in standing.facts.items()
        }

    def _verdicts(self, names: Sequence[str]) -> dict[str, Verdict]:
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
