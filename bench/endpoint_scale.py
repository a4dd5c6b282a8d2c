"""check_endpoint over 10,000 endpoints against the same over 10, and against Python alone."""

from collections.abc import Iterator
from functools import partial

import whole_process
from prepared_endpoints import fill_endpoints
from prepared_store import reported
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

FEW, MANY = 10, 10_000
ROUNDS = 61
CRITICAL = 2


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the lines."""
    check = workplace.programs / "check_endpoint"
    few, many = workplace.store(), workplace.store()
    fill_endpoints(few.url, FEW)
    say(f"endpoint scale: storing {MANY:,} endpoints")
    fill_endpoints(many.url, MANY)
    say(f"endpoint scale: {ROUNDS} rounds")
    with reported(few.url, many.url, kind="endpoint"):
        figures = take_turns(
            "endpoint scale",
            ROUNDS,
            python=partial(
                whole_process.seconds, [workplace.programs / "python", "-I", "-c", "pass"]
            ),
            few=partial(whole_process.seconds, [check, "--redis", few.url], CRITICAL),
            many=partial(whole_process.seconds, [check, "--redis", many.url], CRITICAL),
        )
    few.stop()
    many.stop()
    yield Line(
        f"check_endpoint, {MANY:,} endpoints",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('few'):.1f} ms over {FEW}",
        figures.ratio("many", "few"),
        wanted=Limit(most=1.2),
    )
    yield Line(
        f"check_endpoint, {MANY:,} endpoints, against Python alone",
        f"{1000 * figures.median('many'):.1f} ms",
        f"{1000 * figures.median('python'):.1f} ms, Python alone",
        figures.ratio("many", "python"),
        wanted=Limit(most=4.5),
    )
