"""Components: judged by what check_heartbeat judges them by."""

from collections.abc import Collection, Mapping, Sequence

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import matcher
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat import read as heartbeats
from blinkenlights.kinds.heartbeat.health import troubles
from blinkenlights.kinds.heartbeat.heard import heard_of
from blinkenlights.kinds.heartbeat.instances import running_instances
from blinkenlights.kinds.heartbeat.lateness import Limits, overdue
from blinkenlights.kinds.heartbeat.page_words import FleetWords
from blinkenlights.kinds.heartbeat.read import Seen
from blinkenlights.kinds.heartbeat.selection import Selection
from blinkenlights.kinds.heartbeat.sent import sent_facts
from blinkenlights.kinds.heartbeat.shortages import living_of, shortages_of
from blinkenlights.kinds.heartbeat.survey import Fleet, never_seen, survey
from blinkenlights.kinds.rows import MOST_ROWS, Process, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.view import Found, History, Known, Scanned, Verdict, View, row_of
from blinkenlights.kinds.view_context import ViewContext
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, Warn
from blinkenlights.store.sets import MOST_LISTED


class Components(View):
    """Everything that sends heartbeats, or was declared to."""

    subject = "component"

    def __init__(self, context: ViewContext) -> None:
        self.horizon = context.horizon("heartbeat")
        self._context = context
        self._limits = Limits()
        self._census = heartbeats.read_census(context.store.ask(*heartbeats.COMMANDS))
        self._words = FleetWords(self.horizon, context.doubt(self.horizon), self._limits)

    def find(self, name: str, state: str) -> Found:
        """Return the components there are; of a name or a glob, when one is given."""
        selection = Selection(names=[name] if name else [])
        fleet = survey(self._context.store, self._census, self.horizon, self._limits, selection)
        verdicts = self._words.verdicts(fleet)
        well_listed = fleet.on_time
        if not name and (len(verdicts) < MOST_ROWS or state in ("alive", "unheard")):
            well_listed = self._oldest(MOST_ROWS + len(verdicts))
        left = fleet.total - sum(fleet.unlisted) - len(verdicts)
        well = [one for one in well_listed if one.component not in verdicts]
        told = self._well(well)
        verdicts |= told
        left = max(0, left - len(well))
        unheard = sum(verdict.state == "unheard" for verdict in told.values())
        unheard = min(left, max(0, fleet.doubtful - unheard))
        retired = self._retired(name)
        shows_retired = state == "retired" or name in retired
        if shows_retired:
            verdicts |= retired
        return Found(
            fleet.total,
            verdicts,
            [
                *self._words.unlisted(fleet.unlisted),
                ("unheard", "UNKNOWN", unheard),
                ("alive", "OK", left - unheard),
            ],
            {} if shows_retired else {"retired": len(retired)},
        )

    def heard(self, names: Collection[str]) -> Horizon:
        """Return what could be heard of exactly these."""
        return heard_of(self._context.store, self.horizon, list(names), {})

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        facts = heartbeats.facts_of(self._context.store, names)
        verdicts = self._verdicts_of(names, facts)
        known = self._known(facts)
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in verdicts.items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last seen, and what their heartbeats said further."""
        return self._known(heartbeats.facts_of(self._context.store, names))

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        sets = [f"{keys.SEEN_BY_INTERVAL}{interval}" for interval in self._census.intervals]
        return scan_sets(
            self._context.store, [*sets, keys.AWAITED, keys.RETIRED], cursor, name, step
        )

    def history(self, name: str) -> History:
        """Return the processes of a component, and when it could not have been heard."""
        facts = heartbeats.facts_of(self._context.store, [name]).get(name)
        if facts is None:
            return History([], [], [])
        processes = [
            Process(one.name, one.first, one.last, one.offset)
            for one in sorted(facts.instances, key=lambda one: -one.last)
        ]
        return History([], processes, self._context.missed(self.horizon, [facts.source]))

    def _verdicts_of(
        self, names: Sequence[str], facts: Mapping[str, keys.Facts]
    ) -> dict[str, Verdict]:
        store, horizon, limits = self._context.store, self.horizon, self._limits
        if not names:
            return {}
        awaited_at, retired_at = store.ask(
            ("ZMSCORE", keys.AWAITED, *names), ("ZMSCORE", keys.RETIRED, *names)
        )
        awaited, retired = _scores(names, awaited_at), _scores(names, retired_at)
        members = [
            Seen(name, each.seen, each.interval)
            for name, each in facts.items()
            if name not in retired
        ]
        latest = horizon.now + CLOCK_TOLERANCE
        ahead = [seen for seen in members if seen.seen > latest]
        known = [seen for seen in members if seen.seen <= latest]
        late = overdue(known, limits, horizon, lambda late: {n: facts[n].source for n in late})
        late_names = {one.component for one in late}
        on_time = [seen for seen in known if seen.component not in late_names]
        minima = {n: least for n, least in self._census.minimum.items() if n in facts}
        never, pending = never_seen(awaited, limits, horizon)
        fleet = Fleet(
            total=len(members) + len(awaited),
            silent=[one for one in late if one.state is Critical],
            late=[one for one in late if one.state is Warn],
            unheard=[one for one in late if one.state is Ok],
            unlisted=(0, 0, 0),
            ahead=ahead,
            awaited=never,
            pending=pending,
            missing=[],
            trouble=troubles(store, [seen.component for seen in members]),
            shortages=shortages_of(minima, facts, horizon, limits),
            values={},
            oldest=None,
            skewed={},
            on_time=on_time,
            retired=list(retired),
            horizon=horizon,
            doubtful=0,
        )
        verdicts = self._words.verdicts(fleet)
        verdicts |= self._well([one for one in on_time if one.component not in verdicts])
        for name, since in retired.items():
            seen = facts[name].seen if name in facts else None
            verdicts[name] = self._words.of_retired(seen, since)
        return verdicts

    def _well(self, ones: Sequence[Seen]) -> dict[str, Verdict]:
        """Return what is to be said of some that are neither late nor in trouble."""
        names = [one.component for one in ones]
        doubts = dict.fromkeys(names, self._context.doubt(self.horizon))
        if self.horizon.is_uneven:
            facts = heartbeats.facts_of(self._context.store, names)
            sources = {name: each.source for name, each in facts.items()}
            doubts |= self._context.doubts_by_source(self.horizon, sources)
        return {one.component: self._words.of_well(one, doubts[one.component]) for one in ones}

    def _known(self, facts: Mapping[str, keys.Facts]) -> dict[str, Known]:
        return {
            name: Known(
                each.seen,
                sent_facts(
                    {
                        "interval": each.interval,
                        "instances": running_instances(living_of(each, self.horizon, self._limits)),
                        "clock_ahead": each.instances[0].offset if each.instances else 0.0,
                    },
                    each.extras,
                ),
            )
            for name, each in facts.items()
        }

    def _oldest(self, most: int) -> list[Seen]:
        """Return those that were not seen for longest, of each interval at most so many."""
        intervals = self._census.intervals
        replies = self._context.store.ask(
            *(
                ("ZRANGE", f"{keys.SEEN_BY_INTERVAL}{each}", 0, most - 1, "WITHSCORES")
                for each in intervals
            )
        )
        oldest = [
            Seen(name, float(score), interval)
            for interval, reply in zip(intervals, replies, strict=True)
            for name, score in zip(reply[::2], reply[1::2], strict=True)
        ]
        # How much of its own interval each has used up, so that a daily job is not always first.
        judged_at = self.horizon.judged_at
        return sorted(oldest, key=lambda one: (one.seen - judged_at) / (one.interval or 1e9))[:most]

    def _retired(self, name: str) -> dict[str, Verdict]:
        reply = self._context.store.ask(("ZRANGE", keys.RETIRED, 0, MOST_LISTED - 1, "WITHSCORES"))[
            0
        ]
        wanted = matcher([name or "*"])
        return {
            each: self._words.of_retired(None, float(when))
            for each, when in zip(reply[::2], reply[1::2], strict=True)
            if wanted(each)
        }


def _scores(names: Sequence[str], scores: Sequence[str | None]) -> dict[str, float]:
    return {
        name: float(score) for name, score in zip(names, scores, strict=True) if score is not None
    }
