"""`log` as a process: in a terminal, in a pipe, and through a broker's restart."""

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blinkenlights.transferlog.capture import Capture
from blinkenlights.transferlog.route import Route
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from transferlog.conftest import Start
from transferlog.reports import (
    EXCHANGE,
    QUEUE,
    TOPIC,
    bodies,
    body,
    declare,
    log_at,
    properties,
    publish,
)


class Viewer:
    """`blinkenlights log`, and what it has said so far."""

    def __init__(self, broker: Broker, folder: Path, words: tuple[str, ...], out: int) -> None:
        self._broker = broker
        self._err = folder / "err"
        environment = {name: os.environ[name] for name in os.environ if "BLINKENLIGHTS" not in name}
        with self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "blinkenlights", "log", "--broker", broker.url, *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
            )
        os.close(out)
        self.wait_until_bound()

    @property
    def err(self) -> str:
        """What it said beside its output."""
        return self._err.read_text()

    def wait_until_bound(self, beside: int = 0) -> None:
        """Wait until it gets what is published, beside so many queues of others."""
        path = f"/exchanges/{self._broker.vhost}/{EXCHANGE}/bindings/source"

        def is_bound() -> bool:
            found = self._broker.server.api("GET", path)
            return isinstance(found, list) and len(found) > beside

        wait_until(is_bound, "the binding")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


View = Callable[..., tuple[Viewer, int]]


@pytest.fixture
def view(rabbitmq: Broker, tmp_path: Path) -> Iterator[View]:
    """Give a function that starts `log`, in a pipe or a terminal, and gives it and its output."""
    with rabbitmq.channel() as channel:
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
    started: list[tuple[Viewer, int]] = []

    def start(*words: str, terminal: bool = False) -> tuple[Viewer, int]:
        reading, writing = pty.openpty() if terminal else os.pipe()
        started.append((Viewer(rabbitmq, tmp_path, words, writing), reading))
        return started[-1]

    yield start
    for viewer, reading in started:
        viewer.process.kill()
        viewer.process.wait()
        os.close(reading)


def read_lines(file: int, count: int) -> list[str]:
    """Return the first lines; fails when there are more in what is ready with them."""
    content = b""
    while content.count(b"\n") < count:
        content += os.read(file, 65536)
    return content.decode().splitlines()


def test_what_is_published_is_a_line_at_once(rabbitmq: Broker, view: View) -> None:
    """In a pipe each line comes when its report does, plain and with the topic."""
    _, out = view()

    for number in range(3):
        publish(rabbitmq, [number])
        [line] = read_lines(out, 1)
        assert line.endswith(f"observations/swob-ml/{number}-swob.xml  {TOPIC}")
        assert "\x1b" not in line


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--source", "metpx"], [1, 2]),
        (["--client", "b*"], [1, 3]),
        (["--errors"], [2]),
        (["swob-ml/3"], [3]),
        (["--no-topic", "metpx", "2xx"], [1]),
    ],
)
def test_what_is_shown_can_be_chosen(
    words: list[str], wanted: list[int], rabbitmq: Broker, view: View
) -> None:
    """By pattern, source, client, or what failed; patterns may stand behind options."""
    _, out = view("--json", *words)

    rabbitmq.publish(EXCHANGE, TOPIC, [b"rubbish"], properties=properties("metpx"))
    for number, source, code, client in (
        (1, "metpx", 201, "boule"),
        (2, "metpx", 499, "ddsr"),
        (3, "navcan", 201, "boule"),
    ):
        content = body(number, code, client)
        rabbitmq.publish(EXCHANGE, TOPIC, [content], properties=properties(source))

    found = [json.loads(line) for line in read_lines(out, len(wanted))]
    assert [each["name"] for each in found] == [
        f"observations/swob-ml/{number}-swob.xml" for number in wanted
    ]
    assert ("topic" in found[0]) == ("--no-topic" not in words)


