"""What check_delivery answers for flows that were surveyed."""

from blinkenlights.kinds.transfer.delivery.survey import Overdue, Punctuality, Question
from blinkenlights.kinds.transfer.limits import late_reports
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, doubts
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown, Warn
from blinkenlights.plugin.sentences import (
    ahead_of_our_clock,
    dated,
    left_unheard,
    not_heard,
    since_it_began,
)
from blinkenlights.plugin.words import (
    NAMED,
    clean,
    count,
    listing,
    moment,
    plain,
    rounded,
    short,
    span,
)

WORDS = {Critical: "late", Warn: "waiting", Ok: "not heard"}


def answer(asked: Question, found: Punctuality, horizon: Horizon) -> Answer:
    """Return what is to be said of the flows that were asked about."""
    words = _Words(asked, found, horizon)
    blind = horizon.blind and horizon.blind + words.left_unheard()
    judgement = Judgement(_problems(words), blind)
    facts = {
        "overdue": [
            {
                asked.scope: one.name,
                "state": WORDS[one.state],
                "silence": round(one.silence, 3),
                "last_good": one.last_good,
                "declared": one.declared,
                "rule": one.rule,
            }
            for state in WORDS
            for one in words.of(state)
        ],
        "behind": [{asked.scope: one.name, "lag": round(one.lag, 3)} for one in found.behind],
        "missing": found.missing,
    }
    summary = dated(judgement.summary or words.all_well(), horizon)
    figures = _figures(words, judgement)
    return Answer("delivery", judgement.code, summary, judgement.lines(), figures, facts)


def _problems(words: "_Words") -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    found, horizon = words.found, words.horizon
    nothing = not (found.total or found.missing or horizon.doubts)

    def overdue(state: ServiceState) -> Problem:
        ones = words.of(state)
        number = len(ones) + found.unlisted[state]
        lines = (f"{clean(one.name)} {WORDS[state]}: {_since(one)}, {one.rule}" for one in ones)
        return Problem(WORDS[state], state, number, lambda: words.overdue(state, number), lines)

    unheard = words.of(Ok)
    return [
        overdue(Critical),
        doubts(horizon.doubts, tail=words.left_unheard()),
        Problem("ahead", Unknown, len(found.ahead), words.ahead),
        Problem(
            "unheard",
            Unknown,
            len(unheard) + found.unlisted[Ok],
            words.unheard,
            (
                f"{clean(one.name)} {WORDS[Ok]}: {_since(one)}, {one.rule}, {one.deafness}"
                for one in unheard
            ),
        ),
        Problem("missing", Unknown, len(found.missing) + nothing, words.missing),
        overdue(Warn),
        Problem(
            "behind",
            Warn,
            len(found.behind),
            words.behind,
            (f"{clean(one.name)} {late_reports(one.lag)}" for one in found.behind),
        ),
    ]


def _figures(words: "_Words", judgement: Judgement) -> list[Figure]:
    asked, found = words.asked, words.found
    warning, critical = (
        "" if limit is None else plain(limit) for limit in (asked.warning, asked.critical)
    )
    return [
        Figure("total", found.total, least="0"),
        judgement.figure("late"),
        judgement.figure("waiting"),
        Figure("unheard", words.number_unheard, least="0"),
        Figure("longest", rounded(words.longest, 3), "s", warning, critical, "0"),
    ]


class _Words:
    """The words of line 1."""

    def __init__(self, asked: Question, found: Punctuality, horizon: Horizon) -> None:
        self.asked = asked
        self.found = found
        self.horizon = horizon

    def of(self, state: ServiceState) -> list[Overdue]:
        """Return those overdue that are in a state, longest first."""
        return [one for one in self.found.overdue if one.state is state]

    def overdue(self, state: ServiceState, number: int) -> str:
        """Return who is late or waiting."""
        names = [_words(one) for one in self.of(state)[:NAMED]]
        return f"{number} {self._of_all} {WORDS[state]}: {listing(names, NAMED, number)}"

    @property
    def number_unheard(self) -> int:
        """How many may have delivered, or stopped, since they were heard last."""
        found, listed = self.found, {state: len(self.of(state)) for state in WORDS}
        if self.horizon.doubts:
            proved = sum(listed[each] + found.unlisted[each] for each in (Critical, Warn))
            return found.total - proved
        return listed[Ok] + found.unlisted[Ok] + len(found.ahead)

    def left_unheard(self) -> str:
        """Return how many are unheard where that comes of a doubt; else nothing."""
        if not self.horizon.doubts:
            return ""
        return left_unheard(self.number_unheard, self.found.total, self.asked.scope)

    def unheard(self) -> str:
        """Return who may not have been heard, and why."""
        each = [(one.deafness, _words(one)) for one in self.of(Ok)]
        return not_heard(each, listing, self._of_all, more=self.found.unlisted[Ok])

    def behind(self) -> str:
        """Return who reports late, and by how much."""
        ones = [f"{short(one.name)} ({late_reports(one.lag)})" for one in self.found.behind]
        return f"{len(ones)} {self._of_all} behind: {listing(ones, NAMED)}"

    def ahead(self) -> str:
        """Return who had a transfer ahead of our clock."""
        ones, now = self.found.ahead, self.horizon.now
        return ahead_of_our_clock(
            f"{len(ones)} {self._of_all} last delivered",
            [(short(flow.name), flow.last_good - now) for flow in ones],
            len(ones),
            "when",
        )

    def missing(self) -> str:
        """Return who was asked for and is not there."""
        began = since_it_began(self.horizon)
        if self.found.missing:
            names = listing([short(name) for name in self.found.missing], NAMED)
            return f"not known: {names}, no transfer reported{began}"
        if self.asked.names:
            return f"no {self.asked.scope} matches what was asked for{began}"
        return f"no {self.asked.scope} known: no transfer reported{began}"

    def all_well(self) -> str:
        """Return how many are in time, and who had no good transfer for longest."""
        text = f"{count(self.found.total - self.found.ruleless, self.asked.scope)} in time"
        flow, age = self.found.longest, self.longest
        if flow is not None and age is not None:
            text += f", longest without a good transfer {short(flow.name)} ({span(age)})"
        if self.found.never:
            text += f"; {self.found.never} never had one"
        return text + (", and no deadline" if self.found.ruleless else "")

    @property
    def longest(self) -> float | None:
        """Seconds since the last good transfer that is longest ago; None without any."""
        flow = self.found.longest
        return max(0.0, self.horizon.stored_up_to - flow.last_good) if flow else None

    @property
    def _of_all(self) -> str:
        return f"of {count(self.found.total, self.asked.scope)}"


def _words(one: Overdue) -> str:
    if one.last_good:
        silence = span(one.silence)
    elif one.declared:
        silence = f"never in {span(one.silence)} since it was declared"
    else:
        silence = "never"
    return f"{short(one.name)} ({silence}, {one.rule})"


def _since(one: Overdue) -> str:
    start = one.last_good or one.declared
    if not start:
        return "never had a good transfer"
    return f"no good transfer for {span(one.silence)}, since {moment(start)}"
