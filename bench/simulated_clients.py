"""Simulated clients of transfers with exact labels: what they took, and when something was wrong.

Nothing is learned from real data: the shape of day and week, drift, noise and incidents are made,
so that each incident is known to the interval.
"""

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

STEP = 300
"""Seconds of one interval."""
DAY, WEEK = 86400, 7 * 86400
START = 1_767_571_200
"""A Monday, 2026-01-05T00:00Z."""
NIGHT, WEEKEND = 0.35, 0.5
"""Share of the busiest hour that is left at night, and share of a weekday at a weekend."""
DRIFT = 0.2
"""By how much the rate grows or shrinks over the six weeks."""
SHAPE = 5.0
"""Of the negative binomial distribution: the rate itself varies by 1 in the square root of it."""
HEALTHY_WEEKS = 3
"""Before the first incident."""
FEW = 10
"""Mean below which Poisson's numbers are made one event after the other."""
INNER, OUTER = 0.07, 0.013
"""Of the transformed rejection, as its author gives them."""
BETWEEN = (20 * 3600, 40 * 3600)
"""Seconds from one incident to the next."""


class Incident(NamedTuple):
    """Something that was wrong with a client, `start` up to but not including `end`."""

    name: str
    start: int
    end: int
    left: float
    """Share of the usual rate that still went through."""


class Kind(NamedTuple):
    """A kind of incident."""

    name: str
    seconds: int
    left: float


KINDS = (
    Kind("out 5 min", 300, 0.0),
    Kind("out 60 min", 3600, 0.0),
    Kind("-70 % for 2 h", 7200, 0.3),
    Kind("-30 % for 6 h", 21600, 0.7),
)


class Sort(NamedTuple):
    """How much a client takes in an interval of its busiest hour, and how evenly."""

    peak: float
    bursty: bool
    """Negative binomial instead of Poisson."""

    def __str__(self) -> str:
        """Return it as tables have it."""
        return f"{self.peak:g} {'negative binomial' if self.bursty else 'Poisson'}"


SORTS = tuple(Sort(peak, bursty) for peak in (25, 300, 3000) for bursty in (False, True))


class Client(NamedTuple):
    """One client: rows of (end of the interval in seconds since the epoch, count), and labels."""

    sort: Sort
    drift: float
    """By how much the rate grows over the six weeks."""
    rows: Sequence[tuple[float, float]]
    incidents: Sequence[Incident]

    def mean(self, start: float, step: int = STEP) -> float:
        """Return what an interval that begins then has on average while all is well."""
        by_now = 1 + self.drift * (start - START) / (6 * WEEK)
        return self.sort.peak * (step / STEP) * usual_share(start) * by_now


def simulate(
    sort: Sort,
    seed: int,
    *,
    weeks: int = 6,
    kinds: Sequence[Kind] = KINDS,
    step: int = STEP,
    healthy_weeks: int = HEALTHY_WEEKS,
) -> Client:
    """Return one client; the same seed gives the same client. `kinds` empty gives a healthy one."""
    chance = Random(f"{sort} {seed} {weeks} {step}")
    end = START + weeks * WEEK
    first = START + healthy_weeks * WEEK
    incidents = tuple(_incidents(chance, kinds, first, end, step)) if kinds else ()
    drift = chance.choice((-DRIFT, DRIFT))
    rows: list[tuple[float, float]] = []
    client = Client(sort, drift, rows, incidents)
    remaining = list(reversed(incidents))
    for start in range(START, end, step):
        mean = client.mean(start, step)
        while remaining and remaining[-1].end <= start:
            remaining.pop()
        if remaining and remaining[-1].start <= start:
            mean *= remaining[-1].left
        if sort.bursty and mean:
            mean *= chance.gammavariate(SHAPE, 1 / SHAPE)
        rows.append((float(start + step), float(poisson(chance, mean))))
    return client


def usual_share(moment: float) -> float:
    """Return the share of the busiest hour at a moment: by day and night, and at the weekend."""
    day = 0.5 - 0.5 * math.cos(2 * math.pi * (moment % DAY) / DAY)
    weekend = WEEKEND if (moment - START) % WEEK >= 5 * DAY else 1.0
    return weekend * (NIGHT + (1 - NIGHT) * day)


def _incidents(
    chance: Random, kinds: Sequence[Kind], first: int, end: int, step: int
) -> Iterator[Incident]:
    moment = first
    while True:
        kind = chance.choice(kinds)
        moment += round(chance.uniform(*BETWEEN) / step) * step
        if moment + kind.seconds > end:
            return
        yield Incident(kind.name, moment, moment + kind.seconds, kind.left)
        moment += kind.seconds


def poisson(chance: Random, mean: float) -> int:
    """Return a number with Poisson's distribution; exact for every mean.

    Small means multiply uniform numbers (Knuth). Large ones use the transformed rejection PTRS
    (Hörmann, The transformed rejection method for generating Poisson random variables, 1993).
    """
    if mean < FEW:
        limit, product, count = math.exp(-mean), chance.random(), 0
        while product > limit:
            product *= chance.random()
            count += 1
        return count
    log_mean = math.log(mean)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2)
    while True:
        u = chance.random() - 0.5
        v = 1 - chance.random()
        us = 0.5 - abs(u)
        if us == 0:
            continue
        count = math.floor((2 * a / us + b) * u + mean + 0.43)
        if us >= INNER and v <= v_r:
            return count
        if count < 0 or (us < OUTER and v > us):
            continue
        if math.log(v * alpha / (a / (us * us) + b)) <= (
            count * log_mean - mean - math.lgamma(count + 1)
        ):
            return count
