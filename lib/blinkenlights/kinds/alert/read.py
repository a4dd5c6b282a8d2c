"""Reads what the evaluator stored of rules and alerts."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.keys import Active, Evaluated
from blinkenlights.store import hashes
from blinkenlights.store.reader import Command, StoreReader
from blinkenlights.store.sets import MOST_LISTED


class Acknowledged(NamedTuple):
    """Who has taken care of an alert. Times are seconds since the epoch."""

    by: str
    at: float
    until: float
    """0 for the end of the alert."""
    reason: str


class LastTold(NamedTuple):
    """What was told last of an alert. Times are seconds since the epoch."""

    at: float
    receiver: str
    title: str


def rules_named(store: StoreReader, names: Sequence[str]) -> dict[str, Evaluated]:
    """Return what came of the rules that have a name or match a glob; of all without any.

    Raises a StoreError.
    """
    if names and not any(map(is_glob, names)):
        return hashes.values_of(store, keys.RULES, names, keys.parse_evaluated)
    [reply] = store.ask(("HGETALL", keys.RULES))
    matches = matcher(names or ["*"])
    return {
        name: hashes.parsed(keys.parse_evaluated, text, keys.RULES)
        for name, text in hashes.pairs(reply)
        if matches(name)
    }


def alerts_of(store: StoreReader, rules: Sequence[str]) -> dict[str, list[Active]]:
    """Return the alerts of some rules, those that were bad first first; raises a StoreError."""
    commands: list[Command] = [_of_rule(rule) for rule in rules]
    replies = store.ask(*commands) if commands else []
    return {
        rule: _by_age(records(store, fields)) for rule, fields in zip(rules, replies, strict=True)
    }


def all_alerts(store: StoreReader) -> list[Active]:
    """Return all alerts, those that were bad first first; raises a StoreError."""
    [fields] = store.ask(("ZRANGE", keys.ACTIVE, 0, MOST_LISTED - 1))
    return _by_age(records(store, fields))


def records(store: StoreReader, fields: Sequence[str]) -> list[Active]:
    """Return exactly these alerts, of those that are not over; raises a StoreError.

    The canary is none of them.
    """
    found = hashes.values_of(store, keys.RECORDS, fields, keys.parse_active).values()
    return [one for one in found if not one.over and one.rule != keys.CANARY_RULE]


def acknowledgements(store: StoreReader) -> Mapping[str, Acknowledged]:
    """Return who has taken care of what, by episode; raises a StoreError."""
    [reply] = store.ask(("HGETALL", keys.ACKNOWLEDGED))
    return {
        episode: hashes.parsed(_acknowledged, text, keys.ACKNOWLEDGED)
        for episode, text in hashes.pairs(reply)
    }


def last_told(store: StoreReader, names: Collection[str]) -> dict[str, LastTold]:
    """Return what was told last of some alerts, by what people call them; raises a StoreError.

    Nothing of those of whom nobody was told lately.
    """
    [reply] = store.ask(("LRANGE", keys.HISTORY, 0, -1))
    found: dict[str, LastTold] = {}
    for text in reply:
        of, told = hashes.parsed(_told, text, keys.HISTORY)
        found |= {name: told for name in of if name in names and name not in found}
    return found


def _told(text: str) -> tuple[list[str], LastTold]:
    raw = json.loads(text)
    try:
        told = LastTold(float(raw["at"]), str(raw["receiver"]), str(raw["title"]))
        return list(map(str, raw.get("alerts", ()))), told
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error!r}") from error


def _acknowledged(text: str) -> Acknowledged:
    raw = json.loads(text)
    try:
        return Acknowledged(
            str(raw["by"]),
            float(raw["at"]),
            float(raw.get("until", 0.0)),
            str(raw.get("reason", "")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error!r}") from error


def _of_rule(rule: str) -> Command:
    start = keys.alert_of(rule, "")
    return ("ZRANGEBYLEX", keys.ACTIVE, f"[{start}", f"({start}\U0010ffff")


def _by_age(found: Sequence[Active]) -> list[Active]:
    return sorted(found, key=lambda one: (one.since, one.thing))
