"""What check_alert answers: whether people would be told of an alert now."""

from collections.abc import Iterator

from blinkenlights.kinds.alert.telling.survey import HOPS, Telling
from blinkenlights.plugin.answer import Answer, Figure, label
from blinkenlights.plugin.judgement import Judgement, Problem, Wanted, Within
from blinkenlights.plugin.nagios import Critical, Range, Unknown, Warn
from blinkenlights.plugin.words import NAMED, clean, count, listing, moment, short, span

CANARY_SECONDS = 300.0
"""A canary is sent each minute. When none came through for so long, something between is broken."""
ERROR_BYTES = 100
REST = 10.0
"""Seconds; shorter rests are the pace at which a receiver hears one thing after another."""


class Limits:
    """What is demanded of the outbox and of the canary."""

    def __init__(
        self,
        waiting: tuple[Range | None, Range | None],
        canary: tuple[Range | None, Range | None],
    ) -> None:
        """Take two ranges each, of seconds."""
        self.waiting = Within(*waiting, show=span)
        self.canary = Within(*canary, show=span)


def answer(telling: Telling, limits: Limits, wanted: Wanted) -> Answer:
    """Return what is to be said of how alerts are told."""
    judgement = Judgement(_problems(telling, limits, wanted))
    return Answer(
        "alert",
        judgement.code,
        judgement.summary or _all_well(telling),
        judgement.lines() if wanted.details else [],
        _figures(judgement, telling),
        _facts(telling) if wanted.json else {},
    )


def _problems(telling: Telling, limits: Limits, wanted: Wanted) -> list[Problem]:
    evaluation = telling.evaluation
    is_stale = evaluation is not None and telling.age > telling.limit
    last = min(telling.hops.values(), default=0.0)
    arrived = telling.hops.get(HOPS[-1], 0.0 if not telling.hops else last)
    return [
        Problem(
            "stale",
            Critical,
            int(is_stale),
            lambda: (
                f"no rule was evaluated for {span(round(telling.age))}, limit "
                f"{span(telling.limit)}, so nobody is told of anything: does blinkenlights alert "
                f"run?"
            ),
        ),
        Problem(
            "canary",
            limits.canary,
            arrived if telling.hops else 0.0,
            lambda: _canary(telling),
        ),
        Problem(
            "overdue",
            limits.waiting,
            telling.overdue,
            lambda: (
                f"a message to {short(telling.overdue_receiver)}"
                f"{_rest(telling, telling.overdue_receiver, ',')} is overdue by "
                f"{span(round(telling.overdue))}"
            ),
        ),
        Problem(
            "never",
            Unknown,
            int(evaluation is None),
            "no rule was ever evaluated; start it with: blinkenlights alert",
            counts_as=wanted.missing,
        ),
        Problem(
            "failing",
            Warn,
            len(telling.failing),
            lambda: "; ".join(list(_failing(telling))[:NAMED]),
            _failing(telling),
        ),
        Problem(
            "dead",
            Warn,
            len(telling.dead),
            lambda: (
                f"{count(len(telling.dead), 'message')} could not be delivered in the last day, "
                f"the last one to {short(telling.dead[0].receiver)}: "
                f"{short(telling.dead[0].error, ERROR_BYTES)}"
            ),
            (
                f"not delivered to {clean(one.receiver)} at {moment(one.at)}: {clean(one.title)}: "
                f"{clean(one.error)}"
                for one in telling.dead
            ),
        ),
        Problem(
            "damaged",
            Warn,
            len(telling.damaged),
            lambda: (
                f"{count(len(telling.damaged), 'value')} in the store cannot be read: "
                f"{listing(list(map(short, telling.damaged)), 1)}; are all programs of one version?"
            ),
            (f"cannot be read: {clean(each)}" for each in telling.damaged),
        ),
        Problem(
            "broken",
            Warn,
            len(evaluation.problems) if evaluation else 0,
            lambda: listing([clean(each) for each in evaluation.problems], 2) if evaluation else "",
            map(clean, evaluation.problems if evaluation else ()),
        ),
    ]


def _failing(telling: Telling) -> Iterator[str]:
    for one in telling.failing:
        yield (
            f"receiver {short(one.receiver)} fails for {span(round(telling.now - one.since))}, "
            f"tried {count(one.times, 'time')}{_rest(telling, one.receiver)}: "
            f"{short(one.error, ERROR_BYTES)}"
        )


def _rest(telling: Telling, receiver: str, end: str = "") -> str:
    """Return for how long a receiver wants to be told nothing; empty when that is not worth it."""
    left = telling.resting.get(receiver, 0.0) - telling.now
    return f", which asked for a rest of another {span(round(left))}{end}" if left > REST else ""


def _canary(telling: Telling) -> str:
    passed = [hop for hop in HOPS if hop in telling.hops]
    missing = [hop for hop in HOPS if telling.hops.get(hop, float("inf")) > CANARY_SECONDS]
    fresh = [hop for hop in passed if hop not in missing]
    where = (
        f"it is {fresh[-1]} and not {missing[0]}" if fresh and missing else "it is not even sent"
    )
    age = telling.hops.get(HOPS[-1])
    since = f"for {span(round(age))}" if age is not None else "ever"
    return f"the canary was not told of {since}: {where}"


def _all_well(telling: Telling) -> str:
    evaluation = telling.evaluation
    if evaluation is None:
        return "no rule was ever evaluated"
    text = (
        f"{count(evaluation.rules, 'rule')} evaluated for {count(evaluation.things, 'thing')} "
        f"{span(round(telling.age))} ago by {short(evaluation.by)}, "
        f"{count(telling.waiting, 'message')} waiting"
    )
    for receiver, until in telling.resting.items():
        if _rest(telling, receiver):
            text += f"; {short(receiver)} asked for a rest until {moment(until)}"
    if HOPS[-1] in telling.hops:
        text += f", canary told of {span(round(telling.hops[HOPS[-1]]))} ago"
    return text


def _figures(judgement: Judgement, telling: Telling) -> list[Figure]:
    evaluation = telling.evaluation
    figures = [
        Figure("age", round(telling.age, 3) if evaluation else None, "s", least="0"),
        Figure("waiting", telling.waiting, least="0"),
        judgement.figure("overdue", unit="s"),
        judgement.figure("failing"),
        judgement.figure("dead"),
    ]
    if evaluation:
        figures += [
            Figure("rules", evaluation.rules, least="0"),
            Figure("things", evaluation.things, least="0"),
            Figure("evaluation", round(evaluation.seconds, 3), "s", least="0"),
        ]
    figures += [
        Figure(f"canary_{label(hop)}", round(age, 3), "s", least="0")
        for hop, age in telling.hops.items()
    ]
    return figures


def _facts(telling: Telling) -> dict[str, object]:
    evaluation = telling.evaluation
    return {
        "evaluation": evaluation._asdict() if evaluation else None,
        "waiting": telling.waiting,
        "overdue": telling.overdue,
        "failing": [one._asdict() for one in telling.failing],
        "resting": telling.resting,
        "dead": [one._asdict() for one in telling.dead],
        "canary": {hop: round(age, 3) for hop, age in telling.hops.items()},
        "counters": telling.counters,
    }
