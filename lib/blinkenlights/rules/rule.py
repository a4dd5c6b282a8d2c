"""A rule, as its file describes it: which things, when they are bad, and who is told.

Times are seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

from blinkenlights.conditions.condition import Decidable
from blinkenlights.rules.template import Template

Level = Literal["warning", "critical"]
Missing = Literal["keep", "warning", "critical"]

NOTHING: Mapping[str, str] = MappingProxyType({})


class Selector(NamedTuple):
    """Which things a rule is about."""

    subject: str
    """The name of the subject: `metric`, `component`, `client`, `endpoint`."""
    names: tuple[str, ...]
    """Names or globs; one of them has to match."""
    but: tuple[str, ...] = ()
    """Names or globs of which none may match."""
    where: Mapping[str, str] = NOTHING
    """Tag -> name or glob; all have to match. `host` is a tag."""


class Limit(NamedTuple):
    """When a thing is bad in one way."""

    condition: Decidable
    """It is bad while this holds."""
    text: str
    """As the file has it: a range or an expression."""
    constants_of_age: tuple[float, ...] = ()
    """The ages at which the condition may change by time alone, ascending; also of `since`, the
    seconds since the state began."""
    needs_every_look: bool = False
    """Whether its age or `since` may change it at any moment. Numbers over a window move on with
    time as well: `names` tells whether it uses them."""
    names: frozenset[str] = frozenset()
    """The names of the vocabulary that it uses: `age`, `avg`, `facts`."""


class Flapping(NamedTuple):
    """How often an alert may come back before it is held."""

    times: int
    within: float


class Dependency(NamedTuple):
    """Something that explains an alert: while it fires, nothing that depends on it is told."""

    rule: str
    same: tuple[str, ...] = ()
    """Tags that both have to have alike; none means any alert of that rule."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule."""

    name: str
    """Its key in the file."""
    file: str
    line: int
    selector: Selector
    warning: Limit | None = None
    critical: Limit | None = None
    recovery: Decidable | None = None
    """Has to hold before an alert is over (hysteresis); None for the opposite of the limits. What
    it uses and when time changes it is part of what both limits say."""
    window: float = 300.0
    """Over what `rate`, `avg`, `min`, `max` and `count` are taken."""
    wait: float = 0.0
    """`for:` how long a limit has to be left before anybody is told."""
    keep: float = 0.0
    """How long it has to be well before it is over."""
    missing: Missing = "keep"
    """What holds while nothing comes of a thing: what held before, or a level."""
    flapping: Flapping | None = None
    unless: tuple[Dependency, ...] = ()
    severity: str = "page"
    """A word for routes to go by."""
    labels: Mapping[str, str] = field(default_factory=dict)
    text: Template | None = None
    """What is said beside the values; None for nothing."""
    runbook: Template | None = None
    """A URL, or what to do."""
    tell: tuple[str, ...] = ()
    """Names of receivers; empty when routes say whom."""

    @property
    def limits(self) -> Sequence[tuple[Level, Limit]]:
        """Its limits, worst first."""
        both: tuple[tuple[Level, Limit | None], ...] = (
            ("critical", self.critical),
            ("warning", self.warning),
        )
        return [(level, limit) for level, limit in both if limit is not None]
