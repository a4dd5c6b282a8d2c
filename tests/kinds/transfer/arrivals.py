"""Clients that report in many ways, in virtual time, and how often their habit is wrong.

Run it to print the table of docs/check_delivery.md, which takes some minutes:

    PYTHONPATH=lib python tests/kinds/transfer/arrivals.py
"""

import math
import random
import sys
from bisect import insort
from collections.abc import Callable, Iterator
from typing import NamedTuple

from blinkenlights.kinds.transfer.habit import KEPT, PATIENCE, SHORTEST, Habit

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
MONTH = 30 * DAY
MEMORY = 90 * DAY

Arrivals = Iterator[float]
"""When reports are of, in seconds, for ever."""


class Learner:
    """What store.lua keeps, of reports that come in order."""

    def __init__(self) -> None:
        """Know nothing."""
        self.habit: Habit | None = None
        self._pauses: list[tuple[int, int, int]] = []
        """Length, end and start, negative; the shortest first, and of equal ones the newer."""

    def take(self, time: float) -> bool:
        """Learn that a report is of `time`; return whether a pause was before it."""
        if self.habit is None:
            self.habit = Habit(time, time, [])
            return False
        start, end = int(self.habit.last), int(time)
        if end - start < SHORTEST:
            self.habit = self.habit._replace(last=time)
            return False
        insort(self._pauses, (end - start, -end, -start))
        if len(self._pauses) > KEPT:
            oldest = max(self._pauses, key=lambda pause: pause[1])
            self._pauses.remove(oldest if -oldest[1] < time - MEMORY else self._pauses[0])
        pauses = [(-start, -end) for _, end, start in reversed(self._pauses)]
        self.habit = Habit(self.habit.first, time, pauses)
        return True


def every(chance: random.Random, seconds: float, jitter: float) -> Arrivals:
    """One report after the other, with a normal jitter."""
    number = 0
    while True:
        number += 1
        yield number * seconds + chance.gauss(0, jitter)


def bursts(
    chance: random.Random, seconds: float, jitter: float, reports: int, width: float
) -> Arrivals:
    """So many reports within `width` seconds, again and again."""
    for start in every(chance, seconds, jitter):
        yield from sorted(start + chance.uniform(0, width) for _ in range(reports))


def poisson(chance: random.Random, mean: float) -> Arrivals:
    """At any time, as if each knew nothing of the others."""
    time = 0.0
    while True:
        time += chance.expovariate(1 / mean)
        yield time


def lognormal(chance: random.Random, mean: float, sigma: float) -> Arrivals:
    """Short gaps and, now and then, much longer ones."""
    time, mu = 0.0, math.log(mean) - sigma * sigma / 2
    while True:
        time += chance.lognormvariate(mu, sigma)
        yield time


def pareto(chance: random.Random, mean: float, alpha: float) -> Arrivals:
    """Heavier tails the smaller `alpha` is: below 2 their variance is infinite."""
    time = 0.0
    while True:
        time += mean * (alpha - 1) / alpha * chance.paretovariate(alpha)
        yield time


def office(chance: random.Random, mean: float) -> Arrivals:
    """As `poisson`, on work days from 8 to 18 o'clock."""
    day = 0
    while True:
        time = day * DAY
        while day % 7 < 5 and (time := time + chance.expovariate(1 / mean)) < day * DAY + 10 * HOUR:
            yield time
        day += 1


class Kind(NamedTuple):
    """A way to report, and how many clients to try for how many months."""

    arrivals: Callable[[random.Random], Arrivals]
    clients: int = 30
    months: int = 12


