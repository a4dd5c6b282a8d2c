"""check_heartbeat over 1,000 components as a whole process: against Python, and a plain plugin."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import whole_process
from prepared_store import fill, reported
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

COMPONENTS = 1_000
ROUNDS = 61
CRITICAL = 2
PLAIN_PLUGIN = Path(__file__).with_name("plain_plugin.py")


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the two lines."""
    python = workplace.programs / "python"
    check = workplace.programs / "check_heartbeat"
    store = workplace.store()
    fill(store.url, COMPONENTS)
    say(f"check: over {COMPONENTS:,} components, {ROUNDS} rounds")
    with reported(store.url):
        figures = take_turns(
            "check",
            ROUNDS,
            python=partial(whole_process.seconds, [python, "-I", "-c", "pass"]),
            check=partial(whole_process.seconds, [check, "--redis", store.url], CRITICAL),
            plain=partial(
                whole_process.seconds, [python, PLAIN_PLUGIN, "--redis", store.url], CRITICAL
            ),
        )
    what = f"check_heartbeat, {COMPONENTS:,} components"
    measured = f"{1000 * figures.median('check'):.1f} ms"
    yield Line(
        what,
        measured,
        f"{1000 * figures.median('python'):.1f} ms python -I -c pass",
        figures.ratio("check", "python"),
        wanted=Limit(most=4.0),
        aimed=Limit(most=3.0),
    )
    yield Line(
        what,
        measured,
        f"{1000 * figures.median('plain'):.1f} ms nagiosplugin and redis-py",
        figures.ratio("check", "plain"),
        wanted=Limit(most=0.33),
    )
