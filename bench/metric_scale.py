"""check_metric over 100,000 series against the same over 100, and what a series takes."""

from collections.abc import Iterator
from functools import partial

import whole_process
from prepared_metrics import fill_history, fill_metrics
from prepared_store import reported
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

FEW, MANY = 100, 100_000
ROUNDS = 41
CRITICAL = 2
SHARED, HISTORIES = 3, 103
"""Series that are there before, and after: what all share is not counted."""
SIZES = {"second": (1.0, 80.0), "minute": (60.0, 30.0)}
"""Seconds between points, and the thousands of bytes that a series may take."""


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield a line for the check, and one for each period."""
    check = workplace.programs / "check_metric"
    few, many = workplace.store(), workplace.store()
    fill_metrics(few.url, FEW)
    say(f"series: storing {MANY:,} series")
    fill_metrics(many.url, MANY)
    say(f"series: {ROUNDS} rounds")
    words = ["load-0", "-c", "50"]
    with reported(few.url, many.url, kind="metric"):
        figures = take_turns(
            "series",
            ROUNDS,
            few=partial(whole_process.seconds, [check, "--redis", few.url, *words], CRITICAL),
            many=partial(whole_process.seconds, [check, "--redis", many.url, *words], CRITICAL),
        )
    many.stop()
    few.stop()
    yield Line(
        f"check_metric of 10 among {MANY:,} series, 3 above",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('few'):.1f} ms among {FEW:,}",
        figures.ratio("many", "few"),
        wanted=Limit(most=1.2),
    )
    for period, (seconds, most) in SIZES.items():
        say(f"series: {HISTORIES} series with a point each {period}")
        store = workplace.store()
        fill_history(store.url, SHARED, seconds)
        with store.client() as client:
            before = client.info("memory")["used_memory"]
            fill_history(store.url, HISTORIES, seconds)
            after = client.info("memory")["used_memory"]
        store.stop()
        kilobytes = (after - before) / 1000 / (HISTORIES - SHARED)
        yield Line(
            f"store for a series with a point each {period}",
            f"{kilobytes:.1f} kB",
            "",
            kilobytes,
            wanted=Limit(most=most),
        )
