"""What was learned in the store of a simulation."""

import json
import math
from functools import cache
from random import Random
from typing import Any

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.kept import Kept, begun, pack_kept, taught, unpack_kept
from blinkenlights.kinds.expected import keys
from servers.simulation import Simulation

FIVE_MINUTES = 300


def packed_states(simulation: Simulation, sort: str = "client") -> dict[str, bytes]:
    """Return the states of a sort, as they are stored."""
    redis: Any = simulation.client.redis
    packed = simulation.run(simulation.client.ask(redis.hgetall(keys.STATES + sort)))
    return {name.decode(): state for name, state in packed.items()}


def kept_states(simulation: Simulation, sort: str = "client") -> dict[str, Kept]:
    """Return what is kept of each series of a sort."""
    found = {}
    for name, packed in packed_states(simulation, sort).items():
        kept = unpack_kept(packed)
        assert kept is not None
        found[name] = kept
    return found


def detector_of(simulation: Simulation, name: str, sort: str = "client") -> Detector:
    """Return the detector of a series."""
    return kept_states(simulation, sort)[name].detector


def put(simulation: Simulation, name: str, kept: Kept, sort: str = "client") -> None:
    """Store what is kept of a series."""
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.hset(keys.STATES + sort, name, pack_kept(kept))))


def after_rows(rows: list[tuple[float, float]]) -> Kept:
    """Return what is kept after some rows."""
    kept = begun()
    for moment, value in rows:
        kept = taught(kept, moment, value)
    return kept


def configure(simulation: Simulation, **told: object) -> None:
    """Say how it is learned, as a collector does with each interval."""
    settings = {"interval": FIVE_MINUTES, "zone": "UTC", "excluded": [], **told}
    redis: Any = simulation.client.redis
    simulation.run(simulation.client.ask(redis.set(keys.SETTINGS, json.dumps(settings))))


@cache
def _packed(peak: float, days: float, end: float, seed: int) -> bytes:
    chance = Random(seed)  # noqa: S311 - a simulation
    rows = []
    moment = end - days * 86400
    while moment < end:
        by_day = 0.6 + 0.4 * math.sin(2 * math.pi * moment / 86400)
        mean = peak * by_day
        rows.append((moment, float(max(0, round(chance.gauss(mean, math.sqrt(mean)))))))
        moment += FIVE_MINUTES
    return pack_kept(after_rows(rows))


def usual(end: float, *, peak: float = 300, days: float = 21, seed: int = 1) -> Kept:
    """Return what is kept of a client of whom so many came in five minutes, up to a moment."""
    kept = unpack_kept(_packed(peak, days, end // FIVE_MINUTES * FIVE_MINUTES, seed))
    assert kept is not None
    return kept
