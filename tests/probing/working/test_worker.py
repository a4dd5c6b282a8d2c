"""What a worker does with jobs while all is well."""

import json
import os
import signal
import socket
import threading

from probing.site import Answering
from probing.working.conftest import MakeWorker
from probing.working.driver import Driver
from servers.rabbitmq import Broker
from servers.waiting import wait_until

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


def test_a_worker_without_a_secret_says_which(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """The job goes to somebody who has it; the operator reads it once in the log."""
    text = f"127.0.0.1:{server.port}/health: {{every: 60s, auth: {{bearer: '${{TOKEN}}'}}}}"
    (name,) = driver.read(text)
    permitted = 'secrets = ["TOK*"]'
    without = make_worker("w1", workers=permitted)
    driver.wait_until_ready("w1")

    jobs = [driver.send(name), driver.send(name)]

    wait_until(lambda: set(jobs) <= driver.returned.keys(), "the jobs to be given back")
    said = f"lacks a secret of {name}: the variable TOKEN is not set; set it where this program"
    assert driver.returned[jobs[0]].startswith(f"worker w1 {said}")
    without.stop()
    assert without.log.read_text().count(said) == 1
    make_worker("w2", workers=permitted, TOKEN="sesame-1")
    driver.wait_until_ready("w2")
    job = driver.send(name)
    driver.wait_for([job])
    assert driver.done[job][0] == "w2"


def test_a_worker_gives_away_no_secret_that_its_operator_did_not_permit(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """Whoever may send jobs says where they go; the operator reads what to add, and where."""
    text = f"127.0.0.1:{server.port}/health: {{every: 60s, auth: {{bearer: '${{TOKEN}}'}}}}"
    (name,) = driver.read(text)
    made = make_worker("w1", TOKEN="sesame-1")
    driver.wait_until_ready("w1")

    job = driver.send(name)

    wait_until(lambda: job in driver.returned, "the job to be given back")
    said = (
        f"does not probe {name}: jobs may not use the variable TOKEN; add 'TOKEN' to secrets in "
        "[workers] there"
    )
    assert driver.returned[job] == f"worker w1 {said}"
    assert driver.results() == []
    made.stop()
    assert said in made.log.read_text()


def test_a_job_that_is_due_once_more_is_given_back(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """Nobody wants its result any more."""
    (name,) = driver.read(FILE.replace("PORT", str(server.port)))
    make_worker("w1")
    driver.wait_until_ready("w1")

    job = driver.send(name, due=driver.now() - 61.0)

    wait_until(lambda: job in driver.returned, "the job to be given back")
    assert driver.returned[job] == "worker w1 got it when it was due once more"
    assert driver.results() == []


def test_a_confirmation_is_made_though_its_endpoint_is_due_once_more(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """A first probe that timed out may have taken longer than a period."""
    text = FILE.replace("60s", "60s, confirm: 2 of 3").replace("PORT", str(server.port))
    (name,) = driver.read(text)
    make_worker("w1")
    driver.wait_until_ready("w1")

    job = driver.send(name, due=driver.now() - 61.0, worker="w1")

    driver.wait_for([job])
    assert [(each.worker, each.result) for each in driver.copies] == [("w1", "ok")]


def test_what_others_are_to_confirm_is_not_published(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """A bad result goes to the scheduler, and so do confirmations, whatever they find."""
    text = FILE.replace("60s", "60s, confirm: 2 of 3").replace("PORT", str(server.port))
    (name,) = driver.read(text)
    make_worker("w1")
    driver.wait_until_ready("w1")
    server.status = 500

    first = driver.send(name)
    driver.wait_for([first])
    second = driver.send(name, worker="w1")
    driver.wait_for([second])

    assert driver.suspects[first].result.result == "failed"
    assert [(each.worker, each.result) for each in driver.copies] == [("w1", "failed")]
    assert driver.results() == []
    server.status = 200
    third = driver.send(name)
    driver.wait_for([third])
    assert [each.result for each in driver.results()] == ["ok"]


def test_the_scheduler_gets_copies_of_what_it_posts(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """Where results go to stays with it."""
    post = "60s, post_endpoint: 'https://example.org/in'"
    (name,) = driver.read(FILE.replace("60s", post).replace("PORT", str(server.port)))
    make_worker("w1")
    driver.wait_until_ready("w1")

    driver.wait_for([driver.send(name)])

    assert [each.endpoint for each in driver.copies] == [name]
    assert [each.endpoint for each in driver.results()] == [name]


def test_good_results_are_published_as_metrics(
    driver: Driver, server: Answering, make_worker: MakeWorker
) -> None:
    """Where `[probe] publish` says, as the single prober does it."""
    (name,) = driver.read(FILE.replace("PORT", str(server.port)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        make_worker("w1", probe=f'publish = "tcp://127.0.0.1:{port}"')
        driver.wait_until_ready("w1")
        driver.send(name)
        listening.settimeout(20)
        connection, _ = listening.accept()
        with connection, connection.makefile() as lines:
            metric = json.loads(lines.readline())

    assert (metric["name"], metric["endpoint"]) == ("probe.total", name)


def test_it_leaves_in_good_order(
    driver: Driver, server: Answering, make_worker: MakeWorker, rabbitmq: Broker
) -> None:
    """On SIGTERM it takes nothing more, finishes what runs, and says that it leaves."""
    (name,) = driver.read(FILE.replace("PORT", str(server.port)))
    worker = make_worker("w1")
    driver.wait_until_ready("w1")
    server.hold = threading.Event()
    job = driver.send(name)
    wait_until(lambda: server.held, "the probe to begin")

    os.kill(worker.pid, signal.SIGTERM)
    later = driver.wait_for_report("w1", lambda each: not each.capacity, "that it takes none")
    refused = driver.send(name)
    server.hold.set()

    driver.wait_for([job])
    last = driver.wait_for_report("w1", lambda each: each.is_leaving, "that it leaves")
    wait_until(lambda: not worker.is_running(), "it to end")
    assert not later.is_leaving
    assert (last.capacity, last.run) == (0, 1)
    assert refused not in driver.done
    assert rabbitmq.depth("blinkenlights.probe.jobs.default") == 1
    assert "leaving after 1 probe, 0 given back" in worker.log.read_text()


def test_two_of_one_name_are_told(driver: Driver, make_worker: MakeWorker) -> None:
    """The second one waits, and says what to do."""
    make_worker("w1")
    driver.wait_until_ready("w1")

    second = make_worker("w1")

    said = "has a worker w1 at default already, or had it a moment ago; give each a name"
    wait_until(lambda: said in second.log.read_text(), "the second one to say it")
