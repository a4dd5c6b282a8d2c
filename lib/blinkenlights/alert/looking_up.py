"""What people look up of alerts: what fires, who was told, what is silenced. It changes nothing.

All functions raise a `StoreError`.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from glob import escape
from typing import NamedTuple, TypeVar

import msgspec

from blinkenlights.alert.silence import Silence
from blinkenlights.alert.told import Letter, Told
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active
from blinkenlights.kinds.alert.read import acknowledgements, all_alerts, records
from blinkenlights.kinds.alert.words import alert_in_words
from blinkenlights.store.client import UNREADABLE
from blinkenlights.store.reader import StoreReader

T = TypeVar("T")
log = logging.getLogger("blinkenlights.alert")


class Firing(NamedTuple):
    """An alert that fires."""

    name: str
    """What people call it."""
    episode: str
    """What names this firing, and no other."""
    match: dict[str, str]
    """What a silence of it alone matches."""
    is_acknowledged: bool
    """Whether somebody takes care of it now."""
    sentence: str
    """What is bad, how much, against which limit, and since when."""


def firing(store: StoreReader, name: str, now: float) -> Firing | None:
    """Return the alert of this name, as people call it; None while it does not fire."""
    found = [one for one in records(store, [keys.alert_named(name)]) if one.fired]
    return next(iter(_firings(store, found, now)), None)


def firings(store: StoreReader, episodes: Collection[str], now: float) -> list[Firing]:
    """Return the alerts of some firings, of those that are not over."""
    found = [one for one in all_alerts(store) if one.fired and one.episode in episodes]
    return _firings(store, found, now)


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


def _firings(store: StoreReader, found: Sequence[Active], now: float) -> list[Firing]:
    known = acknowledgements(store) if found else {}

    def firing_of(one: Active) -> Firing:
        match = {"rule": escape(one.rule), "thing": escape(one.thing)}
        of = known.get(one.episode)
        is_acknowledged = of is not None and (not of.until or now < of.until)
        return Firing(one.name, one.episode, match, is_acknowledged, alert_in_words(one, now))

    return [firing_of(one) for one in found]


def _is_about(name: str, match: Mapping[str, str]) -> bool:
    rule, thing = keys.parts_of(keys.alert_named(name))
    return fnmatchcase(rule, match.get("rule", "*")) and fnmatchcase(thing, match.get("thing", "*"))


def _decoded(key: str, texts: Sequence[str], form: type[T]) -> list[T]:
    """Return what can be read: what is damaged hides nothing else. Whoever evaluates says so."""
    found: list[T] = []
    for text in texts:
        try:
            found.append(msgspec.json.decode(text, type=form))
        except UNREADABLE:
            log.debug("%s holds something that is not ours", key)
    return found
