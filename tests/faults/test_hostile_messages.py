"""Twenty thousand messages that nobody should send, with good ones between them."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from itertools import chain as joined
from typing import Any, NoReturn

import msgspec
import pytest
from msgspec.structs import replace

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from blinkenlights.collector.amqp import LARGEST_BODY
from blinkenlights.collector.deadletters import QUEUE_LENGTH
from blinkenlights.config import LinesConfig
from blinkenlights.store import layout
from blinkenlights.store.report import Sample
from faults.chain import EXCHANGE, KEY, REJECTED, Chain, Said, beat, later
from faults.hostile import Hostile, messages
from servers.waiting import wait_until

NUMBER = 20_000
EVERY = 100
"""Hostile messages between two good ones."""
MORE_MEMORY = 100 * 2**20
LINE_BYTES = 255
OUTPUT_BYTES = 4096
FIGURE = re.compile(r"[a-z0-9_]+=-?[0-9.]+(s|B|%)?(;[-0-9.:~@]*){0,4}")
OPTIONS = (
    "",
    "-v",
    "-vv",
    "-vvv",
    "--no-perfdata",
    "--name *",
    "--name *script* -vvv",
    "--exclude good* -v",
    "--value depth -w 5 -c 10",
    "--value depth -w 5 -c 10 -vvv",
    "--value | -v",
    "--min 3 -v",
    "--system $(reboot) -v",
)


class Traffic:
    """What is sent one way, hostile messages and good ones."""

    def __init__(self, way: str) -> None:
        self.good = [f"good {way} {n:03}" for n in range(NUMBER // EVERY)]

    def bodies(self, hostile: list[Hostile]) -> Iterator[Hostile]:
        """Give all in order."""
        for n, message in enumerate(hostile):
            if n % EVERY == 0:
                good = beat(self.good[n // EVERY], wall_clock(), kind="heartbeat")
                yield message._replace(body=good, key=KEY)
            yield message


@pytest.fixture(scope="module")
def hostile() -> list[Hostile]:
    """Give the messages."""
    return messages(NUMBER)


def total(chain: Chain) -> int:
    """Return how many messages were stored or rejected."""
    return sum(joined(chain.counters("stored:").values(), chain.counters("rejected:").values()))


def as_lines(traffic: Iterator[Hostile]) -> tuple[bytes, int]:
    """Return messages as what is written to a socket, and how many lines that is."""
    data = b"\n".join(message.body for message in traffic) + b"\n"
    return data, len([line for line in data.split(b"\n") if line and not line.isspace()])


def test_the_good_ones_arrive_and_the_others_do_no_harm(
    chain: Chain,
    hostile: list[Hostile],
    free_port: Callable[[], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All are counted; rejects are sampled and dead-lettered; each output is clean."""
    port = free_port()
    lines = LinesConfig(listen=f"tcp://127.0.0.1:{port}")
    collector = chain.listen(replace(chain.config(), lines=[lines]))
    memory = chain.memory()

    by_broker = Traffic("by broker")
    with chain.broker.channel() as channel:
        for body, key, properties in by_broker.bodies(hostile):
            wire: Any = key.encode("utf-8", "surrogateescape")
            channel.basic_publish(EXCHANGE, wire, body, properties())
    published = NUMBER + len(by_broker.good)
    wait_until(lambda: total(chain) >= published, "all by the broker", 120)
    rejected = sum(chain.counters("rejected:").values())
    wait_until(
        lambda: chain.broker.depth(REJECTED) == min(rejected, QUEUE_LENGTH), "the dead letters"
    )
    by_socket = Traffic("by socket")
    data, count = as_lines(by_socket.bodies(hostile))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(data)
    wait_until(lambda: total(chain) >= published + count, "all by the socket", 60)

    assert total(chain) == published + count
    facts = chain.facts()
    assert {name for name in facts if name.startswith("good ")} == {
        *by_broker.good,
        *by_socket.good,
    }
    assert not collector.logged("warning")
    assert not collector.logged("error")
    assert chain.memory() < memory + MORE_MEMORY
    check_rejects(chain)
    check_dead_letters(chain, hostile)
    for options in OPTIONS:
        for clock in (wall_clock, later(20)):
            check_output(chain.heartbeat(*options.split(), clock=clock), verbose="-v" in options)
            check_json(chain.heartbeat(*options.split(), "--json", clock=clock))
    for options in ("", "-v", "-vvv"):
        check_output(chain.ask("collector", *options.split()), verbose=bool(options))
    check_json(chain.ask("collector", "--json"))
    for options in ("", "--json"):
        assert main(["rejected", "--redis", chain.store.url, *options.split()]) == 0
        check_printable(capsys.readouterr().out)


def check_rejects(chain: Chain) -> None:
    """Fail when reasons or samples hold what senders wrote, or are more than a few."""
    reasons = chain.counters("rejected:")
    assert "internal error" not in reasons
    assert len(reasons) < 40
    assert all(re.fullmatch("[A-Za-z_]+( [A-Za-z_]+){0,4}", reason) for reason in reasons), reasons
    samples = [
        msgspec.json.decode(text, type=Sample)
        for text in chain.client.lrange(layout.SAMPLES, 0, -1)
    ]
    assert len(samples) == layout.SAMPLES_KEPT
    for sample in samples:
        check_printable(sample.detail)
        check_printable(sample.body)
        assert len(sample.body) <= layout.SAMPLE_BYTES
        assert sample.reason in reasons


def check_dead_letters(chain: Chain, hostile: list[Hostile]) -> None:
    """Fail when the queue holds anything but what was sent, as it was sent, with the reason."""
    sent = {message.body[:LARGEST_BODY] for message in hostile}
    reasons = chain.counters("rejected:")
    letters = 0
    with chain.broker.channel() as channel:
        for _, properties, body in channel.consume(REJECTED, auto_ack=True, inactivity_timeout=1):
            if properties is None:
                break
            letters += 1
            assert body in sent
            headers: dict[str, Any] = dict(properties.headers or {})
            assert headers["reason"] in reasons
            check_printable(headers["detail"])
    assert letters == QUEUE_LENGTH


def check_output(said: Said, *, verbose: bool) -> None:
    """Fail when a core, a macro or a terminal could take an answer for something else."""
    assert len(said.text.encode()) <= OUTPUT_BYTES
    first, *details = said.text.split("\n")
    assert not details or verbose
    line, bar, figures = first.partition(" | ")
    assert re.match("(HEARTBEAT|COLLECTOR) (OK|WARNING|CRITICAL|UNKNOWN): ", line)
    assert len(line.encode()) <= LINE_BYTES
    for text in (line, *details):
        check_printable(text)
        assert not set(text) & set('|$`<>&~"'), text
    for figure in figures.split(" ") if bar else ():
        assert FIGURE.fullmatch(figure), figure


def check_json(said: Said) -> None:
    """Fail when an answer is not one line with one object that all parsers take."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    check_printable(said.text)
    answer = json.loads(said.text, parse_constant=refuse)
    assert answer["code"] == said.code


def check_printable(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n")), ascii(text)
