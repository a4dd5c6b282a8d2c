"""Locations on the page and in the API: judged by what check_probe judges them by."""

from collections.abc import Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.endpoint.prober.location_words import LocationWords
from blinkenlights.kinds.endpoint.prober.locations import Location
from blinkenlights.kinds.endpoint.prober.states import LOCATION_STATES, OF_OLD_REPORTS
from blinkenlights.kinds.endpoint.prober.survey import COMMANDS, Prober, survey
from blinkenlights.kinds.endpoint.prober.words import ProberWords
from blinkenlights.kinds.endpoint.prober.worker_words import WorkerWords
from blinkenlights.kinds.rows import Fact, Row
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext

_STATUSES = {state.word: state.statuses[0] for state in LOCATION_STATES}


class Locations(View):
    """Every place from which workers probe, as `PROBER/LOCATION`."""

    subject = "location"

    def __init__(self, context: ViewContext) -> None:
        self._context = context
        self.horizon = context.horizon("endpoint")

    def find(self, name: str, state: str) -> Found:
        """Return the locations there are; of a name or a glob, when one is given."""
        del state
        matches = matcher([name or "*"])
        found = {each: it for each, it in self._locations().items() if matches(each)}
        return Found(len(found), {each: self._verdict(*it) for each, it in found.items()}, [])

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known, with their workers."""
        return {
            name: row_of(
                self.subject,
                name,
                self._verdict(prober, one),
                self._known(prober, one, self._of_workers(one)),
                self._context,
            )
            for name, (prober, one) in self._locations().items()
            if name in names
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when the schedulers of some reported last, and what they report of them."""
        return {
            name: self._known(prober, one, {})
            for name, (prober, one) in self._locations().items()
            if name in names
        }

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return all names at once: they are few, because a report is short."""
        del step
        if cursor:
            raise ValueError(cursor)
        matches = matcher([name or "*"])
        return Scanned([each for each in self._locations() if matches(each)], "")

    def history(self, name: str) -> History:
        """Return when the scheduler of a location could not have been heard."""
        found = self._locations().get(name)
        sources = [found[0].source] if found else []
        return History([], [], self._context.missed(self.horizon, sources))

    def _locations(self) -> dict[str, tuple[Prober, Location]]:
        probers = survey(self._context.store.ask(*COMMANDS)[0], self.horizon)
        found = [(prober, one) for prober in probers for one in prober.locations]
        order = list(_STATUSES)
        found.sort(key=lambda each: (order.index(each[1].word), each[1].whole_name))
        return {one.whole_name: (prober, one) for prober, one in found}

    def _verdict(self, prober: Prober, one: Location) -> Verdict:
        if one.word in OF_OLD_REPORTS:
            said = ProberWords([prober], self.horizon).said(prober)
        else:
            said = LocationWords([one], self.horizon.now).said(one)
        since = one.limit_since if one.word == "limited" else None
        return Verdict(one.word, _STATUSES[one.word], said, since)

    def _known(self, prober: Prober, one: Location, workers: dict[str, Fact]) -> Known:
        facts: dict[str, Fact] = {"endpoints": one.endpoints}
        if one.word not in OF_OLD_REPORTS:
            # Old numbers would look like new ones.
            facts |= {
                "workers": one.living,
                "capacity": one.capacity,
                "needed": round(one.needed, 1),
                "waiting": one.waiting,
                "busy": one.busy,
            }
            if one.limit_since is not None:
                facts["limited_for"] = round(max(0.0, self.horizon.now - one.limit_since))
            facts |= workers
        return Known(self._context.now - prober.age, facts)

    def _of_workers(self, one: Location) -> dict[str, Fact]:
        words = WorkerWords(self.horizon.now)
        workers: dict[str, Fact] = {
            f"worker {each.name}": words.figures(each) for each in one.workers
        }
        return workers | ({"further workers": one.left_out} if one.left_out else {})
