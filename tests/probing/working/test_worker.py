"""What a worker does with jobs while all is well."""

from probing.site import Answering
from probing.working.conftest import MakeWorker
from probing.working.driver import Driver
from servers.rabbitmq import Broker

FILE = "127.0.0.1:PORT/health: {every: 60s, tests: status == 200}"


def test_a_job_becomes_a_result(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker
) -> None:
    """As the single prober has it, with worker and location; then the job is gone."""
    (name,) = driver.read(FILE.replace("PORT", str(server.port)))
    make_worker("w1", workers='location = "default"')
    driver.wait_until_ready("w1")

    job = driver.send(name, planned=30.0)
    driver.wait_for([job])

    (result,) = driver.results()
    assert (result.endpoint, result.result, result.status) == (name, "ok", 200)
    assert (result.prober, result.worker, result.location) == ("scheduler-1", "w1", "default")
    assert (result.planned, result.file) == (30.0, "a.yml")
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0
    worker, done = driver.done[job]
    assert worker == "w1"
    assert 0 <= done.lag < 5
    assert 0 < done.seconds < 5
