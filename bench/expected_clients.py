"""Measures both questions on simulated clients: what is told of incidents, and false alarms.

    python bench/expected_clients.py [--clients N] [--seed FIRST]

Each line is a sort of client: N clients, six weeks, an incident every 20 to 40 hours from the
fourth week on. For each sort of incident it says how many were told before they ended, how many
within 15 and within 20 minutes, and in how many minutes, as median and worst. In brackets stands
the theoretical power: how many the same test tells of the same rows when it knows rate and noise
beforehand and has nothing to learn.
"""

import argparse
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import starmap
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

sys.path.append(str(Path(__file__).parents[1] / "lib"))

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.looking_back import furthest, is_leaning, look_back
from blinkenlights.expected.noise import Noise
from blinkenlights.expected.shortfall import Answer, Question, judge
from simulated_clients import DAY, KINDS, SHAPE, SORTS, START, STEP, Client, Sort, simulate

WEEKS = 6
JUDGED_FROM = START + 7 * DAY
MONTHS = (WEEKS * 7 - 7) / 30.4
"""Of one client, in which it can alarm."""
AFTERMATH = 3600
"""Seconds after an incident in which an alarm still belongs to it."""
QUESTIONS = (Question(0.5, 600), Question(0.8, 3600))
ALARM = 0.5
SOON = (15, 20)
"""Minutes in which an incident should be told: ten and an interval, and twenty."""


class Told(NamedTuple):
    """What was told of one client."""

    false_alarms: int
    unjudged: float
    """Share of healthy rows that were too few to judge."""
    minutes: Sequence[tuple[str, float | None]]
    """For each incident its name, and minutes until it was told."""
    ideal: Sequence[tuple[str, float | None]]
    """The same by who knows rate and noise beforehand."""


class KnownNoise(Noise):
    """The noise that a client was made with."""

    def __init__(self, sort: Sort) -> None:
        super().__init__()
        self._sort = sort

    def variance(self, seconds: float, step: float) -> float:
        """Return the relative variance of sums over some seconds, beyond that of counting."""
        return step / (SHAPE * seconds) if self._sort.bursty else 0.0


class Knowing(Detector):
    """Knows a client beforehand."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self.noise = KnownNoise(client.sort)

    def expected_mean(self, moment: float) -> float:
        """Return what a row has on average."""
        return self._client.mean(moment)

    def expected_doubt(self, moment: float) -> float:  # noqa: ARG002 - there is none
        """Return how wrong that may be."""
        return 0.0

    def rates_left(self) -> float:
        """Return how much is left to learn."""
        return 0.0


def main() -> None:
    """Print a table for each question."""
    parser = argparse.ArgumentParser(description="Measure both questions on simulated clients.")
    parser.add_argument("--clients", type=int, default=6, help="of each sort (default: 6)")
    parser.add_argument("--seed", type=int, default=0, help="of the first client (default: 0)")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.clients)
    with Pool() as pool:
        for question in QUESTIONS:
            print(f"below {question.share:.0%} for {question.seconds / 60:.0f} minutes")
            for sort in SORTS:
                given = [(sort, seed, question) for seed in seeds]
                print(line(sort, pool.starmap(share_told, given)), flush=True)
        print("unusual, at 0.5")
        for sort in SORTS:
            simulated = [(sort, seed) for seed in seeds]
            print(line(sort, pool.starmap(unusual_told, simulated)), flush=True)


def share_told(sort: Sort, seed: int, question: Question) -> Told:
    """Ask the first question after each row of a client."""
    client = simulate(sort, seed)
    detector, knowing = Detector(), Knowing(client)
    rows = [(end - STEP, value) for end, value in client.rows]
    alarms: list[float] = []
    ideal: list[float] = []
    few = judged = 0
    back = round(furthest(question.seconds) / STEP)
    for at, (start, value) in enumerate(rows):
        detector.update(start, value)
        end = start + STEP
        if end <= JUDGED_FROM:
            continue
        recent = rows[max(0, at + 1 - back) : at + 1]
        answer = answered(detector, recent, question, end)
        judged += 1
        few += answer is Answer.TOO_FEW
        if answer is Answer.BELOW:
            alarms.append(end)
        if answered(knowing, recent, question, end) is Answer.BELOW:
            ideal.append(end)
    return Told(
        false_alarms(client, alarms), few / judged, told(client, alarms), told(client, ideal)
    )


def answered(
    detector: Detector, rows: Sequence[tuple[float, float]], question: Question, end: float
) -> Answer:
    """Return what is answered to a question about the time before a moment."""
    asked = rows[-round(question.seconds / STEP) :]
    judgement = judge(detector, asked, question, says_enough=False)
    if is_leaning(detector, judgement, question) and look_back(detector, rows, question, end):
        return question.beyond
    return judgement.answer


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


def line(sort: Sort, clients: Sequence[Told]) -> str:
    """Return the line of a sort."""
    alarms = sum(each.false_alarms for each in clients) / (len(clients) * MONTHS)
    few = statistics.mean(each.unjudged for each in clients)
    cells = [f"{sort!s:22}", f"false alarms a month {alarms:4.1f}", f"too few {few:4.0%}"]
    return "  ".join([*cells, *starmap(cell, ((kind.name, clients) for kind in KINDS))])


def cell(name: str, clients: Sequence[Told]) -> str:
    """Return what was told of a sort of incident."""
    minutes = list(_of(name, (each.minutes for each in clients)))
    ideal = list(_of(name, (each.ideal for each in clients)))
    if not minutes:
        return f"{name}: none"
    known = sorted(each for each in minutes if each is not None)
    shares = ", ".join(
        [
            _share(minutes, ideal, math.inf),
            *(f"{_share(minutes, ideal, soon)} in {soon} min" for soon in SOON),
        ]
    )
    time = f" {statistics.median(known):.0f}/{known[-1]:.0f} min" if known else ""
    return f"{name}: {shares}{time}"


def _share(minutes: Sequence[float | None], ideal: Sequence[float | None], within: float) -> str:
    shares = [
        f"{sum(each is not None and each <= within for each in some) / len(some):.0%}"
        for some in (minutes, ideal)
        if some
    ]
    return shares[0] if len(shares) == 1 else f"{shares[0]} ({shares[1]})"


def _of(name: str, lists: Iterator[Sequence[tuple[str, float | None]]]) -> Iterator[float | None]:
    return (value for each in lists for kind, value in each if kind == name)


if __name__ == "__main__":
    main()
