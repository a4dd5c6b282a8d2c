"""What a worker holds of itself: the time, whether it sees, and whether it keeps up."""

import threading
import time

import pytest

from blinkenlights.probing.jobs.messages import Sheet, encode
from probing.working.driver import NAME, Driver
from probing.working.inside import AWAY, THERE, Answers, Inside
from servers.rabbitmq import Broker
from servers.waiting import wait_until

FILE = """
192.0.2.1/x: {every: 60s}
198.51.100.1/x: {every: 60s}
203.0.113.1/x: {every: 60s}
"""


@pytest.mark.parametrize("ahead", [600.0, -600.0])
def test_a_wrong_clock_changes_no_time_of_a_result(
    driver: Driver, rabbitmq: Broker, ahead: float
) -> None:
    """Its reports say how wrong it is."""
    name, *_ = driver.read(FILE)
    with Inside(rabbitmq, Answers(THERE), clock=lambda: time.time() + ahead):
        driver.wait_until_ready("w1")
        sent = driver.now()
        job = driver.send(name)
        driver.wait_for([job])
        report = driver.last("w1")

    (result,) = driver.results()
    assert result.started is not None
    assert result.ended is not None
    assert sent - 0.5 < result.started <= result.ended < driver.now()
    assert report is not None
    assert report.ahead == pytest.approx(ahead, abs=0.5)
    assert report.labels == {"rack": "b7"}


def test_a_job_of_a_scheduler_that_is_none_any_more_is_refused(
    driver: Driver, rabbitmq: Broker
) -> None:
    """It is taken from the queue, and not made."""
    name, *_ = driver.read(FILE)
    driver.epoch = 5
    asker = Answers(THERE)
    with Inside(rabbitmq, asker):
        driver.wait_until_ready("w1")
        driver.send(name, epoch=4)
        job = driver.send(name)
        driver.wait_for([job])

    assert len(driver.results()) == 1
    assert list(driver.done) == [job]
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0


def test_a_worker_that_reaches_nothing_at_its_start_takes_no_job(
    driver: Driver, rabbitmq: Broker
) -> None:
    """Jobs stay for others, until it has reached a witness."""
    names = driver.read(FILE)
    driver.witnesses = [driver.definitions[each] for each in names]
    asker = Answers(AWAY)
    with Inside(rabbitmq, asker):
        blind = driver.wait_for_report("w1", lambda each: each.blind_since, "that it is blind")
        job = driver.send(names[0])
        assert blind.capacity == 0
        assert blind.blind.startswith("nobody can be reached: ")
        assert set(asker.asked) <= {"192.0.2.1", "198.51.100.1", "203.0.113.1"}
        assert all(not each.capacity for each in driver.reports)

        asker.seen = THERE
        driver.wait_for([job])
        assert driver.wait_for_report("w1", lambda each: each.capacity, "jobs").blind == ""


def test_a_worker_that_goes_blind_says_nothing_of_endpoints(
    driver: Driver, rabbitmq: Broker
) -> None:
    """It gives jobs back with the reason, and takes none until it sees again."""
    names = driver.read(FILE)
    driver.witnesses = [driver.definitions[each] for each in names]
    asker = Answers(THERE)
    with Inside(rabbitmq, asker):
        driver.wait_until_ready("w1")
        driver.wait_for([driver.send(names[0])])
        asker.seen = AWAY
        job = driver.send(names[1])
        wait_until(lambda: job in driver.returned, "the job to be given back")
        assert driver.returned[job].startswith("worker w1 reaches nothing: nobody can be reached")
        driver.wait_for_report("w1", lambda each: each.blind_since, "that it is blind")
        later = driver.send(names[2])

        asker.seen = THERE
        driver.wait_for([later])

    assert [each.endpoint for each in driver.results()] == [names[0], names[2]]


def test_witnesses_are_asked_for_anew_when_there_are_other_endpoints(
    driver: Driver, rabbitmq: Broker
) -> None:
    """A worker was there before them, and is cut off before it asks of its own accord."""
    names = driver.read(FILE)
    asker = Answers(THERE)
    with Inside(rabbitmq, asker):
        driver.wait_until_ready("w1")
        driver.witnesses = [driver.definitions[each] for each in names]
        driver.endpoints = len(names)
        wait_until(lambda: driver.asked > 1, "to be asked for witnesses")
        driver.wait_for_report("w1", lambda each: not each.wants_witnesses, "that it has some")
        asker.seen = AWAY
        job = driver.send(names[0])
        driver.wait_for_report("w1", lambda each: each.blind_since, "that it is blind")
        wait_until(lambda: job in driver.returned, "the job to be given back")

    assert driver.results() == []


