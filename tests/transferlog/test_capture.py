"""`log --capture` on a real broker: everything that is published is a line in a file."""

import errno
import gzip
import os
from pathlib import Path

import pytest

from blinkenlights.transferlog import capture as capture_module
from blinkenlights.transferlog.capture import Capture
from blinkenlights.transferlog.matching import chosen
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.conftest import Start
from transferlog.reports import EXCHANGE, QUEUE, body, log_at, properties, publish

MONDAY = 1459166560.0
DAY = 86400
FILE = "2016-03-28.log"


def lines(folder: Path) -> list[str]:
    return [line for file in sorted(folder.glob("*.log")) for line in file.read_text().splitlines()]


def bodies(folder: Path) -> list[str]:
    return [line.split("\t")[11] for line in lines(folder)]


def sent(numbers: range) -> list[str]:
    return [body(number).decode() for number in numbers]


def test_everything_is_a_line(rabbitmq: Broker, start: Start, tmp_path: Path) -> None:
    """Queue and exchange are made; reports, posts and rubbish are there in their order."""
    running = start(Capture(log_at(rabbitmq), tmp_path, lambda: MONDAY))
    rabbitmq.wait_for_consumer(QUEUE)

    publish(rabbitmq, range(3))
    rabbitmq.publish(EXCHANGE, "v02.post.x", [b"20160328 http://x/ y"], properties=properties())
    rabbitmq.publish(EXCHANGE, "x", [b"rubbish\nin two lines"], properties=properties())

    wait_until(lambda: len(lines(tmp_path)) == 5, "five lines")
    assert [line.split("\t")[2] for line in lines(tmp_path)] == [*["201"] * 3, "post", "rejected"]
    assert {line.split("\t")[0] for line in lines(tmp_path)} == {"2016-03-28T12:02:40.000Z"}
    running.stop()
    assert rabbitmq.depth(QUEUE) == 0


def test_only_what_matches_is_written(rabbitmq: Broker, start: Start, tmp_path: Path) -> None:
    """All else is acknowledged and left out: other reports, posts, and what is no report."""
    wanted = chosen(["*1-swob.xml"])
    running = start(Capture(log_at(rabbitmq), tmp_path, lambda: MONDAY, wanted))
    rabbitmq.wait_for_consumer(QUEUE)

    publish(rabbitmq, range(30))
    rabbitmq.publish(EXCHANGE, "v02.post.x", [b"20160328 http://x/ y"], properties=properties())
    rabbitmq.publish(EXCHANGE, "x", [b"rubbish"], properties=properties())

    wait_until(lambda: rabbitmq.unfinished(QUEUE) == 0 and lines(tmp_path), "all to be taken")
    wait_until(lambda: len(lines(tmp_path)) == 3, "three lines")
    running.stop()
    assert bodies(tmp_path) == [body(number).decode() for number in (1, 11, 21)]


def test_what_comes_while_nobody_captures_waits(
    rabbitmq: Broker, start: Start, tmp_path: Path
) -> None:
    """After the first start the queue is bound for good."""
    first = start(Capture(log_at(rabbitmq), tmp_path))
    rabbitmq.wait_for_consumer(QUEUE)
    first.stop()
    publish(rabbitmq, range(100))

    start(Capture(log_at(rabbitmq), tmp_path))

    wait_until(lambda: bodies(tmp_path) == sent(range(100)), "all lines")


def test_a_new_day_is_a_new_file(rabbitmq: Broker, start: Start, tmp_path: Path) -> None:
    """At midnight UTC another file begins, and that of the day before is compressed."""
    now = MONDAY
    start(Capture(log_at(rabbitmq), tmp_path, lambda: now))
    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(10))
    wait_until(lambda: len(lines(tmp_path)) == 10, "Monday's lines")

    now += DAY
    publish(rabbitmq, range(10, 20))

    packed = tmp_path / f"{FILE}.gz"
    wait_until(lambda: packed.exists() and not (tmp_path / FILE).exists(), "Monday's .gz")
    wait_until(lambda: bodies(tmp_path) == sent(range(10, 20)), "Tuesday's lines")
    monday = gzip.decompress(packed.read_bytes()).decode().splitlines()
    assert [line.split("\t")[11] for line in monday] == sent(range(10))


