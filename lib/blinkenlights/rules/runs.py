"""For how long something has held that is judged only now and then.

A run begins when something is first seen, and its beginning is moved by the time that proves
nothing: so what has passed since is what is known to have held. Times are seconds since the epoch.
"""

from typing import NamedTuple

from msgspec import structs

from blinkenlights.rules.track import Track

_SMALLEST = 0.001
"""Seconds that sums of times may be off."""


class Look(NamedTuple):
    """One moment at which rules are judged."""

    now: float
    up_to: float
    """Everything sent before this moment was stored: up to then it is judged."""
    usual: float
    """The longest time between two looks of which it is still said that what holds at both of them
    held all along."""


def moved_on(track: Track, look: Look, *, is_judged: bool, is_heard: bool) -> Track:
    """Return an alert at a look, each run of it longer by what is known to have held meanwhile.

    Args:
        track: The alert at the last look.
        look: This one.
        is_judged: Whether it was judged how bad it is, then and now.
        is_heard: Whether it could have been heard, then and now.
    """
    up_to = min(look.up_to, look.now)
    if look.now < track.looked:
        return _set_back(track, up_to, look.now)
    # It may be judged up to an earlier moment than before: a source came back that is behind.
    passed = max(0.0, up_to - track.looked)
    counted = min(passed, look.usual)
    unproven = passed - counted if is_judged else passed
    unheard = passed - counted if is_heard else passed
    return structs.replace(
        track,
        looked=track.looked + passed,
        since=track.since if track.fired else track.since + unproven,
        well_since=_moved(track.well_since, unproven),
        worse_since=_moved(track.worse_since, unproven),
        better_since=_moved(track.better_since, unproven),
        forgotten_since=_moved(track.forgotten_since, unheard),
    )


def has_held(since: float, up_to: float, seconds: float) -> bool:
    """Return whether a run is so long; one that has not begun is not."""
    return since > 0 and up_to - since >= seconds - _SMALLEST


def _set_back(track: Track, up_to: float, now: float) -> Track:
    """Return an alert by a clock that was set back: what held for so long still did."""
    by = up_to - track.looked
    return structs.replace(
        track,
        looked=up_to,
        since=track.since + by,
        well_since=_moved(track.well_since, by),
        worse_since=_moved(track.worse_since, by),
        better_since=_moved(track.better_since, by),
        missing_since=_moved(track.missing_since, by),
        doubtful_since=_moved(track.doubtful_since, by),
        forgotten_since=_moved(track.forgotten_since, by),
        turns=tuple(min(turn, now) for turn in track.turns),
    )


def _moved(since: float, by: float) -> float:
    return since + by if since else 0.0
