"""Measures both questions on simulated clients: what is told of incidents, and false alarms.

    python bench/expected_clients.py [--clients N]

Each line is a sort of client: N clients, six weeks, an incident every 20 to 40 hours from the
fourth week on. For each sort of incident it says how many were told before they ended, in
brackets how many an ideal judge would tell, who knows rate and noise beforehand, and in how many
minutes, as median and worst.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import starmap
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).parents[1] / "lib"))

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.probability import chance_of_less
from blinkenlights.expected.shortfall import Answer, Question, allowed, judge
from simulated_clients import (
    DAY,
    KINDS,
    SHAPE,
    SORTS,
    START,
    STEP,
    Client,
    Incident,
    Sort,
    simulate,
    usual_share,
)

WEEKS = 6
JUDGED_FROM = START + 7 * DAY
MONTHS = (WEEKS * 7 - 7) / 30.4
"""Of one client, in which it can alarm."""
AFTERMATH = 3600
"""Seconds after an incident in which an alarm still belongs to it."""
QUESTIONS = (Question(0.5, 600), Question(0.8, 3600))
ALARM = 0.5


class Told(NamedTuple):
    """What was told of one client."""

    false_alarms: int
    unjudged: float
    """Share of healthy rows that were too few to judge."""
    minutes: Sequence[tuple[str, float | None]]
    """For each incident its name, and minutes until it was told."""
    ideal: Sequence[tuple[str, float]]
    """For each incident the chance that an ideal judge tells it."""


def main() -> None:
    """Print a table for each question."""
    parser = argparse.ArgumentParser(description="Measure both questions on simulated clients.")
    parser.add_argument("--clients", type=int, default=6, help="of each sort (default: 6)")
    clients: int = parser.parse_args().clients
    with Pool() as pool:
        for question in QUESTIONS:
            print(f"below {question.share:.0%} for {question.seconds / 60:.0f} minutes")
            for sort in SORTS:
                given = [(sort, seed, question) for seed in range(clients)]
                print(line(sort, pool.starmap(share_told, given)), flush=True)
        print("unusual, at 0.5")
        for sort in SORTS:
            seeds = [(sort, seed) for seed in range(clients)]
            print(line(sort, pool.starmap(unusual_told, seeds)), flush=True)


def share_told(sort: Sort, seed: int, question: Question) -> Told:
    """Ask the first question after each row of a client."""
    client = simulate(sort, seed)
    detector = Detector()
    length = round(question.seconds / STEP)
    recent: list[tuple[float, float]] = []
    alarms: list[float] = []
    few = judged = 0
    for end, value in client.rows:
        detector.update(end - STEP, value)
        recent = [*recent[1 - length :], (end - STEP, value)] if length > 1 else [(end, value)]
        if end <= JUDGED_FROM:
            continue
        answer = judge(detector, recent, question).answer
        judged += 1
        few += answer is Answer.TOO_FEW
        if answer is Answer.BELOW:
            alarms.append(end)
    ideal = [(each.name, ideal_chance(sort, each, question)) for each in client.incidents]
    return Told(false_alarms(client, alarms), few / judged, told(client, alarms), ideal)


def unusual_told(sort: Sort, seed: int) -> Told:
    """Take the scores of a client."""
    client = simulate(sort, seed)
    detector = Detector()
    alarms = [
        end for end, value in client.rows if detector.update(end - STEP, value).score >= ALARM
    ]
    alarms = [end for end in alarms if end > JUDGED_FROM]
    return Told(false_alarms(client, alarms), 0.0, told(client, alarms), ())


def told(client: Client, alarms: Sequence[float]) -> list[tuple[str, float | None]]:
    """Return for each incident in how many minutes it was told."""
    found = []
    for each in client.incidents:
        within = [end for end in alarms if each.start < end <= each.end + STEP]
        found.append((each.name, (within[0] - each.start) / 60 if within else None))
    return found


def false_alarms(client: Client, alarms: Sequence[float]) -> int:
    """Return how many alarms belong to no incident; rows one after the other are one alarm."""
    healthy = [
        end
        for end in alarms
        if not any(each.start < end <= each.end + AFTERMATH for each in client.incidents)
    ]
    return sum(
        later - before > STEP for before, later in zip([0.0, *healthy], healthy, strict=False)
    )


def ideal_chance(sort: Sort, incident: Incident, question: Question) -> float:
    """Return the chance that one of the times within an incident is beyond chance."""
    missed = 1.0
    start = incident.start
    while start + question.seconds <= incident.end:
        moments = range(start, round(start + question.seconds), STEP)
        mean = sort.peak * sum(map(usual_share, moments))
        variance = 1 / (SHAPE * len(moments)) if sort.bursty else 0.0
        edge = ideal_edge(mean, variance, question)
        if edge is not None:
            low = chance_of_less(edge, incident.left * mean, variance, counts=True)
            missed *= 1 - low
        start += round(question.seconds)
    return 1 - missed


def ideal_edge(mean: float, variance: float, question: Question) -> int | None:
    """Return the largest count that is below the share and beyond chance; None without one."""
    low, high = -1, int(question.share * mean)
    while low < high:
        middle = (low + high + 1) // 2
        if chance_of_less(middle, mean, variance, counts=True) <= allowed(question.seconds):
            low = middle
        else:
            high = middle - 1
    return low if low >= 0 else None


def line(sort: Sort, clients: Sequence[Told]) -> str:
    """Return the line of a sort."""
    alarms = sum(each.false_alarms for each in clients) / (len(clients) * MONTHS)
    few = statistics.mean(each.unjudged for each in clients)
    cells = [f"{sort!s:22}", f"false alarms a month {alarms:4.1f}", f"too few {few:4.0%}"]
    return "  ".join([*cells, *starmap(cell, ((kind.name, clients) for kind in KINDS))])


def cell(name: str, clients: Sequence[Told]) -> str:
    """Return what was told of a sort of incident."""
    minutes = list(_of(name, (each.minutes for each in clients)))
    known = sorted(each for each in minutes if each is not None)
    ideal = [chance for each in clients for kind, chance in each.ideal if kind == name]
    if not minutes:
        return f"{name}: none"
    theory = f" ({statistics.mean(ideal):.0%})" if ideal else ""
    time = f" {statistics.median(known):.0f}/{known[-1]:.0f} min" if known else ""
    return f"{name}: {len(known) / len(minutes):.0%}{theory}{time}"


def _of(name: str, lists: Iterator[Sequence[tuple[str, float | None]]]) -> Iterator[float | None]:
    return (value for each in lists for kind, value in each if kind == name)


if __name__ == "__main__":
    main()