KINDS = {
    "steady, one a second": Kind(lambda chance: every(chance, 1, 0.1), 1, 1),
    "steady, one a minute": Kind(lambda chance: every(chance, 60, 2), 10, 6),
    "20 within 2 s, once a minute": Kind(lambda chance: bursts(chance, 60, 0.5, 20, 2), 2, 2),
    "10 within 20 s, every 15 minutes": Kind(lambda chance: bursts(chance, 900, 10, 10, 20), 10),
    "100 within 10 minutes, hourly": Kind(lambda chance: bursts(chance, HOUR, 60, 100, 600), 4, 6),
    "hourly, give or take 5 minutes": Kind(lambda chance: every(chance, HOUR, 300)),
    "daily, give or take 15 minutes": Kind(lambda chance: bursts(chance, DAY, 900, 20, 600)),
    "weekly, give or take an hour": Kind(lambda chance: bursts(chance, 7 * DAY, HOUR, 20, 600)),
    "Poisson, every 10 seconds": Kind(lambda chance: poisson(chance, 10), 4, 3),
    "Poisson, every minute": Kind(lambda chance: poisson(chance, MINUTE), 10, 6),
    "Poisson, every 10 minutes": Kind(lambda chance: poisson(chance, 10 * MINUTE), 20),
    "Poisson, every hour": Kind(lambda chance: poisson(chance, HOUR)),
    "Poisson, every day": Kind(lambda chance: poisson(chance, DAY), 100),
    "lognormal (1), every 10 minutes": Kind(lambda chance: lognormal(chance, 600, 1), 20),
    "lognormal (1), every hour": Kind(lambda chance: lognormal(chance, HOUR, 1)),
    "lognormal (1.5), every hour": Kind(lambda chance: lognormal(chance, HOUR, 1.5)),
    "Pareto (3), every 10 minutes": Kind(lambda chance: pareto(chance, 600, 3), 20),
    "Pareto (3), every hour": Kind(lambda chance: pareto(chance, HOUR, 3)),
    "Pareto (2), every hour": Kind(lambda chance: pareto(chance, HOUR, 2)),
    "Pareto (1.5), every hour": Kind(lambda chance: pareto(chance, HOUR, 1.5)),
    "office hours, every 2 minutes": Kind(lambda chance: office(chance, 120), 20),
}


class Watched(NamedTuple):
    """What became of one client."""

    alarms: list[float]
    """When it was called late and lived, in seconds since it began."""
    known: float | None
    """When it was judged first."""
    limits: list[tuple[float, int]]
    """Twice a month: after how many seconds a stop would be found, and its longest pause of the
    month before."""


def watch(arrivals: Arrivals, months: int) -> Watched:
    """Let a client report for so many months, and be judged all the time."""
    learner, usual, known = Learner(), None, None
    alarms: list[float] = []
    limits: list[tuple[float, int]] = []
    pauses: list[tuple[int, int]] = []
    born = last = next(arrivals)
    learner.take(born)
    next_look = MONTH / 2
    for time in arrivals:
        silence, age = time - last, time - born
        if age > months * MONTH:
            break
        if usual is None and learner.habit:
            usual = learner.habit.usual_pause
            known = last - born if usual else None
        if usual and silence > PATIENCE * usual:
            alarms.append(age)
        last = max(last, time)
        if silence < 0:
            continue
        if learner.take(time):
            usual = learner.habit.usual_pause if learner.habit else None
            known = age if usual and known is None else known
            pauses.append((int(silence), int(time)))
        if age > next_look:
            next_look += MONTH / 2
            pauses = [each for each in pauses if each[1] > time - MONTH]
            if usual:
                longest = max((length for length, _ in pauses), default=SHORTEST)
                limits.append((PATIENCE * usual, longest))
    return Watched(alarms, known, limits)


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seeded(seed: int) -> random.Random:
    """Return what is random in the same way each time."""
    return random.Random(seed)  # noqa: S311 - no secret


def main() -> None:
    """Print the table."""
    write("| clients | judged after | false alarms | in the first month | found within |")
    write("|---|---|---|---|---|")
    for name, kind in KINDS.items():
        each = [watch(kind.arrivals(seeded(n)), kind.months) for n in range(kind.clients)]
        alarms = sum(len(one.alarms) for one in each) / kind.clients / kind.months
        first = sum(when < MONTH for one in each for when in one.alarms) / kind.clients
        known = sorted(one.known for one in each if one.known is not None)
        ratios = sorted(limit / longest for one in each for limit, longest in one.limits)
        after = f"{known[len(known) // 2] / DAY:.1f} d" if known else "never"
        within = f"{ratios[len(ratios) // 2]:.1f}, at most {ratios[-1]:.1f}" if ratios else "-"
        write(f"| {name} | {after} | {alarms:.3f} | {first:.2f} | {within} |")


if __name__ == "__main__":
    main()
