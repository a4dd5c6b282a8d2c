"""One thing to be told: what an outbox holds.

Times are seconds since the epoch.
"""

from typing import Literal

from msgspec import Struct

from blinkenlights.kinds.rows import Fact
from blinkenlights.rules.rule import Level

What = Literal[
    "fired",
    "worsened",
    "eased",
    "resolved",
    "ended",
    "reminder",
    "escalated",
    "acknowledged",
    "remark",
]
"""`resolved`: it is well. `ended`: the rule or the thing is gone, which is said. `remark`: what
else a monitoring core has to say, such as a downtime that begins."""
ENDS = frozenset(("resolved", "ended"))


class Notice(Struct, frozen=True, kw_only=True):
    """One transition of one alert, for one receiver."""

    id: str
    """The episode, what happened and when: the same for who makes it twice."""
    what: What
    at: float
    episode: str
    rule: str
    subject: str
    thing: str
    level: Level
    why: str
    """What, how much, against which limit."""
    present: str = ""
    """Of what is well again, what was found: `value is 4 now`; empty where that is not known."""
    since: float
    """Since when the limit is left; of an end, how long it was bad follows from it."""
    severity: str = "page"
    sentence: str = ""
    text: str = ""
    runbook: str = ""
    link: str = ""
    """The page of the alert; empty where no page is known."""
    values: dict[str, Fact] = {}
    labels: dict[str, str] = {}
    tags: dict[str, str] = {}

    @property
    def is_end(self) -> bool:
        """Whether the alert is over."""
        return self.what in ENDS