def test_what_is_for_another_location_changes_nothing(driver: Driver, rabbitmq: Broker) -> None:
    """Whoever has the rights of a worker there can have it delivered here, late."""
    [name, *_] = driver.read(FILE)
    asker = Answers(THERE)
    with Inside(rabbitmq, asker):
        driver.wait_until_ready("w1")
        driver.read(FILE.replace("60s", "60s, location: lab"))
        stray = driver.send(name)
        for _ in range(30):
            sheet = Sheet(driver.epoch, NAME, driver.now() - 600.0, "lab")
            driver.publish("sheet.default", encode(sheet))
        driver.read(FILE)
        before = driver.now()
        driver.wait_for([driver.send(name)])

    [result] = driver.results()
    assert result.started is not None
    assert result.started > before - 0.5
    assert stray not in driver.done
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0


def test_messages_of_another_version_do_not_fill_the_log(
    driver: Driver, rabbitmq: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    """One line has an example and says what to do; jobs that can be read are made."""
    [name, *_] = driver.read(FILE)
    with Inside(rabbitmq, Answers(THERE)):
        driver.wait_until_ready("w1")
        for body in (b"{}", b"\xff", b"[" * 100_000, b'{"type":"job","id":7}'):
            driver.publish("job.default", body)
        driver.wait_for([driver.send(name)])

    said = [each for each in caplog.messages if "mean nothing to this version" in each]
    assert len(said) == 1
    assert said[0].endswith("let worker and scheduler have the same version")
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0


@pytest.mark.parametrize(
    ("epoch", "due", "seconds"),
    [
        pytest.param(2**53, 0.0, 60.0, id="of an epoch that cannot be"),
        pytest.param(1, 1e300, 1e300, id="of the end of time"),
        pytest.param(1, -1e300, 2e300, id="that is due for ever"),
    ],
)
def test_a_job_that_cannot_be_does_no_harm(
    driver: Driver, rabbitmq: Broker, epoch: int, due: float, seconds: float
) -> None:
    """Whoever has the password of a scheduler may send one, and stops no others by it."""
    [name, *_] = driver.read(FILE)
    with Inside(rabbitmq, Answers(THERE)):
        driver.wait_until_ready("w1")
        driver.send(name, epoch=epoch, due=due or driver.now(), seconds=seconds)
        jobs = [driver.send(name), driver.send(name)]
        driver.wait_for(jobs)
        report = driver.wait_for_report("w1", lambda each: each.capacity, "that it takes jobs")

    assert report.ahead == pytest.approx(0.0, abs=0.5)
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0


def test_the_only_endpoint_that_fails_is_no_blindness(driver: Driver, rabbitmq: Broker) -> None:
    """Where nobody could prove it, a worker is believed."""
    name, *_ = driver.read(FILE)
    driver.witnesses = [driver.definitions[name]]
    with Inside(rabbitmq, Answers(AWAY)):
        driver.wait_for([driver.send(name)])

    assert [each.result for each in driver.results()] == ["failed"]


def test_a_worker_that_does_not_keep_up_gives_jobs_back(driver: Driver, rabbitmq: Broker) -> None:
    """It takes fewer from then on, and says since when; once it keeps up it takes more again."""
    name, *_ = driver.read(FILE)
    asker = Answers(THERE)
    asker.spins = 0.1
    with Inside(rabbitmq, asker, at_once=200):
        driver.wait_until_ready("w1")
        jobs = [driver.send(name) for _ in range(200)]
        behind = driver.wait_for_report("w1", lambda each: each.behind_since, "that it is late")
        asker.spins = 0.0
        wait_until(
            lambda: set(jobs) <= driver.done.keys() | driver.returned.keys(), "all to be over"
        )
        back = driver.wait_for_report(
            "w1", lambda each: each.capacity == 200 and not each.behind_since, "all as before"
        )

    assert behind.capacity < 200
    assert "worker w1 is behind its schedule" in driver.returned.values()
    assert back.returned_before == len(driver.returned)


def test_what_does_not_end_in_time_is_given_back(
    driver: Driver, rabbitmq: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is told to stop waits for its probes, but not for ever."""
    monkeypatch.setattr("blinkenlights.probing.working.worker.LEAVE_SECONDS", 0.3)
    name, *_ = driver.read(FILE)
    asker = Answers(THERE)
    with Inside(rabbitmq, asker) as running:
        driver.wait_until_ready("w1")
        asker.hold = threading.Event()
        job = driver.send(name)
        wait_until(lambda: asker.asked, "the probe to begin")
        running.stop()
        wait_until(lambda: job in driver.returned, "the job to be given back")

    assert driver.returned[job] == "worker w1 leaves"
    assert rabbitmq.unfinished("blinkenlights.probe.jobs.default") == 0
