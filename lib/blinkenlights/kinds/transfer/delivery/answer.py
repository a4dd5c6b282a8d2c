"""The words and figures of check_delivery."""

import time

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.kinds.transfer.delivery.survey import Overdue, Punctuality, Question
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Metric, Ok, Resource, ServiceState, Unknown, Warn
from blinkenlights.plugin.verdict import NoneOf, judge
from blinkenlights.plugin.words import by_reason, clean, count, listing, plain, shorten, span

NAMED = 3
NAME_BYTES = 40
WORDS = {Critical: "late", Warn: "waiting", Ok: "not heard"}


class DeliveryReport(Resource):
    """The overdue flows as figures, and the words for them."""

    def __init__(self, asked: Question, found: Punctuality, horizon: Horizon) -> None:
        """Take what was asked, what was found, and what could be heard."""
        self.asked = asked
        self.found = found
        self.horizon = horizon
        self.by_state: dict[ServiceState, list[Overdue]] = {Critical: [], Warn: [], Ok: []}
        for one in found.overdue:
            self.by_state[one.state].append(one)
        self.numbers = {
            state: len(ones) + found.unlisted[state] for state, ones in self.by_state.items()
        }

    def answer(self) -> Answer:
        """Judge every figure and put the answer together."""
        contexts = [
            NoneOf("late", Critical, lambda _: self._overdue(Critical)),
            NoneOf("doubts", Unknown, lambda _: "; ".join(self.horizon.doubts)),
            NoneOf("ahead", Unknown, lambda _: self._ahead()),
            NoneOf("unheard", Unknown, lambda _: self._unheard()),
            NoneOf("missing", Unknown, lambda _: self._missing()),
            NoneOf("waiting", Warn, lambda _: self._overdue(Warn)),
        ]
        code, problems = judge(self, contexts)
        details = [
            *self._each("CRITICAL", Critical),
            *[f"UNKNOWN: {doubt}" for doubt in self.horizon.doubts],
            *self._each("UNKNOWN", Ok),
            *self._each("WARNING", Warn),
        ]
        facts = {
            "overdue": [
                {
                    self.asked.scope: one.name,
                    "state": WORDS[one.state],
                    "silence": round(one.silence, 3),
                    "last_good": one.last_good,
                    "declared": one.declared,
                    "rule": one.rule,
                }
                for ones in self.by_state.values()
                for one in ones
            ],
            "missing": self.found.missing,
        }
        return Answer(
            "delivery", code, "; ".join(problems) or self._well(), details, self._figures(), facts
        )

    def probe(self) -> list[Metric]:
        """Return the figures to judge, by the name of their context."""
        nothing = not (self.found.total or self.found.missing or self.horizon.doubts)
        return [
            Metric("late", self.numbers[Critical]),
            Metric("doubts", len(self.horizon.doubts)),
            Metric("ahead", len(self.found.ahead)),
            Metric("unheard", self.numbers[Ok]),
            Metric("missing", len(self.found.missing) + nothing),
            Metric("waiting", self.numbers[Warn]),
        ]

    @property
    def _of_all(self) -> str:
        return f"of {count(self.found.total, self.asked.scope)}"

    def _overdue(self, state: ServiceState) -> str:
        names = [_words(one) for one in self.by_state[state][:NAMED]]
        number = self.numbers[state]
        return f"{number} {self._of_all} {WORDS[state]}: {listing(names, NAMED, number)}"

    def _unheard(self) -> str:
        listed = [(one.deafness, _words(one)) for one in self.by_state[Ok]]
        sentences = [
            f"{number} {self._of_all} not heard, {reason}: {names}"
            for reason, number, names in by_reason(listed, NAMED)
        ]
        if self.found.unlisted[Ok]:
            sentences.append(f"{self.found.unlisted[Ok]} more not heard")
        return "; ".join(sentences)

    def _ahead(self) -> str:
        names = [
            f"{_name(flow.name)} ({span(flow.last_good - self.horizon.now)})"
            for flow in self.found.ahead[:NAMED]
        ]
        number = len(self.found.ahead)
        return (
            f"{number} {self._of_all} last delivered ahead of our clock, so nobody knows when: "
            f"{listing(names, NAMED, number)}, limit {span(CLOCK_TOLERANCE)}; set the clocks"
        )

    def _missing(self) -> str:
        born = self.horizon.born
        age = f" since this store began {span(self.horizon.now - born)} ago" if born else ""
        if self.found.missing:
            names = listing([_name(name) for name in self.found.missing], NAMED)
            return f"not known: {names}, no transfer reported{age}"
        if self.asked.names:
            return f"no {self.asked.scope} matches what was asked for{age}"
        return f"no {self.asked.scope} known: no transfer reported{age}"

    def _well(self) -> str:
        text = f"{count(self.found.total - self.found.ruleless, self.asked.scope)} in time"
        longest = self.found.longest
        if longest is not None:
            text += f", longest without a good transfer {_name(longest.name)} ({span(self._age)})"
        if self.found.never:
            text += f"; {self.found.never} never had one"
        return text + (", and no deadline" if self.found.ruleless else "")

    @property
    def _age(self) -> float:
        longest = self.found.longest
        return max(0.0, self.horizon.stored_up_to - longest.last_good) if longest else 0.0

    def _each(self, state: str, which: ServiceState) -> list[str]:
        return [
            f"{state}: {clean(one.name)} {WORDS[which]}: {_since(one)}, {one.rule}"
            + (f", {one.deafness}" if one.deafness else "")
            for one in self.by_state[which]
        ]

    def _figures(self) -> list[Figure]:
        limits = [
            "" if limit is None else plain(limit)
            for limit in (self.asked.warning, self.asked.critical)
        ]
        blind = self.horizon.blind
        unheard = self.found.total if blind else self.numbers[Ok] + len(self.found.ahead)
        age = round(self._age, 3) if self.found.longest else None
        return [
            Figure("total", self.found.total, least="0"),
            Figure("late", self.numbers[Critical], least="0"),
            Figure("waiting", self.numbers[Warn], least="0"),
            Figure("unheard", unheard, least="0"),
            Figure("longest", age, "s", limits[0], limits[1], "0"),
        ]


def _name(name: str) -> str:
    return shorten(clean(name), NAME_BYTES)


def _words(one: Overdue) -> str:
    if one.last_good:
        silence = span(one.silence)
    elif one.declared:
        silence = f"never in {span(one.silence)} since it was declared"
    else:
        silence = "never"
    return f"{_name(one.name)} ({silence}, {one.rule})"


def _since(one: Overdue) -> str:
    start = one.last_good or one.declared
    if not start:
        return "never had a good transfer"
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(start))
    return f"no good transfer for {span(one.silence)}, since {moment}"
