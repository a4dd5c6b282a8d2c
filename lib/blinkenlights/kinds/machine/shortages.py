"""Which pools have too few living machines, and since when."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from blinkenlights.kinds.machine.judge import Judged, MachineJudge

DEAD = ("lost", "silent", "ahead")
"""A late one is dead, too, where nothing worse is said of its silence."""


class PoolCount(NamedTuple):
    """How many machines a pool has, and how many of them are dead beyond those listed."""

    total: int
    unlisted: int = 0


class PoolShortage(NamedTuple):
    """A pool with too few living machines, or of which nobody can know that it has enough."""

    pool: str
    alive: int
    minimum: int
    quarantined: int
    since: float | None
    """When there were last enough, as far as that is known; None when never."""
    doubt: str
    """Why it is not certain, in words; empty when it is."""


def shortages_of(
    judge: MachineJudge,
    minima: Mapping[str, int],
    counts: Mapping[str, PoolCount],
    judged: Sequence[Judged],
    age: float | None,
) -> list[PoolShortage]:
    """Return those of `minima`, pool -> least number, with fewer machines that may live.

    Those that could not be heard may live; those in quarantine do no work and are not counted.

    Args:
        judge: Knows the limits.
        minima: What is demanded.
        counts: Of each of these pools.
        judged: All machines that are not well, or more.
        age: Seconds since the store is new, None when that is not known. In a young one some may
            not have been heard yet who live.
    """
    found = []
    for pool, minimum in minima.items():
        here = [one for one in judged if one.pool == pool]
        has_critical = judge.limits.ages(pool)[1] is not None
        dead = [
            one for one in here if one.word in DEAD or (one.word == "late" and not has_critical)
        ]
        resting = sum(one.word == "quarantined" for one in here)
        total, unlisted = counts[pool]
        alive = total - len(dead) - resting - unlisted
        patience = judge.limits.patience(pool)
        if alive >= minimum:
            if patience is None:
                doubt = "silence is not judged, set a limit with -c or in [[pool]]"
                found.append(PoolShortage(pool, alive, minimum, resting, None, doubt))
            continue
        doubt = ""
        if total - resting < minimum and age is not None and age < (patience or 0.0):
            doubt = "this store is younger than their limit"
        last = sorted((one.seen for one in dead), reverse=True)
        lacking = minimum - alive - 1
        since = last[lacking] if lacking < len(last) and not unlisted else None
        found.append(PoolShortage(pool, alive, minimum, resting, since or None, doubt))
    return sorted(found, key=lambda one: (bool(one.doubt), one.alive - one.minimum, one.pool))
