"""What becomes of probing when a scheduler, the store, the broker or all workers fail."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blinkenlights.kinds.endpoint.prober.locations import WORKER_LIMIT
from blinkenlights.probing.jobs import routes
from probing.scheduling.fleet import Fleet, now
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

MOST_LATE = 2.0
"""Seconds by which a run may be late whose scheduler died."""


@pytest.fixture
def pair(fleet: Fleet) -> Fleet:
    """Give two schedulers of which s1 leads, with endpoints of five seconds and a worker."""
    fleet.write(40, "5s")
    fleet.work()
    fleet.schedule("s1")
    fleet.wait_for_leader("s1")
    fleet.schedule("s2")
    wait_until(lambda: "stand by" in _log(fleet, 1) or "endpoints in" in _log(fleet, 1), "s2", 30)
    fleet.wait_for_runs(1)
    return fleet


def _log(fleet: Fleet, number: int) -> str:
    return fleet.schedulers[number].log.read_text()


def _late(fleet: Fleet, since: float) -> float:
    """Return by how much the latest job was late that came since a moment."""
    return max(each.at - each.job.due for each in fleet.workers[0].taken if each.at >= since)


def _skipped(fleet: Fleet) -> list[str]:
    """Return endpoints of which a moment between their first and last job was left out."""
    return [
        name
        for name in {each.job.definition.endpoint for each in fleet.workers[0].taken}
        if any(
            later - earlier > 5.1
            for earlier, later in itertools.pairwise(sorted(set(fleet.workers[0].dues(name))))
        )
    ]


def test_a_scheduler_that_is_killed_is_replaced_and_no_run_is_lost(pair: Fleet) -> None:
    """The next run is at most two seconds late, and nothing is stored twice."""
    killed = time.time()
    pair.schedulers[0].kill()
    pair.wait_for_leader("s2")
    pair.wait_for_runs(2)

    late = _late(pair, killed)
    print(f"the latest run after a kill was {late:.2f} s late")  # noqa: T201 - a figure to read
    assert late < MOST_LATE
    assert _skipped(pair) == []
    assert pair.is_counted_once("e0")
    assert pair.check("e0").code == 0


def test_a_scheduler_that_stops_in_good_order_leaves_no_gap(pair: Fleet) -> None:
    """The other one need not wait until the lease is over."""
    stopped = time.time()
    pair.schedulers[0].stop()
    pair.wait_for_leader("s2")
    pair.wait_for_runs(2)

    assert _late(pair, stopped) < MOST_LATE
    assert _skipped(pair) == []


def test_a_scheduler_that_was_frozen_and_comes_back_gives_out_nothing(pair: Fleet) -> None:
    """Another one has the lease by then; the frozen one asks first, stands by, and reports nothing.

    It has heard no worker meanwhile: what it would report is that there is none.
    """
    [worker] = pair.workers
    pair.schedulers[0].pause()
    pair.wait_for_leader("s2")
    frozen = now()
    wait_until(lambda: now() - frozen >= WORKER_LIMIT + 1, "workers to be old for s1", 20)
    pair.wait_for_runs(1)
    epoch = worker.epoch
    answers: list[str] = []

    def has_stepped_down() -> bool:
        answers.append(pair.check(name="probe").text)
        return "gives out jobs by now" in _log(pair, 0)

    pair.schedulers[0].resume()
    wait_until(has_stepped_down, "s1 to step down", 20)
    pair.wait_for_runs(2)
    answers.append(pair.check(name="probe").text)
    assert [each for each in answers if "no worker" in each] == []

    assert pair.owner() == "s2"
    assert worker.epoch == epoch
    assert worker.stale == []
    assert pair.is_counted_once("e0")


def test_probing_goes_on_while_the_store_is_away(
    tmp_path: Path, rabbitmq: Broker, own_store: Valkey
) -> None:
    """Results wait at the broker, and all of them are stored afterwards."""
    fleet = Fleet(tmp_path, rabbitmq, own_store)
    try:
        fleet.write(20)
        worker = fleet.work()
        fleet.schedule()
        fleet.wait_for_runs(2)

        own_store.process.pause()
        paused, before = time.time(), len(worker.taken)
        wait_until(lambda: time.time() - paused > 8, "eight seconds")
        made = len(worker.taken) - before
        own_store.process.resume()
        last = worker.dues("e0")[-1]
        wait_until(lambda: (facts := fleet.facts("e0")) and facts.due >= last, "the results")

        assert made > 0.8 * 8 * 20
        assert fleet.is_counted_once("e0")
    finally:
        own_store.process.resume()
        fleet.close()


@pytest.fixture
def own_store() -> Iterator[Valkey]:
    """Give a store that may be stopped."""
    made = Valkey()
    made.start()
    yield made
    made.process.resume()
    made.remove()


def test_probing_goes_on_when_the_broker_was_restarted(fleet: Fleet) -> None:
    """Scheduler and workers find each other again, and nothing is stored twice.

    Nobody says meanwhile that there is no worker: without a broker none can be heard.
    """
    fleet.write(20)
    fleet.work()
    fleet.schedule()
    fleet.wait_for_runs(2)
    before = fleet.runs()
    answers: list[str] = []

    def goes_on() -> bool:
        answers.append(fleet.check(name="probe").text)
        return fleet.runs() >= before + 3

    fleet.broker.stop()
    away = now()
    wait_until(lambda: now() - away >= WORKER_LIMIT + 2, "workers to be old", 20)
    answers.append(fleet.check(name="probe").text)
    fleet.broker.start()
    wait_until(goes_on, "it to go on", 60)

    assert [each for each in answers if "no worker" in each] == []
    assert fleet.is_counted_once("e0")
    wait_until(lambda: fleet.location().get("workers"), "the report")


def test_a_location_without_workers_is_said_within_seconds(fleet: Fleet) -> None:
    """That nobody probes there is no word against any endpoint."""
    fleet.write(3)
    fleet.schedule()
    fleet.wait_for_leader("s1")

    began = time.time()
    told = fleet.wait_for_location("limit_since")

    assert time.time() - began < 20
    assert told.get("workers", []) == []
    assert told["waiting"] == 3
    assert fleet.check().code != 2


def test_queues_that_somebody_deletes_are_made_again(fleet: Fleet, rabbitmq: Broker) -> None:
    """Those of jobs and of results: probing goes on, and the log says what was missing."""
    fleet.write(5, "2s")
    fleet.work()
    fleet.schedule()
    fleet.wait_for_runs(1)

    for queue in (f"{routes.JOBS}default", routes.RESULTS):
        rabbitmq.server.api("DELETE", f"/queues/{rabbitmq.vhost}/{queue}")

    wait_until(lambda: "takes job.default" in _log(fleet, 0), "the scheduler to notice", 30)
    fleet.work("w2")
    fleet.wait_for_runs(3)


def test_a_broker_that_is_away_is_not_taken_for_dead_workers(
    fleet: Fleet, rabbitmq: Broker
) -> None:
    """Nobody can see them; nothing is critical, and no autoscaler hears that there are none."""
    fleet.write(5, "2s")
    fleet.work()
    fleet.schedule()
    fleet.wait_for_runs(1)

    rabbitmq.stop()
    try:
        wait_until(lambda: fleet.report().get("blind_since"), "the report to say so", 30)
        said = fleet.check("", "probe")
        assert said.code == 3
        assert "is away, and workers get no jobs" in said.text
        assert fleet.location() == {}
    finally:
        rabbitmq.start()

    wait_until(lambda: fleet.location().get("capacity"), "the workers to be seen again", 40)
