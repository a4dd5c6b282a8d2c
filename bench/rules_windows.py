"""One look of the evaluator at series whose rule is about the last minutes, read from a store."""

import time
from collections.abc import Iterator

from blinkenlights.clock import wall_clock
from blinkenlights.rules.evaluation import Evaluation
from blinkenlights.rules.files.limits import limit_of
from blinkenlights.rules.rule import Rule, Selector
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from prepared_metrics import add_points, fill_alike
from progress import say
from table import Limit, Line
from workplace import Workplace

SERIES = 100_000
PERIOD = 10.0
WINDOW = 300.0
LOOK_SECONDS = 15.0
"""From one look to the next."""


def measure(workplace: Workplace, series: int = SERIES) -> Iterator[Line]:
    """Yield the lines of rules over windows."""
    store = workplace.store()
    say(f"rules over windows: {series:,} series, a point every {PERIOD:g} s")
    fill_alike(store.url, series, PERIOD, 2 * WINDOW)
    evaluation = Evaluation()
    evaluation.follow({"load": _rule()})

    def look() -> float:
        # Of this core: what the store takes for it, it takes of another one.
        began = time.thread_time()
        with StoreReader(parse_address(store.url), 60.0) as reader:
            looked = evaluation.look(reader, wall_clock())
        if looked.pairs != series:
            raise RuntimeError(f"{looked.pairs} pairs, not {series}")
        return time.thread_time() - began

    first = look()
    say(f"the first look took {first:.1f} s")
    changed = series // 2
    add_points(store.url, [f"load@host-{number}" for number in range(changed)])
    again = look()
    yield Line(
        f"{series:,} series over {WINDOW:g} s, read and judged for the first time",
        f"{first:.1f} s",
        "",
        first,
        wanted=Limit(),
    )
    yield Line(
        "the same, half of them with a new point",
        f"{again:.1f} s",
        f"{first:.1f} s the first time",
        again,
        wanted=Limit(most=LOOK_SECONDS),
    )


def _rule() -> Rule:
    return Rule(
        name="load",
        file="bench.yml",
        line=1,
        selector=Selector("metric", ("load*",)),
        warning=limit_of("warning", "avg > 1000.0", "metric", "value"),
        window=WINDOW,
    )
