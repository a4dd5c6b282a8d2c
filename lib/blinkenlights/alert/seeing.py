"""The one alert that needs no file: nothing can be judged, because nobody hears anything.

One message says so and one that it is over, in place of one for each thing of which nothing is
known. It is told as routes say, and to all receivers where none of them matches.
"""

from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Rule, Selector
from blinkenlights.rules.thing import Thing

SECONDS = 60.0
"""How long it lasts before anybody is told: a collector that is restarted is nobody's trouble."""

NOTHING = "nothing can be judged"

BLIND = Rule(
    name="blind",
    file="",
    line=0,
    selector=Selector("collector", ()),
    wait=SECONDS,
    missing="keep",
)
"""No file may have a rule of this name. It has no limit: the evaluator sees for itself."""


def blind_thing(why: str) -> Thing:
    """Return what the alert is about."""
    return Thing(
        subject=BLIND.selector.subject,
        name="all collectors",
        state="blind" if why else "heard",
        status="UNKNOWN" if why else "OK",
        sentence=why,
        age=None,
        since=None,
        facts={},
    )


def judged_blind(why: str) -> Judged:
    """Return that nothing can be judged, or that it can again when there is no reason."""
    if not why:
        return Judged("well", "")
    return Judged("critical", f"{said_blind(why)}; alerts stay as they were")


def said_blind(why: str) -> str:
    """Return that nothing can be judged and why, once: some reasons say themselves what follows."""
    return why if NOTHING in why else f"{NOTHING}: {why}"
