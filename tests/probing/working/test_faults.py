"""When workers or the broker fail, nothing is lost, and nothing counts twice."""

import threading
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.parse import quote

import pytest

from blinkenlights.kinds.endpoint import keys
from blinkenlights.probing.jobs import routes
from probing.site import Answering
from probing.working.conftest import MakeWorker
from probing.working.driver import EXCHANGE, Driver
from servers.collectors import MakeCollector
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

JOBS = 5
QUEUE = routes.JOBS + "default"
Store = Callable[[], Valkey]


def read(driver: Driver, server: Answering, number: int = JOBS) -> list[str]:
    """Return the names of some endpoints of a server."""
    lines = [f"127.0.0.1:{server.port}/{n}: {{every: 60s, timeout: 30s}}" for n in range(number)]
    return driver.read("\n".join(lines))


def begin(driver: Driver, server: Answering, names: list[str]) -> list[str]:
    """Send jobs, and wait until all are being made; they are held there."""
    server.hold, server.held = threading.Event(), 0
    jobs = [driver.send(name) for name in names]
    wait_until(lambda: server.held == len(names), "the probes to begin")
    return jobs


def cut_off(broker: Broker, worker: str) -> None:
    """Let the broker give up a worker, as it does with one that sends no heartbeats."""

    def is_gone() -> bool:
        found = broker.server.api("GET", f"/vhosts/{broker.vhost}/connections")
        assert isinstance(found, list)
        for each in found:
            if str(each.get("client_properties", {}).get("connection_name")).endswith(
                f"worker {worker}"
            ):
                try:
                    path = f"/connections/{quote(each['name'], safe='')}"
                    broker.server.api("DELETE", path)
                except HTTPError:
                    continue
                return True
        return False

    wait_until(is_gone, "the broker to give the worker up")


def test_jobs_of_a_worker_that_is_killed_go_to_another_at_once(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker
) -> None:
    """Nobody has to notice that it is dead: its connection ends."""
    names = read(driver, server)
    first = make_worker("w1")
    driver.wait_until_ready("w1")
    jobs = begin(driver, server, names)
    make_worker("w2")
    driver.wait_until_ready("w2")
    hold, server.hold, server.held = server.hold, None, 0

    first.kill()
    driver.wait_for(jobs, 5.0)

    assert {driver.done[each][0] for each in jobs} == {"w2"}
    assert sorted(each.endpoint for each in driver.results()) == sorted(names)
    wait_until(lambda: rabbitmq.unfinished(QUEUE) == 0, "all jobs to be over")
    assert hold is not None
    hold.set()


@pytest.fixture
def store(valkey: Valkey, rabbitmq: Broker, make_collector: MakeCollector) -> Store:
    """Give what stores all results when it is called, and gives the store."""

    def stored() -> Valkey:
        make_collector(
            "c1",
            f'[store]\nurl = "{valkey.url}"\n[collector]\nname = "c1"\n[[amqp]]\n'
            f'url = "{rabbitmq.url}"\nexchange = "{EXCHANGE}"\nkeys = ["result.#"]\n'
            f'queue = "{routes.RESULTS}"\nkind = "endpoint"\n',
        ).start()
        wait_until(lambda: rabbitmq.unfinished(routes.RESULTS) == 0, "results to be stored")
        return valkey

    return stored


def test_a_worker_that_was_frozen_stores_nothing_twice(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker, store: Store
) -> None:
    """Its jobs are done by another; what it publishes when it is back is of slots that have one."""
    names = read(driver, server)
    first = make_worker("w1")
    driver.wait_until_ready("w1")
    jobs = begin(driver, server, names)
    hold = server.hold
    first.pause()
    cut_off(rabbitmq, "w1")
    server.hold = None
    make_worker("w2")
    driver.wait_for(jobs)
    assert {driver.done[each][0] for each in jobs} == {"w2"}

    first.resume()
    assert hold is not None
    hold.set()
    wait_until(
        lambda: rabbitmq.depth(routes.RESULTS) == 2 * JOBS,
        "results of both workers",
    )

    client = store().client()
    stored = [keys.parse_facts(str(client.hget(keys.FACTS, name))) for name in names]
    assert [each.runs for each in stored] == [1] * JOBS


def test_a_broker_that_is_restarted_costs_no_result(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker
) -> None:
    """What was probed meanwhile is published when it is back."""
    names = read(driver, server)
    make_worker("w1")
    driver.wait_until_ready("w1")
    begin(driver, server, names)
    hold = server.hold

    rabbitmq.stop()
    server.hold = None
    assert hold is not None
    hold.set()
    rabbitmq.start()

    found: list[str] = []

    def all_there() -> bool:
        found.extend(each.endpoint for each in driver.results())
        return set(names) <= set(found)

    wait_until(all_there, "all results")
    wait_until(lambda: rabbitmq.unfinished(QUEUE) == 0, "all jobs to be over")


def test_results_whose_queue_is_gone_are_kept_until_it_is_there_again(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker
) -> None:
    """A broker confirms what it drops; the worker reports all the same, and says what to do."""
    (name,) = read(driver, server, 1)
    worker = make_worker("w1")
    driver.wait_until_ready("w1")
    queue = f"/queues/{rabbitmq.vhost}/{routes.RESULTS}"
    rabbitmq.server.api("DELETE", queue)

    job = driver.send(name)
    wait_until(lambda: "no queue takes result.default" in worker.log.read_text(), "a warning")
    before = driver.last("w1")
    wait_until(lambda: driver.last("w1") is not before, "a report all the same")

    assert job not in driver.done
    assert rabbitmq.unfinished(QUEUE) == 1
    assert "blinkenlights broker setup --location default" in worker.log.read_text()
    rabbitmq.server.api("PUT", queue, {"durable": True})
    bindings = f"/bindings/{rabbitmq.vhost}/e/{EXCHANGE}/q/{routes.RESULTS}"
    rabbitmq.server.api("POST", bindings, {"routing_key": "result.#"})
    driver.wait_for([job])
    assert [each.endpoint for each in driver.results()] == [name]
