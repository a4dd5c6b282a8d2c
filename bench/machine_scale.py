"""check_machine over 100,000 machines against the same over 100, six wrong in both."""

from collections.abc import Iterator
from functools import partial

import whole_process
from prepared_machines import IN_A_ROW, fill_machines
from prepared_store import reported
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

FEW, MANY = 100, 100_000
ROUNDS = 41
CRITICAL = 2
LIMITS = ["-c", "6h", "--failing", str(IN_A_ROW)]
"""So long that nobody falls silent while the bench runs."""


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the line."""
    check = workplace.programs / "check_machine"
    few, many = workplace.store(), workplace.store()
    fill_machines(few.url, FEW)
    say(f"machines: storing {MANY:,} machines")
    fill_machines(many.url, MANY)
    say(f"machines: {ROUNDS} rounds")
    with reported(few.url, many.url, kind="machine"):
        figures = take_turns(
            "machines",
            ROUNDS,
            few=partial(whole_process.seconds, [check, "--redis", few.url, *LIMITS], CRITICAL),
            many=partial(whole_process.seconds, [check, "--redis", many.url, *LIMITS], CRITICAL),
        )
    many.stop()
    yield Line(
        f"check_machine, {MANY:,} machines, 6 wrong",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('few'):.1f} ms over {FEW:,}",
        figures.ratio("many", "few"),
        wanted=Limit(most=1.5),
    )
