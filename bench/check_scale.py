"""check_heartbeat over 1,000,000 components against the same over 1,000, three silent in both."""

from collections.abc import Iterator
from functools import partial

import whole_process
from prepared_store import fill, reported
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

FEW, MANY = 1_000, 1_000_000
ROUNDS = 61
CRITICAL = 2


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    check = workplace.programs / "check_heartbeat"
    few, many = workplace.store(), workplace.store()
    fill(few.url, FEW)
    say(f"scale: storing {MANY:,} components")
    fill(many.url, MANY)
    say(f"scale: {ROUNDS} rounds")
    with reported(few.url, many.url):
        figures = take_turns(
            "scale",
            ROUNDS,
            few=partial(whole_process.seconds, [check, "--redis", few.url], CRITICAL),
            many=partial(whole_process.seconds, [check, "--redis", many.url], CRITICAL),
        )
    many.stop()
    yield Line(
        f"check_heartbeat, {MANY:,} components",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('few'):.1f} ms over {FEW:,}",
        figures.ratio("many", "few"),
        wanted=Limit(most=1.2),
    )
