"""What people look up of alerts: what fires, who was told, what is silenced. It changes nothing.

All functions raise a `StoreError`.
"""

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from glob import escape
from typing import NamedTuple, TypeVar

import msgspec

from blinkenlights.alert.silence import Silence
from blinkenlights.alert.told import Letter, Told
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active
from blinkenlights.kinds.alert.read import all_alerts, records
from blinkenlights.kinds.alert.words import alert_in_words
from blinkenlights.store import hashes
from blinkenlights.store.reader import StoreReader

T = TypeVar("T")


class Firing(NamedTuple):
    """An alert that fires."""

    name: str
    """What people call it."""
    episode: str
    """What names this firing, and no other."""
    match: dict[str, str]
    """What a silence of it alone matches."""
    sentence: str
    """What is bad, how much, against which limit, and since when."""


def firing(store: StoreReader, name: str, now: float) -> Firing | None:
    """Return the alert of this name, as people call it; None while it does not fire."""
    found = records(store, [keys.alert_named(name)])
    return next((_firing(one, now) for one in found if one.fired), None)


def firings(store: StoreReader, episodes: Collection[str], now: float) -> list[Firing]:
    """Return the alerts of some firings, of those that are not over."""
    found = [one for one in all_alerts(store) if one.fired and one.episode in episodes]
    return [_firing(one, now) for one in found]


def silences(store: StoreReader, now: float) -> list[Silence]:
    """Return all that are not over, those that end first first."""
    [reply] = store.ask(("HGETALL", keys.SILENCES))
    found = _decoded(keys.SILENCES, reply[1::2], Silence)
    return sorted((one for one in found if one.end > now), key=lambda one: one.end)


def history(store: StoreReader) -> list[Told]:
    """Return who was told what lately, newest first."""
    [texts] = store.ask(("LRANGE", keys.HISTORY, 0, -1))
    return _decoded(keys.HISTORY, texts, Told)


def letters(store: StoreReader) -> list[Letter]:
    """Return what could not be delivered, newest first."""
    [texts] = store.ask(("LRANGE", keys.DEAD, 0, -1))
    return _decoded(keys.DEAD, texts, Letter)


def told_of(store: StoreReader, match: Mapping[str, str]) -> list[Told]:
    """Return who was told lately of what a silence of a rule or a thing matches, newest first."""
    return [row for row in history(store) if any(_is_about(name, match) for name in row.alerts)]


def _firing(one: Active, now: float) -> Firing:
    match = {"rule": escape(one.rule), "thing": escape(one.thing)}
    return Firing(one.name, one.episode, match, alert_in_words(one, now))


def _is_about(name: str, match: Mapping[str, str]) -> bool:
    rule, thing = keys.parts_of(keys.alert_named(name))
    return fnmatchcase(rule, match.get("rule", "*")) and fnmatchcase(thing, match.get("thing", "*"))


def _decoded(key: str, texts: Sequence[str], form: type[T]) -> list[T]:
    return [
        hashes.parsed(lambda text: msgspec.json.decode(text, type=form), text, key)
        for text in texts
    ]
