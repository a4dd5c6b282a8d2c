"""What check_speedo answers for flows that were surveyed."""

from collections.abc import Sequence

from blinkenlights.kinds.transfer.limits import late_reports
from blinkenlights.kinds.transfer.speed.numbers import Outside
from blinkenlights.kinds.transfer.speed.survey import Idle, Question, Speeds
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, doubts
from blinkenlights.plugin.nagios import Critical, ServiceState, Unknown, Warn
from blinkenlights.plugin.sentences import (
    ahead_of_our_clock,
    dated,
    left_unheard,
    not_heard,
    since_it_began,
)
from blinkenlights.plugin.words import NAMED, count, grouped, listing, plain, rounded, short, span


def answer(asked: Question, found: Speeds, horizon: Horizon) -> Answer:
    """Return what is to be said of the flows that were asked about."""
    words = _Words(asked, found, horizon)
    blind = horizon.blind and horizon.blind + words.left_unheard()
    judgement = Judgement(_problems(words, found, horizon), blind)
    facts = {
        "at_zero": [one._asdict() for one in found.at_zero],
        "not_heard": [one._asdict() for one in found.unheard],
        "behind": [one._asdict() for one in found.behind],
        "outside": [one._asdict() | {"state": str(one.state)} for one in found.outside],
        "missing": found.missing,
    }
    if asked.is_published:
        facts["stale"] = [one._asdict() for one in found.stale]
    summary = dated(judgement.summary or words.all_well(), horizon)
    figures = _figures(words, judgement)
    return Answer("speedo", judgement.code, summary, judgement.lines(), figures, facts)


def _problems(words: "_Words", found: Speeds, horizon: Horizon) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    zero, unheard = found.unlisted
    nothing = not (found.total or found.missing or horizon.doubts)
    idle = "without a good transfer"

    def outside(name: str, state: ServiceState) -> Problem:
        ones = [one for one in found.outside if one.state is state]
        lines = (f"{short(one.name)} {one.kind}: {one.words}" for one in ones)
        return Problem(name, state, len(ones), lambda: words.outside(ones, state), lines)

    return [
        doubts(horizon.doubts, tail=words.left_unheard()),
        Problem(
            "zero",
            Critical,
            len(found.at_zero) + zero,
            lambda: words.at_zero(len(found.at_zero) + zero),
            (f"{words.idle(one)} {idle}" for one in found.at_zero),
        ),
        outside("bad", Critical),
        Problem("ahead", Unknown, len(found.ahead), words.ahead),
        Problem(
            "unheard",
            Unknown,
            len(found.unheard) + unheard,
            words.unheard,
            (f"{words.idle(one)} {idle}, {one.deafness}" for one in found.unheard),
        ),
        Problem(
            "stale",
            Unknown,
            len(found.stale),
            words.stale,
            (f"{words.idle(one)} without a speedo" for one in found.stale),
        ),
        outside("unsure", Unknown),
        Problem("unmeasured", Unknown, found.unmeasured, words.unmeasured),
        Problem("missing", Unknown, len(found.missing) + nothing, words.missing),
        outside("poor", Warn),
        Problem(
            "behind",
            Warn,
            len(found.behind),
            words.behind,
            (f"{short(one.name)} {words.late(one.lag)}" for one in found.behind),
        ),
    ]


def _figures(words: "_Words", judgement: Judgement) -> list[Figure]:
    found, everything = words.found, words.found.everything
    total = Figure("total", found.total, least="0")
    if words.horizon.blind:
        return [total]
    return [
        total,
        judgement.figure("zero"),
        Figure("outside", judgement.number("bad", "poor"), least="0"),
        Figure("unheard", words.number_unheard, least="0"),
        Figure("messages_per_minute", rounded(everything.per_minute, 3), least="0"),
        Figure("bytes_per_minute", rounded(everything.bytes_per_minute, 1), least="0"),
        Figure("errors", rounded(everything.errors, 3), "%", "", "", "0", "100"),
    ]


