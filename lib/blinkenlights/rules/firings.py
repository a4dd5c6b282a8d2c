"""When a rule would have fired, by what the store has kept."""

from collections.abc import Iterator
from typing import NamedTuple

from blinkenlights.rules.judging import judge
from blinkenlights.rules.past import Kept, Now, thing_then
from blinkenlights.rules.rule import Level, Rule
from blinkenlights.rules.runs import Look
from blinkenlights.rules.tracking import Step, step

USUAL_LOOKS = 3
"""As the evaluator has it: what holds at two looks held all along when no more lie between."""


class Fired(NamedTuple):
    """One firing of one alert. Times are seconds since the epoch."""

    thing: str
    at: float
    level: Level
    """The worst that it was."""
    over: float | None
    """None where it fires on."""
    how: str
    """`resolved`, or `ended`; empty where it fires on."""
    why: str


def fired_of(
    rule: Rule, now: Now, kept: Kept, between: tuple[float, float], every: float
) -> Iterator[Fired]:
    """Give when a rule would have fired for a thing.

    Args:
        rule: The rule.
        now: The thing as it is now.
        kept: What is kept of it.
        between: From when to when it is judged.
        every: Seconds from one look to the next.
    """
    done = Step(None)
    firing: Fired | None = None
    at, end = between
    while at <= end:
        judged = judge(rule, thing_then(now, kept, at, rule.window), at)
        done = step(done.track, judged, rule, Look(at, at, USUAL_LOOKS * every))
        if done.happened == "fired" and done.track:
            firing = Fired(now.thing.name, at, done.track.level, None, "", done.why)
        elif done.happened == "worsened" and firing:
            firing = firing._replace(level="critical", why=done.why)
        elif done.happened in ("resolved", "ended") and firing:
            yield firing._replace(over=at, how=done.happened)
            firing = None
        at += every
    if firing:
        yield firing
