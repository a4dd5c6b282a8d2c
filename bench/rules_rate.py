"""Pairs of rule and thing a second, against a bare loop of the CEL library over prepared values."""

import time
from collections import deque
from collections.abc import Iterator

import cel

from blinkenlights.rules.files.limits import limit_of
from blinkenlights.rules.pairs import Pairs
from blinkenlights.rules.rule import Rule, Selector
from blinkenlights.rules.thing import Thing
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

RULES, THINGS = 100, 10_000
PAIRS = RULES * THINGS
CHANGED = THINGS // 100
ROUNDS = 5


def measure(workplace: Workplace) -> Iterator[Line]:  # noqa: ARG001 - it needs no server
    """Yield the lines of rules."""
    texts = [_text(number) for number in range(RULES)]
    rules = [_rule(number, text) for number, text in enumerate(texts)]
    pairs = Pairs(rules)
    moments = iter(range(1_000_000))
    # To make things and to free them is the matter of who reads them from a store.
    kept: deque[dict[str, Thing]] = deque(maxlen=2)

    def things(moment: int, changed: int = 0) -> dict[str, Thing]:
        kept.append(_things(moment, changed))
        return kept[-1]

    def first() -> float:
        return _seconds(Pairs(rules), things(0))

    def again() -> float:
        return _seconds(pairs, things(next(moments)))

    def few() -> float:
        moment = next(moments)
        pairs.look(things(moment), 0.0)
        return _seconds(pairs, things(moment, changed=CHANGED))

    programs = [cel.compile(text) for text in texts]
    contexts = [_bare(thing) for thing in _things(0).values()]

    def library() -> float:
        began = time.thread_time()
        for context in contexts:
            for program in programs:
                program.execute(context)
        return time.thread_time() - began

    say(f"rules: {PAIRS:,} pairs, {ROUNDS} rounds")
    figures = take_turns("rules", ROUNDS, first=first, again=again, few=few, library=library)
    yield Line(
        f"{PAIRS:,} pairs of rule and thing, found and judged",
        f"{figures.median('first'):.2f} s",
        "",
        figures.median("first"),
        wanted=Limit(most=10),
    )
    yield Line(
        "the same, every thing with other numbers",
        f"{PAIRS / figures.median('again'):,.0f}/s",
        f"{PAIRS / figures.median('library'):,.0f}/s bare CEL",
        figures.ratio("library", "again"),
        wanted=Limit(least=0.3),
    )
    yield Line(
        "the same, 1 % of the things with other numbers",
        f"{1000 * figures.median('few'):.0f} ms",
        f"{1000 * figures.median('again'):.0f} ms for all",
        figures.ratio("few", "again"),
        wanted=Limit(most=0.05),
    )


def _text(number: int) -> str:
    if number % 2:
        return f"value > {200 + number}.0"
    return f"avg > {200 + number}.0 && value > 10.0"


def _rule(number: int, text: str) -> Rule:
    return Rule(
        name=f"rule {number}",
        file="bench.yml",
        line=1,
        selector=Selector("metric", ("bench.*",)),
        warning=limit_of("warning", text, "metric", "value"),
    )


def _things(moment: int, changed: int = 0) -> dict[str, Thing]:
    """Return all things as a store would give them; so many differ from those of the moment."""
    value = 50.0 + moment % 50
    return {
        f"bench.{number}": Thing(
            subject="metric",
            name=f"bench.{number}",
            state="alive",
            status="OK",
            sentence=f"{value}, last seen 3s ago",
            age=3.0,
            since=None,
            facts={"value": value, "period": 10.0},
            numbers={"value": value + 0.5 * (number < changed), "avg": value},
            tags={"host": "web1"},
        )
        for number in range(THINGS)
    }


def _bare(thing: Thing) -> cel.Context:
    context = cel.Context()
    for name, value in thing.numbers.items():
        context.add_variable(name, value)
    return context


def _seconds(pairs: Pairs, things: dict[str, Thing]) -> float:
    """Return how long one look takes, with all that an evaluator asks for after it."""
    began = time.thread_time()
    pairs.look(things, 0.0)
    list(pairs.bad())
    pairs.counted()
    return time.thread_time() - began
