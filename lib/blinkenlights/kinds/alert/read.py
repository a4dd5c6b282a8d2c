"""Reads what the evaluator stored of rules and alerts."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active, Evaluated
from blinkenlights.kinds.alert.unpacking import (
    NOT_OURS,
    parse_active,
    parse_evaluated,
    text_in,
    texts_in,
)
from blinkenlights.plugin.reports import number
from blinkenlights.plugin.words import clean
from blinkenlights.store import hashes
from blinkenlights.store.reader import Command, StoreReader
from blinkenlights.store.sets import MEMBERS_AT_ONCE, MOST_LISTED

T = TypeVar("T")


class Acknowledged(NamedTuple):
    """Who has taken care of an alert. Times are seconds since the epoch."""

    by: str
    at: float
    until: float
    """0 for the end of the alert."""
    reason: str

    @property
    def in_words(self) -> str:
        """Return who has, and what is done about it."""
        why = f": {clean(self.reason)}" if self.reason else ""
        return f"acknowledged by {clean(self.by)}{why}"

    def counts(self, now: float) -> bool:
        """Return whether it still counts."""
        return not self.until or now < self.until


class LastTold(NamedTuple):
    """What was told last of an alert. Times are seconds since the epoch."""

    at: float
    receiver: str
    title: str


class Damage:
    """What in the store is not ours, and cannot be read: it costs itself only."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        """What each is called, in the order in which it was found."""

    def readable(
        self, parse: Callable[[str], T], key: str, texts: Iterable[tuple[str, str | None]]
    ) -> dict[str, T]:
        """Return name -> value, of those that can be read.

        Args:
            parse: Makes a value of its text.
            key: Where they are.
            texts: Names and texts; None where there is none.
        """
        values: dict[str, T] = {}
        for name, text in texts:
            if text is None:
                continue
            try:
                values[name] = parse(text)
            except (ValueError, RecursionError):
                # Whoever evaluates says so in its log.
                self.found[f"{key} {name.replace(keys.SEPARATOR, ' ')}"] = None
        return values


def rules_named(
    store: StoreReader, names: Sequence[str], damage: Damage | None = None
) -> dict[str, Evaluated]:
    """Return what came of the rules that have a name or match a glob; of all without any.

    Raises a StoreError. What cannot be read is left out, and noted in `damage`.
    """
    damage = damage or Damage()
    if names and not any(map(is_glob, names)):
        texts = _texts(store, keys.RULES, names)
        return damage.readable(parse_evaluated, keys.RULES, texts)
    [reply] = store.ask(("HGETALL", keys.RULES))
    matches = matcher(names or ["*"])
    found = [(name, text) for name, text in hashes.pairs(reply) if matches(name)]
    return damage.readable(parse_evaluated, keys.RULES, found)


def alerts_of(
    store: StoreReader, rules: Sequence[str], damage: Damage | None = None
) -> dict[str, list[Active]]:
    """Return the alerts of some rules, those that were bad first first; raises a StoreError."""
    commands: list[Command] = [_of_rule(rule) for rule in rules]
    replies = store.ask(*commands) if commands else []
    return {
        rule: _by_age(records(store, fields, damage))
        for rule, fields in zip(rules, replies, strict=True)
    }


def all_alerts(store: StoreReader) -> list[Active]:
    """Return all alerts, those that were bad first first; raises a StoreError."""
    [fields] = store.ask(("ZRANGE", keys.ACTIVE, 0, MOST_LISTED - 1))
    return _by_age(records(store, fields))


def records(
    store: StoreReader, fields: Sequence[str], damage: Damage | None = None
) -> list[Active]:
    """Return exactly these alerts, of those that are not over; raises a StoreError.

    The canary is none of them. What cannot be read is left out, and noted in `damage`.
    """
    damage = damage or Damage()
    texts = _texts(store, keys.RECORDS, fields)
    found = damage.readable(parse_active, keys.RECORDS, texts).values()
    return [one for one in found if not one.over and one.rule != keys.CANARY_RULE]


def acknowledgements(store: StoreReader) -> Mapping[str, Acknowledged]:
    """Return who has taken care of what, by episode; raises a StoreError."""
    [reply] = store.ask(("HGETALL", keys.ACKNOWLEDGED))
    return Damage().readable(_acknowledged, keys.ACKNOWLEDGED, hashes.pairs(reply))


def last_told(store: StoreReader, names: Collection[str]) -> dict[str, LastTold]:
    """Return what was told last of some alerts, by what people call them; raises a StoreError.

    Nothing of those of whom nobody was told lately.
    """
    [reply] = store.ask(("LRANGE", keys.HISTORY, 0, -1))
    found: dict[str, LastTold] = {}
    rows = ((str(place), text) for place, text in enumerate(reply))
    for of, told in Damage().readable(_told, keys.HISTORY, rows).values():
        found |= {name: told for name in of if name in names and name not in found}
    return found


def _texts(store: StoreReader, key: str, fields: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield fields of a hash and what they hold."""
    for start in range(0, len(fields), MEMBERS_AT_ONCE):
        some = fields[start : start + MEMBERS_AT_ONCE]
        [reply] = store.ask(("HMGET", key, *some))
        yield from zip(some, reply, strict=True)


def _told(text: str) -> tuple[list[str], LastTold]:
    raw = json.loads(text)
    try:
        told = LastTold(number(raw["at"]), text_in(raw["receiver"]), text_in(raw["title"]))
        return texts_in(raw.get("alerts", [])), told
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def _acknowledged(text: str) -> Acknowledged:
    raw = json.loads(text)
    try:
        return Acknowledged(
            text_in(raw["by"]),
            number(raw["at"]),
            number(raw.get("until", 0.0)),
            text_in(raw.get("reason", "")),
        )
    except NOT_OURS as error:
        raise ValueError(f"{error!r}") from error


def _of_rule(rule: str) -> Command:
    start = keys.alert_of(rule, "")
    return ("ZRANGEBYLEX", keys.ACTIVE, f"[{start}", f"({start}\U0010ffff")


def _by_age(found: Sequence[Active]) -> list[Active]:
    return sorted(found, key=lambda one: (one.since, one.thing))
