"""What a channel is to say: one incident, what it is now, and what has changed.

An incident is what one receiver is told of one group of alerts, from the first that fires until the
last one is over. Times are seconds since the epoch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from blinkenlights.alert.notice import Notice
from blinkenlights.rules.rule import Level


class Incident(Struct, frozen=True, kw_only=True):
    """What a receiver was told and is not over. Kept in the store."""

    id: str
    """16 hexadecimal digits: the key of PagerDuty, the thread of an e-mail."""
    opened: float
    firing: dict[str, Notice] = {}
    """Episode -> the last notice of each alert that still fires."""
    told: float = 0.0
    times: int = 0
    acknowledged: dict[str, str] = {}
    """Episode -> who takes care of it."""
    reference: dict[str, str] = {}
    """What the channel needs to say more of the same: Slack's `channel` and `ts`."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing to say."""

    receiver: str
    incident: str
    """The incident's id."""
    opened: float
    now: float
    state: Literal["firing", "over"]
    level: Level
    """The worst of what fires; of what is over, the worst that it was."""
    title: str
    """What is new, in one line: `CRITICAL: silent: 41 components on 3 hosts`."""
    overview: str = ""
    """All that fires, in one line; of what is over, the title."""
    firing: Sequence[Notice]
    """All that fires now, worst first."""
    changes: Sequence[Notice]
    """What is new, oldest first."""
    is_first: bool
    """Whether nothing was said of this incident before."""
    may_be_repeated: bool
    """Whether somebody may have said this very thing, and died before noting it."""
    reference: Mapping[str, str]
    acknowledged: str = ""
    """Who has acknowledged all that fires: `acknowledged by ann (rebooting)`; empty for nobody."""
    acknowledge_link: str = ""
    silence_link: str = ""
