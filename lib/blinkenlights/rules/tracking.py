"""How far an alert is, from how far it was and what was judged now. Pure: no clock, no store.

A limit has to be left for `for:` before anybody is told, and also before anybody is told that it is
worse. It has to be well for `keep:` before it is over, and less bad for as long before that is
told. What is missing makes nothing better, and what nobody can know changes nothing. Times are
seconds since the epoch.
"""

from typing import Literal, NamedTuple

from msgspec import structs

from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Level, Rule
from blinkenlights.rules.runs import Look, has_held, moved_on
from blinkenlights.rules.track import Track

Happened = Literal["fired", "worsened", "eased", "resolved", "ended"]

FORGOTTEN_FOR = 3600.0
"""Seconds after which the alert of a thing is over that the store does not know any more."""


class Step(NamedTuple):
    """What comes of one look."""

    track: Track | None
    """None when nothing is bad and nothing is to be remembered."""
    happened: Happened | None = None
    why: str = ""
    """Why it happened; empty when nothing did, and when it is well."""


def step(track: Track | None, judged: Judged, rule: Rule, look: Look) -> Step:
    """Return how far the alert of a rule for a thing is after one more look.

    Args:
        track: How far it was; None when nothing was bad.
        judged: What came of the rule for the thing now.
        rule: The rule as it is now; it may have been edited since the last look.
        look: When that is.
    """
    if track is None or track.over:
        return _after_well(track, judged, rule, look)
    if judged.outcome == "ended":
        return Step(None, "ended", judged.why) if track.fired else Step(None)
    was_paused = track.doubtful_since or (track.missing_since and rule.missing == "keep")
    is_paused = judged.outcome == "doubtful" or _keeps(judged, rule)
    track = moved_on(
        track,
        look,
        is_judged=not was_paused and not is_paused,
        is_heard=not track.doubtful_since and judged.outcome != "doubtful",
    )
    at = track.looked
    if judged.outcome == "doubtful":
        return Step(structs.replace(track, doubtful_since=track.doubtful_since or at))
    track = structs.replace(
        track,
        doubtful_since=0.0,
        missing_since=(track.missing_since or at) if judged.outcome == "missing" else 0.0,
        forgotten_since=0.0 if judged.is_known else track.forgotten_since or at,
    )
    if has_held(track.forgotten_since, at, FORGOTTEN_FOR):
        return Step(None, "ended", judged.why) if track.fired else Step(None)
    if _keeps(judged, rule):
        return Step(structs.replace(track, well_since=0.0, better_since=0.0))
    return (_firing if track.fired else _pending)(track, judged, rule, look.now)


def _after_well(track: Track | None, judged: Judged, rule: Rule, look: Look) -> Step:
    """Return what comes of a look at what was well, or was over a while ago."""
    at = min(look.up_to, look.now)
    turns = _recent(track.turns, rule, look.now) if track else ()
    level = _level(judged, rule)
    if level is None:
        is_remembered = track is not None and turns and judged.outcome != "ended"
        return Step(structs.replace(track, turns=turns) if track and is_remembered else None)
    begun = Track(
        level=level,
        since=at,
        looked=at,
        why=judged.why,
        values=dict(judged.values),
        missing_since=at if judged.outcome == "missing" else 0.0,
        forgotten_since=0.0 if judged.is_known else at,
        turns=turns,
    )
    return _fired_when_due(begun, rule, look.now)


def _pending(track: Track, judged: Judged, rule: Rule, now: float) -> Step:
    level = _level(judged, rule)
    if level is None:
        return Step(_remembered(track, rule, now))
    if judged.outcome == "missing":
        level = _worse(level, track.level)
    track = structs.replace(track, level=level, why=judged.why, values=dict(judged.values))
    return _fired_when_due(track, rule, now)


def _fired_when_due(track: Track, rule: Rule, now: float) -> Step:
    if not has_held(track.since, track.looked, rule.wait):
        return Step(track)
    return Step(_turned(structs.replace(track, fired=now), rule, now), "fired", track.why)


def _firing(track: Track, judged: Judged, rule: Rule, now: float) -> Step:
    at, level = track.looked, _level(judged, rule)
    if level and judged.outcome == "missing":
        level = _worse(level, track.level)
    is_worse = level == "critical" != track.level
    is_better = track.level == "critical" != level
    is_well = judged.outcome == "well" and judged.recovers
    track = structs.replace(
        track,
        why=judged.why or track.why,
        values=dict(judged.values) or track.values,
        worse_since=(track.worse_since or at) if is_worse else 0.0,
        better_since=(track.better_since or at) if is_better else 0.0,
        well_since=(track.well_since or at) if is_well else 0.0,
    )
    calm = _calm(track, rule)
    if has_held(track.well_since, at, calm):
        return Step(_remembered(track, rule, now), "resolved")
    if has_held(track.worse_since, at, rule.wait):
        worse = structs.replace(track, level="critical", worse_since=0.0)
        return Step(_turned(worse, rule, now), "worsened", track.why)
    may_ease = rule.warning is not None or rule.missing == "warning"
    if may_ease and has_held(track.better_since, at, calm):
        eased = structs.replace(track, level="warning", better_since=0.0)
        return Step(eased, "eased", track.why)
    return Step(track)


def _keeps(judged: Judged, rule: Rule) -> bool:
    return judged.outcome == "missing" and rule.missing == "keep"


def _level(judged: Judged, rule: Rule) -> Level | None:
    """Return how bad it is, as far as that was judged."""
    match judged.outcome:
        case "warning" | "critical" as level:
            return level
        case "missing" if rule.missing != "keep":
            return rule.missing
    return None


def _worse(one: Level, other: Level) -> Level:
    return "critical" if "critical" in (one, other) else "warning"


def _calm(track: Track, rule: Rule) -> float:
    """Return for how many seconds it has to be well, or better, before that is told."""
    if rule.flapping is None or not track.is_flapping:
        return rule.keep
    return max(rule.keep, rule.flapping.within / 2)


def _turned(track: Track, rule: Rule, now: float) -> Track:
    """Return an alert that fires, or fires worse, from now on."""
    if rule.flapping is None:
        return structs.replace(track, turns=())
    turns = (*_recent(track.turns, rule, now), now)[-rule.flapping.times :]
    is_flapping = track.is_flapping or len(turns) >= rule.flapping.times
    return structs.replace(track, turns=turns, is_flapping=is_flapping)


def _recent(turns: tuple[float, ...], rule: Rule, now: float) -> tuple[float, ...]:
    if rule.flapping is None:
        return ()
    within = rule.flapping.within
    return tuple(turn for turn in (min(turn, now) for turn in turns) if now - turn < within)


def _remembered(track: Track, rule: Rule, now: float) -> Track | None:
    """Return what is kept of an alert that is over: when it fired lately, if that matters."""
    turns = _recent(track.turns, rule, now)
    if not turns:
        return None
    return Track(
        level=track.level, since=track.since, looked=track.looked, why="", turns=turns, over=now
    )
