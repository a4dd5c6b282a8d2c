"""Notices for tests."""

from collections.abc import Mapping

from alert.records import NOON
from blinkenlights.alert.notice import Notice, What
from blinkenlights.rules.rule import Level


def a_notice(
    thing: str = "web1",
    what: What = "fired",
    at: float = NOON,
    *,
    rule: str = "silent",
    level: Level = "critical",
    why: str = "age was 120, limit 90",
    since: float = NOON - 120,
    tags: Mapping[str, str] | None = None,
    episode: str = "",
    present: str = "",
) -> Notice:
    """Return what is told of one alert; unless given, each rule and thing has one episode."""
    episode = episode or f"{rule}:{thing}"
    return Notice(
        id=f"{episode}:{what}:{at:.3f}",
        what=what,
        at=at,
        episode=episode,
        rule=rule,
        subject="component",
        thing=thing,
        level=level,
        why=why,
        present=present,
        since=since,
        tags=dict(tags or {}),
    )
