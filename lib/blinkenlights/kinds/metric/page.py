"""Series: judged by what check_metric judges them by."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric import read as metrics
from blinkenlights.kinds.metric.curve import curves_of, small_curves
from blinkenlights.kinds.metric.page_words import Verdicts
from blinkenlights.kinds.metric.read import Standing, standing_of
from blinkenlights.kinds.metric.said import shown
from blinkenlights.kinds.metric.survey import Found as Surveyed
from blinkenlights.kinds.metric.survey import judged, never_seen, survey_of_all
from blinkenlights.kinds.named_view import NamedView
from blinkenlights.kinds.rows import Curve, Row
from blinkenlights.kinds.view import Found, History, Known, Verdict, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.store import sets


class AllSeries(NamedView):
    """Every series that came, or was declared to."""

    subject = "metric"
    names, awaited, retired = keys.NAMES, keys.AWAITED, keys.RETIRED
    beside: ClassVar = {"stopped": keys.STOPPED, "retired": keys.RETIRED}

    def __init__(self, context: ViewContext) -> None:
        # Signals of every kind bring numbers, so series come by all sources.
        self.horizon = context.horizon(None)
        self._words = Verdicts(self.horizon, context.doubt(self.horizon))
        super().__init__(context, self._words)
        self._census = metrics.read_census(context.store.ask(*metrics.census_commands(context.now)))

    def find(self, name: str, state: str) -> Found:
        """Return the series there are; of a name or a glob, when one is given."""
        if name:
            return self.matching(name)
        census = self._census
        surveyed = survey_of_all(self._context.store, census, self.horizon)
        unlisted = "unheard" if surveyed.are_unheard or self.horizon.blind else "stale"
        return self.listed(
            census.total,
            self._words.not_well(surveyed),
            (unlisted, "UNKNOWN", surveyed.unlisted),
            {"stopped": census.stopped, "retired": census.retired},
            state,
        )

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        standing = standing_of(self._context.store, names)
        known = _known(standing)
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in self._of(names, standing).items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last seen, and what is known of them further."""
        return _known(standing_of(self._context.store, names))

    def history(self, name: str) -> History:
        """Return when a series could not have been heard."""
        facts = standing_of(self._context.store, [name]).facts.get(name)
        if facts is None:
            return History([], [], [])
        missed = self._context.missed(self.horizon, [facts.source])
        return History(
            [], [], missed, curves=curves_of(self._context.store, name, facts, self._context.now)
        )

    def curves(self, names: Sequence[str]) -> Mapping[str, Curve]:
        """Return the last hour of each."""
        facts = standing_of(self._context.store, names).facts
        return small_curves(self._context.store, facts, self._context.now)

    def verdicts(self, names: Sequence[str]) -> dict[str, Verdict]:
        """Return what is to be said of exactly these, of those that are known."""
        return self._of(names, standing_of(self._context.store, names))

    def _of(self, names: Sequence[str], standing: Standing) -> dict[str, Verdict]:
        """Return what is to be said of exactly these, of those that are known."""
        series = judged(standing, self.horizon)
        [awaited] = sets.scores_of(self._context.store, [keys.AWAITED], names)
        never, pending = never_seen(awaited, self.horizon)
        surveyed = Surveyed(
            total=len(series),
            series=series,
            unlisted=0,
            are_unheard=False,
            never=never,
            pending=pending,
            missing=[],
            retired={},
            stopped={},
        )
        verdicts = {} if self.horizon.blind else self._words.not_well(surveyed)
        for one in series:
            verdicts.setdefault(one.name, self._words.of_well(one))
        if self.horizon.blind:
            verdicts |= self._words.not_well(surveyed)
        for name, since in standing.stopped.items():
            verdicts[name] = self._words.of_stopped(since)
        for name, since in standing.retired.items():
            verdicts[name] = self._words.of_retired(since)
        return verdicts


def _known(standing: Standing) -> dict[str, Known]:
    return {
        name: Known(
            facts.seen,
            {
                "value": facts.value if facts.value == facts.value else None,
                "period": facts.period,
                "ttl": facts.ttl,
                "clock_ahead": facts.offset,
                **{
                    key: value
                    for key, value in shown(facts).items()
                    if isinstance(value, str | int | float)
                },
            },
        )
        for name, facts in standing.facts.items()
    }
