"""Whoever has the rights of one worker speaks for nobody else, and fills nothing up."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pika
import pytest
from msgspec.structs import replace

from blinkenlights.kinds.endpoint.message import ResultMessage, Word
from blinkenlights.probing.jobs.messages import Done, Returned, WorkReport, encode
from blinkenlights.probing.scheduling.heed import MOST_BYTES, Unheeded, heeded
from blinkenlights.probing.scheduling.workers import MOST_LOCATIONS, MOST_WORKERS, Workers
from probing.scheduling.fleet import Fleet
from probing.scheduling.simulated_worker import EXCHANGE
from servers.waiting import wait_until

NOW = 1_764_000_000.0
ONE = WorkReport("w1", "riga", "i1", NOW, 10)


def test_a_report_counts_that_came_with_the_key_of_its_location() -> None:
    assert heeded(encode(ONE), "report.riga") == ONE


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (replace(ONE, location="lab"), "speaks for location lab"),
        (replace(ONE, worker="w1\nall is well"), "cannot be a name"),
        (replace(ONE, location="r" * 61), "cannot be a name"),
        (replace(ONE, capacity=10**9), "cannot be read"),
        (replace(ONE, run=10**40), "cannot be read"),
        (replace(ONE, done=[Done("1", -1.0, 0.1)]), "cannot be read"),
        (replace(ONE, done=[Done("1", 0.0, -1e9)]), "cannot be read"),
    ],
)
def test_others_do_not(report: WorkReport, why: str) -> None:
    with pytest.raises(Unheeded, match=why):
        heeded(encode(report), "report.riga")


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff", b" " * (MOST_BYTES + 1)])
def test_bodies_that_are_no_reports_do_no_harm(body: bytes) -> None:
    with pytest.raises(Unheeded):
        heeded(body, "report.riga")


def test_names_that_somebody_invents_are_bounded() -> None:
    """Workers that are known go on to count."""
    workers = Workers()
    workers.take(ONE, NOW, 100.0)

    for number in range(MOST_WORKERS + 50):
        workers.take(replace(ONE, worker=f"x{number}"), NOW, 100.0)
    for number in range(MOST_LOCATIONS + 50):
        workers.take(replace(ONE, location=f"x{number}"), NOW, 100.0)

    assert len(workers.messages("riga")) == MOST_WORKERS
    assert len(workers.locations()) == MOST_LOCATIONS
    assert workers.knows(ONE)
    workers.forget(161.0)
    assert workers.locations() == set()


def test_what_a_worker_says_of_itself_is_cut() -> None:
    workers = Workers()
    labels = {f"{n}{'x' * 500}": "y" * 500 for n in range(500)}
    workers.take(replace(ONE, blind="z" * 9000, labels=labels), NOW, 100.0)

    assert len(msgspec.json.encode(workers.messages("riga"))) < 5_000


def forged(endpoint: str, due: float, word: Word = "failed", location: str = "lab") -> bytes:
    """Return the result of a probe that nobody made."""
    return encode(
        ResultMessage(
            endpoint,
            due,
            word,
            started=due,
            ended=time.time(),
            next=due + 3600.0,
            reasons=["forged"],
            worker="evil",
            location=location,
        )
    )


def test_a_worker_of_one_location_changes_nothing_at_another(fleet: Fleet) -> None:
    """It has all that the broker permits it: the keys result.lab and report.lab."""
    fleet.write(3, "2s")
    fleet.write(1, "2s", "  location: lab\n", name="lab")
    worker = fleet.work()
    fleet.work("l1", location="lab")
    fleet.schedule()
    fleet.wait_for_runs(1)
    prefix = worker.taken[0].job.id.rpartition(".")[0]

    def publish(key: str, *bodies: bytes) -> None:
        with pika.BlockingConnection(pika.URLParameters(fleet.broker.url)) as connection:
            channel = connection.channel()
            for body in bodies:
                channel.basic_publish(EXCHANGE, key, body)

    evil = WorkReport("evil", "lab", "i", time.time(), 0)
    ids = [f"{prefix}.{number}" for number in range(1, 500)]
    now = time.time()
    publish(
        "result.lab",
        forged("e0", now),
        forged("e1", now, location="default"),
        forged("e2", now + 9e8),
        forged("e0", now, "removed"),
        b"[" * 100_000,
        b"x" * 1_000_000,
    )
    publish(
        "report.lab",
        encode(replace(evil, done=[Done(each, 0.0, 1e300) for each in ids])),
        encode(replace(evil, returned=[Returned(each, "forged") for each in ids])),
        encode(replace(evil, worker="w1", location="default", is_leaving=True)),
        encode(replace(evil, location="default", capacity=20_000)),
        b"{}",
    )
    fleet.wait_for_runs(4)

    for each in ("e0", "e1", "e2"):
        wait_until(is_good(fleet, each), f"{each} to be good")
        assert fleet.is_counted_once(each)
        assert "forged" not in str(fleet.details(each))
    here = fleet.location()
    assert [each["name"] for each in here["workers"]] == ["w1"]
    assert here["capacity"] == worker.capacity
    log = fleet.schedulers[0].log.read_text()
    assert "reports of workers are not heeded, such as 'report.lab'" in log
    assert "Traceback" not in log


def is_good(fleet: Fleet, endpoint: str) -> Callable[[], Any]:
    """Return what tells whether the check says OK of an endpoint."""
    return lambda: fleet.check(endpoint).code == 0