class _Words:
    """The words of line 1."""

    def __init__(self, asked: Question, found: Speeds, horizon: Horizon) -> None:
        self.noun = "flow" if asked.scope == "all" else asked.scope
        self.asked = asked
        self.found = found
        self.horizon = horizon
        self.of_all = f"of {count(found.total, self.noun)}"

    def at_zero(self, number: int) -> str:
        """Return who is at zero."""
        names = listing([self.idle(one) for one in self.found.at_zero[:NAMED]], NAMED, number)
        return f"{number} {self.of_all} at zero: {names}, limit {span(self.asked.window)}"

    @property
    def number_unheard(self) -> int:
        """How many may have moved, or stopped, since they were heard last."""
        found = self.found
        if self.horizon.doubts:
            return found.total - len(found.at_zero) - found.unlisted[0]
        return len(found.unheard) + found.unlisted[1] + len(found.ahead) + len(found.stale)

    def left_unheard(self) -> str:
        """Return how many are unheard where that comes of a doubt; else nothing."""
        if not self.horizon.doubts:
            return ""
        return left_unheard(self.number_unheard, self.found.total, self.noun)

    def unheard(self) -> str:
        """Return who may not have been heard, and why."""
        return not_heard(
            [(one.deafness, self.idle(one)) for one in self.found.unheard],
            listing,
            self.of_all,
            more=self.found.unlisted[1],
            tail=f", limit {span(self.asked.window)}",
        )

    def behind(self) -> str:
        """Return who reports late, and by how much."""
        ones = [f"{short(one.name)} ({self.late(one.lag)})" for one in self.found.behind]
        return f"{len(ones)} {self.of_all} behind: {listing(ones, NAMED)}"

    def late(self, lag: float) -> str:
        """Return by how much somebody is late."""
        if self.asked.is_published:
            return f"publishes speedos of {span(lag)} ago: backlog or clock"
        return late_reports(lag)

    def stale(self) -> str:
        """Return of whom no speedo is published any more."""
        ones, number = self.found.stale, len(self.found.stale)
        names = listing([self.idle(one) for one in ones[:NAMED]], NAMED, number)
        limit = span(self.asked.window)
        return f"{number} {self.of_all} without a speedo: {names}, limit {limit}"

    def ahead(self) -> str:
        """Return who had a transfer ahead of our clock."""
        ones, now = self.found.ahead, self.horizon.now
        return ahead_of_our_clock(
            f"{len(ones)} {self.of_all} last moved",
            [(short(flow.name), flow.last_good - now) for flow in ones],
            len(ones),
            "when",
        )

    def outside(self, ones: Sequence[Outside], state: ServiceState) -> str:
        """Return who is outside its limits, by what it is called."""
        unsure = " or not heard" if state is Unknown else ""
        each = [(one.kind, f"{short(one.name)} ({one.words})") for one in ones]
        over = "its last speedo" if self.asked.is_published else span(self.asked.window)
        return "; ".join(
            f"{len(names)} {self.of_all} {kind}{unsure}: {listing(names, most)}, in {over}"
            for kind, names, most in grouped(each)
        )

    def unmeasured(self) -> str:
        """Return how many could not be measured."""
        why = "an interval of 0" if self.asked.is_published else "no whole minute is counted yet"
        return f"{why}: {self.found.unmeasured} {self.of_all} not measured against their limits"

    def missing(self) -> str:
        """Return who was asked for and is not there."""
        unknown = self.found.missing if self.found.total else self.asked.names
        if unknown:
            return f"no {self.noun} is called {listing([short(name) for name in unknown], NAMED)}"
        what = (
            "speedo has been published" if self.asked.is_published else "transfer has been reported"
        )
        return f"no {what}{since_it_began(self.horizon, ',')}"

    def idle(self, one: Idle) -> str:
        """Return a flow and for how long it had no good transfer."""
        if one.silence is not None:
            words = span(max(0.0, one.silence))
        elif one.declared:
            words = (
                f"never, declared {span(max(0.0, self.horizon.stored_up_to - one.declared))} ago"
            )
        else:
            words = "never"
        own = "" if one.deadline is None else f", deadline {span(one.deadline)}"
        return f"{short(one.name)} ({words}{own})"

    def all_well(self) -> str:
        """Return how many move, and how fast."""
        text = f"{count(self.found.total, self.noun)} moving"
        rate, errors = self.found.everything.per_minute, self.found.everything.errors
        if rate is not None:
            text += f", {plain(round(rate, 1))} transfers a minute in all"
        return text if errors is None else f"{text}, {plain(round(errors, 1))}% bad"