def test_colour_is_for_terminals(rabbitmq: Broker, view: View) -> None:
    """In a terminal what failed is red; Ctrl-C ends it without a complaint."""
    viewer, out = view(terminal=True)

    rabbitmq.publish(EXCHANGE, TOPIC, [body(1, 499)], properties=properties())
    [line] = read_lines(out, 1)
    code = viewer.end()

    assert line.startswith("\x1b[31m2016-03-28 13:02:40")
    assert (code, viewer.err) == (130, "\n")


def test_a_reader_that_goes_ends_it(rabbitmq: Broker, view: View) -> None:
    """When the other end of the pipe is closed it ends at once, without a word."""
    viewer, out = view()
    publish(rabbitmq, [1])
    read_lines(out, 1)

    os.dup2(os.open(os.devnull, os.O_RDONLY), out)

    viewer.process.wait(20)
    assert viewer.err == ""


def test_a_reader_that_stands_still_can_be_interrupted(rabbitmq: Broker, view: View) -> None:
    """While nobody reads the pipe, Ctrl-C works all the same."""
    viewer, out = view()
    publish(rabbitmq, range(3000))
    capacity = fcntl.fcntl(out, fcntl.F_GETPIPE_SZ)

    def is_full() -> bool:
        waiting = fcntl.ioctl(out, termios.FIONREAD, b"\0\0\0\0")
        return int.from_bytes(waiting, sys.byteorder) > capacity // 2

    wait_until(is_full, "the pipe to fill")
    assert viewer.end() == 130


def test_a_broker_that_is_restarted(
    rabbitmq: Broker, view: View, start: Start, tmp_path: Path
) -> None:
    """View, capture and route go on when it is back; no line and no copy is lost or doubled."""
    viewer, out = view()
    declare(rabbitmq, "routed")
    declare(rabbitmq, "copies", "log_metpx")
    start(Capture(log_at(rabbitmq), tmp_path / "logs"))
    start(Route(log_at(rabbitmq, "routed"), "log_{source}", create=False))
    for queue in (QUEUE, "routed"):
        rabbitmq.wait_for_consumer(queue)
    rabbitmq.publish("", QUEUE, map(body, range(2000)), properties=properties())

    rabbitmq.restart()
    viewer.wait_until_bound(beside=2)
    publish(rabbitmq, range(2000, 2100))

    assert "2000-swob.xml" in read_lines(out, 100)[0]
    assert viewer.process.poll() is None
    lost, back = viewer.err.splitlines()
    assert "what is sent meanwhile is not shown" in lost
    assert "works again" in back
    logs = tmp_path / "logs"
    wait_until(lambda: bodies(logs)[body(2099)], "the last line")
    assert bodies(logs) == Counter(map(body, range(2100)))
    wait_until(lambda: rabbitmq.depth("copies") == 100, "the last copy")
    assert rabbitmq.fetch("copies") == [body(number) for number in range(2000, 2100)]


def test_nothing_is_left_on_the_broker(rabbitmq: Broker, view: View) -> None:
    """Its queue is gone with it."""
    viewer, _ = view()

    viewer.end(signal.SIGTERM)

    path = f"/queues/{rabbitmq.vhost}?disable_stats=true&enable_queue_totals=true"
    wait_until(lambda: rabbitmq.server.api("GET", path) == [], "its queue to be gone")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--exchange", "nowhere"], 1, "no exchange 'nowhere'"),
        (["--broker", "amqp://x:wrong@127.0.0.1:{port}/"], 1, "refuses the user or the password"),
        (["--broker", "amqp://127.0.0.1:1/"], 1, "cannot be reached"),
        (["--broker", "http://x"], 2, "--broker is not an address"),
        (["--capture", "{folder}/logs", "--json"], 2, "--capture writes whole messages"),
        (["--queue", "x"], 2, "--queue is for --capture"),
    ],
)
def test_what_cannot_be(
    words: list[str], code: int, said: str, rabbitmq: Broker, tmp_path: Path
) -> None:
    """What cannot begin ends with one sentence."""
    given = [each.format(port=rabbitmq.server.port, folder=tmp_path) for each in words]
    done = subprocess.run(
        [sys.executable, "-m", "blinkenlights", "log", "--broker", rabbitmq.url, *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "wrong" not in done.stderr