def test_a_day_without_messages_ends_too(
    rabbitmq: Broker, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is compressed though nothing comes after midnight."""
    monkeypatch.setattr(capture_module, "IDLE_SECONDS", 0.2)
    now = MONDAY
    start(Capture(log_at(rabbitmq), tmp_path, lambda: now))
    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(10))
    wait_until(lambda: len(lines(tmp_path)) == 10, "Monday's lines")

    now += DAY

    wait_until(lambda: [*tmp_path.glob("*.gz")] and lines(tmp_path) == [], "Monday's .gz alone")


def test_a_disk_that_is_full(
    rabbitmq: Broker,
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is acknowledged or lost; it is said once, and goes on when there is room."""
    is_full, attempts = True, 0

    def sync(file: int) -> None:
        nonlocal attempts
        attempts += 1
        if is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)

    monkeypatch.setattr(os, "fdatasync", sync)
    start(Capture(log_at(rabbitmq), tmp_path))
    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(100))
    wait_until(lambda: attempts > 3, "some attempts")

    held = rabbitmq.unfinished(QUEUE)
    is_full = False

    wait_until(lambda: "works again" in caplog.text, "it to work again")
    assert held == 100
    assert caplog.text.count("No space left on device; nothing is acknowledged") == 1
    wait_until(lambda: bodies(tmp_path) == sent(range(100)), "all lines")


@pytest.mark.parametrize("restarted", [False, True])
def test_what_was_written_and_not_acknowledged(
    restarted: bool,
    rabbitmq: Broker,
    start: Start,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is not written twice, nor when the broker forgets the mark because it is restarted."""
    first = Capture(log_at(rabbitmq), tmp_path)

    async def never(*_: object, **__: object) -> None:
        raise RuntimeError("killed between writing and acknowledging")

    running = start(first)
    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(50))
    wait_until(lambda: len(lines(tmp_path)) == 50, "the first lines")
    monkeypatch.setattr(first._mark, "commit", never)
    publish(rabbitmq, range(50, 150))
    with pytest.raises(RuntimeError):
        running.wait()
    if restarted:
        rabbitmq.restart()

    start(Capture(log_at(rabbitmq), tmp_path))
    publish(rabbitmq, range(150, 160))

    wait_until(lambda: bodies(tmp_path)[-1:] == sent(range(159, 160)), "the last line")
    assert bodies(tmp_path) == sent(range(160))


def test_a_queue_has_one_capture(
    rabbitmq: Broker, start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A second one waits, says why, and takes over when the first is gone."""
    first = start(Capture(log_at(rabbitmq), tmp_path / "first"))
    rabbitmq.wait_for_consumer(QUEUE)
    start(Capture(log_at(rabbitmq), tmp_path / "second"))
    wait_until(lambda: "exclusive use" in caplog.text, "the refusal in the log")

    first.stop()

    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(5))
    wait_until(lambda: len(lines(tmp_path / "second")) == 5, "lines in the second folder")


def test_sigterm_ends_it_in_order(rabbitmq: Broker, program: Program, tmp_path: Path) -> None:
    """It ends with 0, and says what it does in one line."""
    process = program(
        *("log", "--capture", tmp_path / "logs", "--broker", rabbitmq.url, "--queue", QUEUE)
    )
    process.start()
    rabbitmq.wait_for_consumer(QUEUE)
    publish(rabbitmq, range(10))
    wait_until(lambda: len(lines(tmp_path / "logs")) == 10, "ten lines")

    process.stop()

    assert process._process is not None
    assert process._process.returncode == 0
    assert "secret" not in process.log.read_text()
    assert process.log.read_text().count("\n") == 1


def test_keys_say_what_comes_and_stay_bound(
    rabbitmq: Broker, program: Program, tmp_path: Path
) -> None:
    """The broker sorts; another key for the same queue comes in addition."""
    words = ("log", "--broker", rabbitmq.url, "--exchange", EXCHANGE, "--queue", QUEUE)
    for number, key in enumerate(("v02.report.radar.#", "v03.#")):
        process = program(*words, "--capture", tmp_path / key[:3], "--key", key)
        process.start()
        rabbitmq.wait_for_consumer(QUEUE)
        for topic in ("v02.report.swob.a", f"v02.report.radar.{number}", f"v03.{number}"):
            rabbitmq.publish(EXCHANGE, topic, [b"rubbish"], properties=properties())
        wait_until(lambda: rabbitmq.unfinished(QUEUE) == 0, "all to be taken")
        process.stop()

    def topics(folder: str) -> list[str]:
        return [line.split("\t")[9] for line in lines(tmp_path / folder)]

    assert topics("v02") == ["v02.report.radar.0"]
    assert topics("v03") == ["v02.report.radar.1", "v03.1"]
