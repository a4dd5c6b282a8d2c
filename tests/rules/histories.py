"""Histories of one alert, written down in a line: what came at each look, and what happened."""

from typing import TYPE_CHECKING

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Flapping, Limit, Missing, Rule, Selector
from blinkenlights.rules.runs import Look
from blinkenlights.rules.tracking import Step, step
from blinkenlights.rules.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from blinkenlights.rules.track import Track

START = 1_700_000_000.0
EVERY = 60.0

OUTCOMES = {
    ".": Judged("well", ""),
    ",": Judged("well", "value was 90, want less than 80", recovers=False),
    "w": Judged("warning", "value was 120, limit 100"),
    "c": Judged("critical", "value was 1200, limit 1000"),
    "m": Judged("missing", "nothing came for 5m"),
    "f": Judged("missing", "nothing is known of it", is_known=False),
    "?": Judged("doubtful", "the collector is not connected"),
    "e": Judged("ended", "retired"),
}
SIGNS = {None: "-", "fired": "F", "worsened": "W", "eased": "E", "resolved": "R", "ended": "X"}


def rule(
    *,
    wait: float = 0.0,
    keep: float = 0.0,
    missing: Missing = "keep",
    flapping: Flapping | None = None,
    warning: bool = True,
    critical: bool = True,
) -> Rule:
    """Return a rule that is judged elsewhere: only its times matter here."""
    limit = Limit(compile_cel("value > 0", vocabulary_of("metric")), "value > 0")
    return Rule(
        name="queue is long",
        file="queues.yml",
        line=1,
        selector=Selector("metric", ("*.queue",)),
        warning=limit if warning else None,
        critical=limit if critical else None,
        wait=wait,
        keep=keep,
        missing=missing,
        flapping=flapping,
    )


def at(seconds: float, *, behind: float = 0.0, usual: float = 2 * EVERY) -> Look:
    """Return a look so many seconds after the start, by a store that is so far behind."""
    return Look(START + seconds, START + seconds - behind, usual)


class Followed:
    """One alert, looked at again and again."""

    def __init__(self, rule: Rule) -> None:
        """Take its rule."""
        self.rule = rule
        self.track: Track | None = None
        self.now = 0.0

    def look(self, sign: str, after: float = EVERY, *, behind: float = 0.0) -> Step:
        """Return what comes of one more look, so many seconds after the last one."""
        self.now += after
        found = step(self.track, OUTCOMES[sign], self.rule, at(self.now, behind=behind))
        self.track = found.track
        return found

    def looks(self, signs: str) -> str:
        """Return what happened at each of some looks, one sign each; spaces are for the eye.

        A tilde is an hour in which nobody looked. It has a tilde for an answer.
        """
        happened = ""
        for sign in signs:
            if sign == " ":
                happened += " "
            elif sign == "~":
                self.now += 3600
                happened += "~"
            else:
                happened += SIGNS[self.look(sign).happened]
        return happened
