"""check_speedo over 100,000 clients against the same over 100, three at zero in both."""

from collections.abc import Iterator
from functools import partial

import whole_process
from prepared_store import reported
from prepared_transfers import fill_flows
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

FEW, MANY = 100, 100_000
ROUNDS = 41
CRITICAL = 2
WINDOW = ["--window", "1h"]
"""So long that nobody falls silent while the bench runs."""


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    check = workplace.programs / "check_speedo"
    few, many = workplace.store(), workplace.store()
    fill_flows(few.url, FEW)
    say(f"speedo: storing {MANY:,} clients")
    fill_flows(many.url, MANY)
    say(f"speedo: {ROUNDS} rounds")
    with reported(few.url, many.url, kind="transfer"):
        figures = take_turns(
            "speedo",
            ROUNDS,
            few=partial(whole_process.seconds, [check, "--redis", few.url, *WINDOW], CRITICAL),
            many=partial(whole_process.seconds, [check, "--redis", many.url, *WINDOW], CRITICAL),
        )
    many.stop()
    yield Line(
        f"check_speedo, {MANY:,} clients, 3 at zero",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('few'):.1f} ms over {FEW:,}",
        figures.ratio("many", "few"),
        wanted=Limit(most=1.5),
    )
