"""Transfers a second through one collector, and through two, against a bare consumer."""

from collections.abc import Iterator
from functools import partial

from collector_rate import Race
from progress import say
from rounds import take_turns
from table import Limit, Line
from transfer_fleet import reports
from waiting_queue import waiting_queue
from workplace import Workplace

MESSAGES = 60_000
CLIENTS = 1_000
ROUNDS = 5


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield the two lines."""
    store = workplace.store()
    with waiting_queue(workplace.broker.url) as queue:
        race = Race(workplace, queue, store, "transfer", partial(reports, clients=CLIENTS))
        say(f"transfers: draining {MESSAGES:,} reports, {ROUNDS} rounds")
        figures = take_turns(
            "transfers",
            ROUNDS,
            bare=race.bare,
            one=race.collector,
            two=partial(race.collector, collectors=2),
        )
    for name, who in (("one", "one collector"), ("two", "two collectors")):
        yield Line(
            f"{who}, draining {MESSAGES:,} transfers",
            f"{figures.median(name):,.0f}/s",
            f"{figures.median('bare'):,.0f}/s bare pika consumer",
            figures.ratio(name, "bare"),
            wanted=Limit(least=0.5),
        )
