"""The one rule that needs no file: something cannot be judged, because nobody hears it.

One message says so and one that it is over, in place of one for each thing of which nothing is
known. It is told as routes say, and to all receivers where none of them matches. That nothing is
heard at all is one alert; that one source of several is away, or far behind, is another one.
"""

from collections.abc import Sequence

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


ALL, SOME = "all collectors", "some sources"
"""What it is about."""


def seen(blind: str, deaf: str) -> Sequence[tuple[Thing, Judged]]:
    """Return what is heard now, and what that comes to.

    Args:
        blind: Why nothing at all can be judged; empty when something can.
        deaf: Why some things cannot be, though others can; empty when all can.
    """
    some = Judged("doubtful", blind) if blind else judged_deaf(deaf)
    return [(_thing(ALL, blind), judged_blind(blind)), (_thing(SOME, blind or deaf), some)]


def _thing(name: str, why: str) -> Thing:
    return Thing(
        subject=BLIND.selector.subject,
        name=name,
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


def judged_deaf(why: str) -> Judged:
    """Return that some things cannot be judged, or that all can again when there is no reason."""
    if not why:
        return Judged("well", "")
    return Judged("critical", f"{why}; alerts about that stay as they were")


def said_blind(why: str) -> str:
    """Return that nothing can be judged and why, once: some reasons say themselves what follows."""
    return why if NOTHING in why else f"{NOTHING}: {why}"
