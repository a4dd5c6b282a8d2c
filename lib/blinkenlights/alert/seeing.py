"""The one alert that needs no file: nothing can be judged, because nobody hears anything.

One message says so and one that it is over, in place of one for each thing of which nothing is
known. It is told as routes say, and to all receivers where none of them matches.
"""

from collections.abc import Mapping
from types import MappingProxyType

from blinkenlights.conditions.condition import HOLDS, Verdict
from blinkenlights.conditions.context import Context
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Limit, Rule, Selector
from blinkenlights.rules.thing import Thing

SECONDS = 60.0
"""How long it lasts before anybody is told: a collector that is restarted is nobody's trouble."""


class _Blindness:
    """Stands for what the evaluator sees by itself."""

    text = "nothing can be judged"
    paths: Mapping[str, tuple[str | int, ...]] = MappingProxyType({})

    def judge(self, context: Context) -> Verdict:
        """Return that it holds; nobody asks."""
        del context
        return HOLDS

    def holds(self, context: Context) -> bool | None:
        """Return that it holds; nobody asks."""
        del context
        return True

    def found(self, context: Context) -> str:
        """Return nothing; nobody asks."""
        del context
        return ""


BLIND = Rule(
    name="blind",
    file="",
    line=0,
    selector=Selector("collector", ()),
    critical=Limit(_Blindness(), _Blindness.text),
    wait=SECONDS,
    missing="keep",
)
"""No file may have a rule of this name."""


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
    return Judged("critical", f"nothing can be judged: {why}; alerts stay as they were")
