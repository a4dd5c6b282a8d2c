"""Messages that come more than once and in any order, to collectors that compete for them."""

import json
import random
from typing import Any, NamedTuple

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.heartbeat import keys
from faults.chain import Chain
from servers.waiting import wait_until

MESSAGES = 5000
SPAN = 10.0
"""Seconds over which they were sent: well within the clock tolerance, which is half an interval."""
INTERVALS = (50, 60, 600)


class Sent(NamedTuple):
    """One heartbeat of the roadmap form, or of one process in Vumi's form of 2013."""

    component: str
    event: float
    instance: str
    interval: int
    load: int

    @property
    def body(self) -> bytes:
        """The message."""
        further = {"interval": self.interval, "load": self.load, "timestamp": self.event}
        if not self.instance:
            return json.dumps({"name": self.component} | further).encode()
        host, pid = self.instance.split(":")
        system, worker = self.component.split(":")
        names = {"system_id": system, "worker_name": worker, "worker_id": "w", "hostname": host}
        return json.dumps(names | {"version": "20130319", "pid": int(pid)} | further).encode()


class Known(NamedTuple):
    """What the store should know of a component."""

    seen: float
    interval: int
    extras: object
    instances: dict[str, tuple[float, float]]
    """Name -> when first and last seen."""


def send(rng: random.Random, start: float) -> list[Sent]:
    """Return messages of twenty single components and of ten workers with three processes each."""
    singles = [(f"single {n}", "") for n in range(20)]
    workers = [(f"sys:worker {n}", f"host{n % 2}:{100 + p}") for n in range(10) for p in range(3)]
    senders = singles + workers
    sent = []
    for n in range(MESSAGES):
        component, instance = rng.choice(senders)
        event = round(start + SPAN * n / MESSAGES, 3)
        sent.append(Sent(component, event, instance, rng.choice(INTERVALS), n))
    return sent


def model(sent: list[Sent]) -> dict[str, Known]:
    """Return what is known after each message came once and in order: the newest one counts."""
    known: dict[str, Known] = {}
    for one in sent:
        instances = known[one.component].instances if one.component in known else {}
        first, _ = instances.get(one.instance, (one.event, one.event))
        instances[one.instance] = (first, one.event)
        extras = {"load": one.load}
        known[one.component] = Known(one.event, one.interval, extras, instances)
    return known


def stored(chain: Chain) -> dict[str, Known]:
    """Return what the store knows."""
    return {
        name: Known(
            facts.seen,
            facts.interval,
            json.loads(facts.extras),
            {one.name: (one.first, one.last) for one in facts.instances},
        )
        for name, facts in chain.facts().items()
    }


@pytest.mark.parametrize("waiting", [True, False], ids=["in a backlog", "as they come"])
def test_shuffled_and_repeated(chain: Chain, waiting: bool) -> None:
    """Two collectors store what one would that got each message once and in order."""
    rng = random.Random(20130319)  # noqa: S311 - the same at each run
    configs = [chain.config(name, batch_size=100, prefetch=200) for name in ("one", "two")]
    if waiting:
        chain.make_queue()
    else:
        collectors = [chain.consume(config) for config in configs]
    sent = send(rng, wall_clock() - SPAN)
    repeated = sent + rng.choices(sent, k=MESSAGES)
    rng.shuffle(repeated)
    chain.publish(*(one.body for one in repeated))
    if waiting:
        collectors = [chain.start(config) for config in configs]

    def shares() -> list[int]:
        return [report.stored for name in ("one", "two") if (report := chain.report(name))]

    wait_until(lambda: sum(shares()) == len(repeated), "all to be stored", 30)

    expected = model(sent)
    assert stored(chain) == expected
    assert chain.counters("stored:") == {"heartbeat": len(repeated)}
    ranked: list[Any] = [
        (
            interval,
            chain.client.zrange(f"{keys.SEEN_BY_INTERVAL}{interval}", 0, -1, withscores=True),
        )
        for interval in INTERVALS
    ]
    assert {
        name: (round(score, 3), interval) for interval, rows in ranked for name, score in rows
    } == {name: (known.seen, known.interval) for name, known in expected.items()}
    assert not chain.client.exists(keys.SKEWED)
    assert min(shares()) > 0
    assert [line for collector in collectors for line in collector.logged("error")] == []
