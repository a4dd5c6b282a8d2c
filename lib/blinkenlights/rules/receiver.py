"""Who is told, by what, and when: receivers and routes, as their file describes them.

Times are seconds.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from blinkenlights.yaml_files.document import Plain

NOTHING: Mapping[str, str] = MappingProxyType({})


class Receiver(NamedTuple):
    """One place where messages go."""

    name: str
    channel: str
    """`slack`, `pagerduty`, `webhook`, `email`, `apprise`."""
    settings: Mapping[str, Plain]
    """As the file has them: what is secret is a place such as `${SLACK_TOKEN}`, so that it can be
    kept, and whoever was told by them can be told of the end when they are in no file any more."""
    digest: str
    """Of channel and settings: with another one it is another place under the same name."""
    file: str = ""
    line: int = 0

    @property
    def address(self) -> str:
        """What it is called in the store: `oncall@1f0c9a2b`."""
        return f"{self.name}@{self.digest}"


class Step(NamedTuple):
    """Whom to tell when nobody has acknowledged for so long."""

    after: float
    tell: tuple[str, ...]


class Quiet(NamedTuple):
    """When nobody is told of what begins; of what ends, everybody is."""

    start: int
    """Minute of the day, 0 to 1439."""
    end: int
    """Not later than `start` when it lies past midnight."""
    days: tuple[int, ...]
    """0 for Monday, of the day on which it starts; empty for all."""
    zone: str = "UTC"


class Route(NamedTuple):
    """Which alerts go where."""

    match: Mapping[str, str] = NOTHING
    """`rule`, `subject`, `thing`, `severity`, `level`, or a label or tag -> name or glob; all have
    to match."""
    tell: tuple[str, ...] = ()
    escalate: tuple[Step, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    repeat: float = 0.0
    """How often somebody is reminded of what nobody acknowledged; 0 for never."""
    group_by: tuple[str, ...] = ("rule",)
    """What alerts have in common that are told in one message, as `match` names it."""
    gather: float = 5.0
    """How long the first alert of a group waits for others."""
    goes_on: bool = False
    """Whether routes below are looked at, too."""
    file: str = ""
    line: int = 0


class Maintenance(NamedTuple):
    """A planned silence, from a file."""

    name: str
    match: Mapping[str, str]
    schedule: str
    """A cron expression that says when it begins."""
    zone: str
    seconds: float
    """How long it lasts."""
    reason: str = ""
    file: str = ""
    line: int = 0
