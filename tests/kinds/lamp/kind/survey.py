"""Which lamps there are, and what is to be said of each at the horizon."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.kinds.lamp import keys
from blinkenlights.kinds.lamp.states import STATES

from blinkenlights.clock import CLOCK_TOLERANCE
from blinkenlights.globs import matcher
from blinkenlights.plugin.hearing import possible_sources, silence
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.nagios import Critical, Ok, ServiceState, Unknown
from blinkenlights.store.hashes import pairs, parsed
from blinkenlights.store.reader import Command, Reply
from blinkenlights.store.sets import lowest, scores

DEFAULT_LIMIT = 120.0
"""Seconds after which a lamp is silent of which nobody says otherwise."""
COMMANDS: tuple[Command, ...] = (
    ("HGETALL", keys.FACTS),
    ("HGETALL", keys.EXPECTED),
    lowest(keys.RETIRED),
    ("GET", keys.LIMITS),
)
"""What to ask the store for, in this order, to judge lamps."""
_ORDER = [state.word for state in STATES]


class Judged(NamedTuple):
    """One lamp, judged."""

    name: str
    word: str
    """As `states.STATES` has it."""
    status: ServiceState
    seen: float
    """When it last told anything; 0 for never."""
    silence: float
    """Seconds without a word while we could hear."""
    limit: float


def survey(replies: Sequence[Reply], horizon: Horizon, names: Sequence[str]) -> list[Judged]:
    """Return the lamps that match some globs, or all, worst first, from replies to `COMMANDS`."""
    facts, expected, retired, limits = replies
    gone = scores(retired)
    known = {name: parsed(keys.parse_facts, text, keys.FACTS) for name, text in pairs(facts)}
    demanded = [(one["name"], float(one["silent"])) for one in json.loads(limits or "[]")]

    def limit_of(name: str) -> float:
        return next((limit for glob, limit in demanded if matcher([glob])(name)), DEFAULT_LIMIT)

    judged = [
        Judged(name, "retired", Ok, one.seen, 0.0, limit_of(name))
        if name in gone
        else _judged(name, one, horizon, limit_of(name))
        for name, one in known.items()
    ]
    for name, since in pairs(expected):
        if name not in known:
            limit = limit_of(name)
            lasted = silence(horizon, float(since), limit, possible_sources(horizon, ""))
            status = Critical if lasted > limit else Ok
            judged.append(Judged(name, "expected", status, 0.0, lasted, limit))
    wanted = matcher(names or ["*"])
    return sorted(
        (one for one in judged if wanted(one.name)), key=lambda one: (_ORDER.index(one.word), one)
    )


def _judged(name: str, facts: keys.Facts, horizon: Horizon, limit: float) -> Judged:
    age = max(0.0, horizon.judged_at - facts.seen)
    judged = Judged(name, "on", Ok, facts.seen, age, limit)
    if facts.seen > horizon.now + CLOCK_TOLERANCE:
        return judged._replace(word="ahead", status=Unknown)
    if age > limit:
        lasted = horizon.silence(facts.seen, limit, facts.source)
        if lasted > limit:
            return judged._replace(word="silent", status=Critical, silence=lasted)
        return judged._replace(word="unheard", status=Unknown)
    return judged if facts.is_on else judged._replace(word="off", status=Critical)
