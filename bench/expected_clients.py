"""Measures both questions on simulated clients: what is told of incidents, and false alarms.

    python bench/expected_clients.py [--clients N] [--seed FIRST]

Each line is a sort of client: N clients, six weeks, an incident every 20 to 40 hours from the
fourth week on. For each sort of incident it says how many were told before they ended, how many
within 15 and within 20 minutes, and in how many minutes, as median and worst. In brackets stands
the theoretical power: how many the same test tells of the same rows when it knows rate and noise
beforehand and has nothing to learn. The incidents of which the first row was expected to have 25 or
more are a line of their own, and so are the others: a client of 25 at noon has 4 in a night of a
weekend.
"""

import argparse
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
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


FEW = 25
"""Of an interval, below which a drop by 70 % cannot be told within 20 minutes."""


class Found(NamedTuple):
    """What was told of one incident."""

    name: str
    expected: float
    """Of its first interval."""
    minutes: float | None
    """Until it was told; None when it was not."""


class Told(NamedTuple):
    """What was told of one client."""

    false_alarms: int
    unjudged: float
    """Share of healthy rows that were too few to judge."""
    found: Sequence[Found]
    ideal: Sequence[Found]
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


def told(client: Client, alarms: Sequence[float]) -> list[Found]:
    """Return for each incident in how many minutes it was told."""
    found = []
    for each in client.incidents:
        within = [end for end in alarms if each.start < end <= each.end + STEP]
        minutes = (within[0] - each.start) / 60 if within else None
        found.append(Found(each.name, client.mean(each.start), minutes))
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
    head = f"{sort!s:22}  false alarms a month {alarms:4.1f}  too few {few:4.0%}"
    return "\n".join([head, *lines("25 and more", clients, few=False), *lines("fewer", clients)])


def lines(title: str, clients: Sequence[Told], *, few: bool = True) -> Iterator[str]:
    """Yield what was told of incidents with few expected, or with many; nothing without any."""
    for kind in KINDS:
        known = [each for told in clients for each in told.found if _is(each, kind.name, few)]
        ideal = [each for told in clients for each in told.ideal if _is(each, kind.name, few)]
        if known:
            yield f"    {title:11}  {kind.name:13}  {cell(known, ideal)}"


def _is(found: Found, name: str, few: bool) -> bool:
    return found.name == name and (found.expected < FEW) is few


def cell(found: Sequence[Found], ideal: Sequence[Found]) -> str:
    """Return what was told of incidents."""
    known = sorted(each.minutes for each in found if each.minutes is not None)
    shares = [f"told {_share(found, ideal, math.inf)}"]
    shares += [f"{_share(found, ideal, soon)} in {soon} min" for soon in SOON]
    time = f", {statistics.median(known):.0f}/{known[-1]:.0f} min" if known else ""
    return f"of {len(found)}: {', '.join(shares)}{time}"


def _share(found: Sequence[Found], ideal: Sequence[Found], within: float) -> str:
    shares = [
        f"{sum(each is not None and each <= within for each in minutes) / len(minutes):.0%}"
        for minutes in ([each.minutes for each in some] for some in (found, ideal))
        if minutes
    ]
    return shares[0] if len(shares) == 1 else f"{shares[0]} ({shares[1]})"


if __name__ == "__main__":
    main()
