"""Alerts, receivers and routes for tests."""

from collections.abc import Mapping

from blinkenlights.alert.record import Queued, Record
from blinkenlights.conditions.condition import HOLDS, Verdict
from blinkenlights.conditions.context import Context
from blinkenlights.conditions.paths import Step
from blinkenlights.rules.receiver import Receiver
from blinkenlights.rules.rule import Dependency, Level, Limit, Rule, Selector
from blinkenlights.rules.track import Track

NOON = 1_764_331_200.0
"""12:00:00 UTC on 2025-11-28, a Friday."""


class Always:
    """A condition that holds."""

    text = "always"
    paths: Mapping[str, tuple[Step, ...]] = {}

    def holds(self, context: Context) -> bool | None:
        """Return that it holds."""
        del context
        return True

    def judge(self, context: Context) -> Verdict:
        """Return that it holds."""
        del context
        return HOLDS

    def found(self, context: Context) -> str:
        """Return nothing."""
        del context
        return ""


def a_record(
    thing: str = "web1",
    rule: str = "silent",
    *,
    level: Level = "critical",
    fired: float = NOON,
    queued: Mapping[str, Queued] | None = None,
    labels: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Record:
    """Return an alert that fires."""
    track = Track(
        level=level,
        since=fired - 120,
        looked=fired,
        why="age was 120, limit 90",
        values={"age": 120},
        fired=fired,
    )
    return Record(
        rule=rule,
        subject="component",
        thing=thing,
        track=track,
        queued=dict(queued or {}),
        labels=dict(labels or {}),
        tags=dict(tags or {}),
    )


def a_rule(*, tell: tuple[str, ...] = (), unless: tuple[Dependency, ...] = ()) -> Rule:
    """Return a rule about components that always fires."""
    return Rule(
        name="silent",
        file="rules.yml",
        line=1,
        selector=Selector("component", ("*",)),
        critical=Limit(Always(), "always"),
        tell=tell,
        unless=unless,
    )


def receivers(*names: str) -> dict[str, Receiver]:
    """Return receivers of these names."""
    return {name: Receiver(name, "webhook", {"url": f"http://{name}"}, "d1") for name in names}
