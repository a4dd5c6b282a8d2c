"""Machines: judged by what check_machine judges them by."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from blinkenlights.globs import matcher
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.machine import read as machines
from blinkenlights.kinds.machine.heard import heard_of
from blinkenlights.kinds.machine.judge import Judged, MachineJudge
from blinkenlights.kinds.machine.keys import Facts as MachineFacts
from blinkenlights.kinds.machine.limits import Given, MachineLimits
from blinkenlights.kinds.machine.page_words import shortage_in_words, verdict_of
from blinkenlights.kinds.machine.read import SeenMachine
from blinkenlights.kinds.machine.selection import MachineSelection
from blinkenlights.kinds.machine.states import WORST_FIRST
from blinkenlights.kinds.machine.survey import survey
from blinkenlights.kinds.rows import MOST_ROWS, Fact, Row
from blinkenlights.kinds.scanning import scan_sets
from blinkenlights.kinds.state import WORST_FIRST as WORST_STATUS_FIRST
from blinkenlights.kinds.state import Status
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
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, Unknown, Warn
from blinkenlights.plugin.words import moment
from blinkenlights.store.sets import MOST_LISTED


class Machines(View):
    """Everything that takes tasks, or was declared to."""

    subject = "machine"

    def __init__(self, context: ViewContext) -> None:
        self._horizon = context.horizon("machine")
        # A new store learns nothing of machines, which may be idle for days.
        self.horizon = self._horizon._replace(born=None)
        self._context = context
        self._census = machines.read_census(context.store.ask(*machines.COMMANDS))
        self._limits = MachineLimits(Given(), self._census)
        self._judge = MachineJudge(self.horizon, self._limits, self._census)
        self._doubt = context.doubt(self.horizon)

    def find(self, name: str, state: str) -> Found:
        """Return the machines there are; of a name or a glob, when one is given."""
        selection = MachineSelection([name] if name else [], by_name=True)
        found = survey(self._context.store, self._census, self._horizon, self._limits, selection)
        verdicts = self._verdicts(found.of(*(word for word in WORST_FIRST if word != "retired")))
        if not name and (len(verdicts) < MOST_ROWS or state in ("alive", "unheard")):
            some = self._judged(self._oldest(MOST_ROWS + len(verdicts)))
            verdicts |= {n: v for n, v in self._verdicts(some).items() if n not in verdicts}
        retired = self._retired(name)
        shows_retired = state == "retired" or name in retired
        unlisted = sum(found.unlisted.values())
        left = max(0, found.total - unlisted - len(verdicts))
        well = verdict_of(Judged("", "alive", Ok, "", 0.0, 0.0), 0.0, self._doubt, is_blind=False)
        return Found(
            found.total,
            verdicts | retired if shows_retired else verdicts,
            [*self._unlisted(found.unlisted), (well.state, well.status, left)],
            {} if shows_retired else {"retired": len(retired)},
            [
                (shortage_in_words(one), "UNKNOWN" if one.doubt else "CRITICAL")
                for one in found.shortages
            ],
        )

    def heard(self, names: Collection[str]) -> Horizon:
        """Return what could be heard of exactly these."""
        return heard_of(self._context.store, self.horizon, names)

    def rows(self, names: Sequence[str]) -> dict[str, Row]:
        """Return the rows of exactly these, of those that are known."""
        facts = machines.facts_of(self._context.store, names)
        known = self._known(facts)
        return {
            name: row_of(self.subject, name, verdict, known.get(name), self._context)
            for name, verdict in self._verdicts(self._exactly(names, facts)).items()
        }

    def known(self, names: Sequence[str]) -> Mapping[str, Known]:
        """Return when some were last seen, and what they did last."""
        return self._known(machines.facts_of(self._context.store, names))

    def scan(self, cursor: str, name: str, step: int) -> Scanned:
        """Return the next `step` names, more or less, from where `cursor` says; empty begins."""
        sets = [machine_keys.SEEN_BY_POOL + pool for pool in self._census.pools]
        sets += [machine_keys.AWAITED, machine_keys.LOST, machine_keys.RETIRED]
        return scan_sets(self._context.store, sets, cursor, name, step)

    def history(self, name: str) -> History:
        """Return when a machine could not have been heard."""
        facts = machines.facts_of(self._context.store, [name]).get(name)
        source = [facts.source] if facts and facts.source else list(self.horizon.sources)
        return History([], [], self._context.missed(self.horizon, source))

    def _verdicts(self, judged: Iterable[Judged]) -> dict[str, Verdict]:
        """Return what is to be said of each, worst first."""
        ones, blind = list(judged), bool(self.horizon.blind)
        names = [one.machine for one in ones]
        doubts = dict.fromkeys(names, self._doubt)
        if self.horizon.is_uneven:
            facts = machines.facts_of(self._context.store, names)
            sources = {name: each.source for name, each in facts.items()}
            doubts |= self._context.doubts_by_source(self.horizon, sources)
        found = {
            one.machine: verdict_of(one, self._context.now, doubts[one.machine], is_blind=blind)
            for one in ones
        }
        return dict(
            sorted(found.items(), key=lambda pair: WORST_STATUS_FIRST.index(pair[1].status))
        )

    def _unlisted(self, numbers: Mapping[str, int]) -> list[tuple[str, Status, int]]:
        states = {"silent": Critical, "late": Warn, "unheard": Unknown}
        found = []
        for word, number in numbers.items():
            one = Judged("", word, states.get(word, Ok), "", 0.0, 0.0)
            said = verdict_of(one, 0.0, self._doubt, is_blind=bool(self.horizon.blind))
            found.append((said.state, said.status, number))
        return found

    def _exactly(self, names: Sequence[str], facts: Mapping[str, MachineFacts]) -> list[Judged]:
        store = self._context.store
        if not names:
            return []
        times, ends = store.ask(
            ("ZMSCORE", machine_keys.AWAITED, *names), ("ZMSCORE", machine_keys.RETIRED, *names)
        )
        judged = self._judged(machines.exactly(store, self._census.pools, names), facts)
        done = {one.machine for one in judged}
        for name, declared, retired in zip(names, times, ends, strict=True):
            one = facts.get(name)
            if name in done:
                continue
            if retired is not None:
                seen = one.seen if one else 0.0
                judged.append(Judged(name, "retired", Ok, "", seen, float(retired), facts=one))
            elif one and name in self._census.lost and not one.seen:
                judged.append(self._judge.seen(SeenMachine(name, 0.0, one.pool), one))
            elif declared is not None:
                judged.append(self._judge.expected(name, float(declared)))
            elif one and one.left > one.seen:
                judged.append(
                    Judged(
                        name, "removed", Ok, one.pool, one.seen, one.left, why=one.happened
                    )._replace(facts=one)
                )
        return judged

    def _judged(
        self, ones: Sequence[SeenMachine], facts: Mapping[str, MachineFacts] | None = None
    ) -> list[Judged]:
        if facts is None:
            facts = machines.facts_of(self._context.store, [one.machine for one in ones])
        return [self._judge.seen(one, facts.get(one.machine)) for one in ones]

    def _oldest(self, most: int) -> list[SeenMachine]:
        """Return those that were not seen for longest, of each pool at most so many."""
        pools = self._census.pools
        keys = [machine_keys.SEEN_BY_POOL + pool for pool in pools]
        replies = self._context.store.ask(
            *(("ZRANGE", key, 0, most - 1, "WITHSCORES") for key in keys)
        )
        found = [
            SeenMachine(name, float(score), pool)
            for pool, reply in zip(pools, replies, strict=True)
            for name, score in zip(reply[::2], reply[1::2], strict=True)
        ]
        return sorted(found, key=lambda one: one.seen)[:most]

    def _retired(self, name: str) -> dict[str, Verdict]:
        reply = self._context.store.ask(
            ("ZRANGE", machine_keys.RETIRED, 0, MOST_LISTED - 1, "WITHSCORES")
        )[0]
        wanted = matcher([name or "*"])
        return self._verdicts(
            Judged(each, "retired", Ok, "", 0.0, float(when))
            for each, when in zip(reply[::2], reply[1::2], strict=True)
            if wanted(each)
        )

    def _known(self, facts: Mapping[str, MachineFacts]) -> dict[str, Known]:
        return {name: Known(one.seen or None, _facts(one)) for name, one in facts.items()}


def _facts(one: MachineFacts) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"pool": one.pool}
    if one.task:
        reason = f" ({one.reason})" if one.reason else ""
        facts |= {"task": one.task, "task_state": f"{one.state}{reason}"}
    if one.running_since is not None:
        facts["running_since"] = moment(one.running_since)
    facts["failed_in_a_row"] = len(one.failures)
    if one.happened:
        facts["happened"] = f"{one.happened} at {moment(one.happened_at)}"
    return facts
