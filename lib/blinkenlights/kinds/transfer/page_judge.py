"""How each client or source is, as check_speedo and check_delivery judge it.

Where the configuration gives a flow a deadline, that is its limit; else it is the window of
check_speedo, and the habit of check_delivery.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer import limits as flows
from blinkenlights.kinds.transfer import read as transfers
from blinkenlights.kinds.transfer.delivery import survey as punctuality
from blinkenlights.kinds.transfer.delivery.survey import Overdue
from blinkenlights.kinds.transfer.limits import FlowLimit
from blinkenlights.kinds.transfer.page_words import FlowWords
from blinkenlights.kinds.transfer.rates import Rate
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.kinds.transfer.speed import numbers as speeds
from blinkenlights.kinds.transfer.speed.survey import WINDOW
from blinkenlights.kinds.transfer.states import WORST_FIRST
from blinkenlights.kinds.view import Verdict
from blinkenlights.plugin.nagios import Critical
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader


class FlowJudge:
    """Judges flows of one scope.

    Args:
        store: Where their habits and declarations are.
        scope: `client`, `source` or `pair`.
        words: For what could be heard.
        limits: Those that are configured.
        rates: Gives the rates of flows over the window of check_speedo, of those that have any.
    """

    def __init__(
        self,
        store: StoreReader,
        scope: str,
        words: FlowWords,
        limits: Sequence[FlowLimit],
        rates: Callable[[Sequence[str]], Mapping[str, Rate]],
    ) -> None:
        self._store = store
        self._scope = scope
        self._words = words
        self._horizon = words.horizon
        self._limits = limits
        self._rates = rates

    def verdicts(self, asked: Sequence[Flow]) -> dict[str, Verdict]:
        """Return what is to be said of each, worst first; those that are well last."""
        horizon = self._horizon
        verdicts: dict[str, Verdict] = {}
        if horizon.blind:
            return {flow.name: self._words.of_unheard(flow) for flow in asked}
        own = self._own_limits(asked)
        deadlines = {n: limit.deadline for n, limit in own.items() if limit.deadline is not None}
        moment_of_window = horizon.stored_up_to - WINDOW
        idle = [
            flow
            for flow in asked
            if flow.last_good < moment_of_window and flow.name not in deadlines
        ]
        zero = [flow for flow in idle if flows.silence(horizon, flow, WINDOW) > WINDOW]
        for flow in asked:
            if flow.last_good > horizon.now + CLOCK_TOLERANCE:
                verdicts[flow.name] = self._words.of_ahead(flow)
        late, behind = self._late(asked, deadlines)
        for one in late:
            verdicts[one.name] = self._words.of_late(one)
        for flow in zero:
            verdicts.setdefault(flow.name, self._words.of_zero(flow))
        behind |= {flow.name: lag for flow in idle if (lag := flows.lag(horizon, flow, WINDOW))}
        for name, verdict in self._failing({n: own[n] for n in own if n not in behind}):
            verdicts.setdefault(name, verdict)
        for flow in (flow for flow in asked if flow.name in behind):
            verdicts.setdefault(flow.name, self._words.of_behind(flow, behind[flow.name]))
        for flow in idle:
            verdicts.setdefault(flow.name, self._words.of_unheard(flow))
        for flow in asked:
            verdicts.setdefault(flow.name, self._words.of_well(flow))
        worst_first = sorted(verdicts.items(), key=lambda pair: WORST_FIRST.index(pair[1].state))
        return dict(worst_first)

    def _failing(self, own: Mapping[str, FlowLimit]) -> Iterator[tuple[str, Verdict]]:
        """Yield whose numbers are outside their limits, and what is to be said of them."""
        deaf = flows.was_deaf(self._horizon, WINDOW)
        for name, rate in self._rates(list(own)).items():
            broken = list(speeds.outside_own(name, rate, own[name], deaf=deaf))
            if broken:
                is_proved = any(one.state is Critical for one in broken)
                sentence = f"{', '.join(one.words for one in broken)}, over {span(WINDOW)}"
                proved = Verdict("failing", "CRITICAL", sentence)
                yield name, proved if is_proved else Verdict("unheard", "UNKNOWN", sentence)

    def _late(
        self, asked: Sequence[Flow], deadlines: Mapping[str, float]
    ) -> tuple[list[Overdue], dict[str, float]]:
        """Return who is overdue, longest first, and by how many seconds others report late."""
        store, until = self._store, self._horizon.stored_up_to
        names = [flow.name for flow in asked]
        if not names:
            return [], {}
        habits = store.ask(("ZMSCORE", keys.OVERDUE + self._scope, *names))[0]
        may_be_late = [
            flow
            for flow, habit in zip(asked, habits, strict=True)
            if flow.name in deadlines or (habit is not None and float(habit) < until)
        ]
        declared = transfers.declared_at(
            store, self._scope, [flow.name for flow in may_be_late if not flow.last_good]
        )
        late, behind = [], {}
        for flow, rule in punctuality.own_rules(store, self._scope, may_be_late, deadlines):
            one = punctuality.judged(flow, declared.get(flow.name, 0.0), [rule], self._horizon)
            if one is not None:
                late.append(one)
            elif lag := flows.lag(self._horizon, flow, rule.seconds):
                behind[flow.name] = lag
        return sorted(late, key=lambda one: -one.silence), behind

    def _own_limits(self, asked: Iterable[Flow]) -> dict[str, FlowLimit]:
        if not self._limits:
            return {}
        found = {flow.name: flows.limit_of(self._limits, self._scope, flow.name) for flow in asked}
        return {name: limit for name, limit in found.items() if limit is not None}
