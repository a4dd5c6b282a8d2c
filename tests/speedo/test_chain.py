"""The whole way: reports at a broker, collector, store, speedos, and back to the collector."""

import json
import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.store import layout
from kinds.transfer.counted import Report
from servers.process import ServerProcess, make_folder, remove_folder
from servers.programs import Program
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until
from speedo.counting import Arrived, Counted, Listening, summed

ALL = {"v01.speedo.client.all", "v01.speedo.sources.all"}
LINE = re.compile(
    r"(?P<datetime>\d{14}\.\d{3}) (?P<good>\d+) (?P<bad>\d+) (?P<good_bytes>\d+) "
    r"(?P<bad_bytes>\d+) (?P<bytes>\d+) (?P<files>\d+) (?P<interval>\d+(\.\d+)?)"
)

SOURCES = """\
[[amqp]]
url = "{broker}"
exchange = "xreport"
keys = ["v03.#"]
queue = "blinkenlights.transfer"
kind = "transfer"

[[amqp]]
url = "{broker}"
exchange = "log"
keys = ["v01.speedo.#"]
queue = "blinkenlights.speedo"
kind = "speedo"

[speedo]
interval = 0.6
all_interval = 0.2
"""


def report(client: str, source: str, code: int, size: int) -> bytes:
    """Return the report of a transfer that has just ended."""
    return Report(0, client, source, code, size, wall_clock()).body


def publish(broker: Broker) -> None:
    """Publish four reports: three good, one bad, of two sources."""
    bodies = [
        report("alice", "metpx", 201, 1000),
        report("alice", "metpx", 304, 24),
        report("alice", "dfo", 201, 5),
        report("bob", "metpx", 499, 7),
    ]
    broker.publish("xreport", "v03.bulletins", bodies, confirm=True)


WANTED = {
    ("log", "v01.speedo.client.alice"): Counted(3, 0, 1029, 0),
    ("log", "v01.speedo.client.bob"): Counted(0, 1, 0, 7),
    ("log", "v01.speedo.source.metpx"): Counted(2, 1, 1024, 7),
    ("log", "v01.speedo.source.dfo"): Counted(1, 0, 5, 0),
    ("log", "v01.speedo.client.all"): Counted(3, 1, 1029, 7),
    ("log", "v01.speedo.sources.all"): Counted(3, 1, 1029, 7),
    ("log_metpx", "v01.speedo.source.metpx"): Counted(2, 1, 1024, 7),
    ("log_metpx", "v01.speedo.client.alice"): Counted(2, 0, 1024, 0),
    ("log_metpx", "v01.speedo.client.bob"): Counted(0, 1, 0, 7),
}
"""What all speedos of each exchange and key sum up to; log_dfo is not there."""


def sums(arrived: list[Arrived]) -> dict[tuple[str, str], Counted]:
    """Return what speedos sum up to, by exchange and key."""
    keys = {(each.exchange, each.key) for each in arrived}
    return {key: summed(one for one in arrived if (one.exchange, one.key) == key) for key in keys}


def test_from_reports_to_speedos_and_back(
    rabbitmq: Broker, valkey: Valkey, program: Program, tmp_path: Path
) -> None:
    """Every speedo has the eight fields, sums are what was reported, zeros follow, all are kept."""
    told = Listening(rabbitmq, "log", "log_metpx")
    config = tmp_path / "blinkenlights.toml"
    config.write_text(
        f'[store]\nurl = "{valkey.url}"\n' + SOURCES.format(broker=rabbitmq.url), encoding="utf-8"
    )
    program("collect", "--config", config)
    rabbitmq.wait_for_consumer("blinkenlights.transfer")
    rabbitmq.wait_for_consumer("blinkenlights.speedo")
    publish(rabbitmq)

    program("speedo", "--config", config)

    wait_until(lambda: sums(told.take()) == WANTED, "the sums", 30)
    first = list(told.arrived)
    wait_until(
        lambda: (
            len(told.of("v01.speedo.client.alice")) >= 3
            and len(told.of("v01.speedo.client.bob", "log_metpx")) >= 3
        ),
        "zeros",
        30,
    )

    for key in WANTED:
        of_key = [each for each in told.arrived if (each.exchange, each.key) == key]
        check_each(of_key, at_most=1.5 if key[1] in ALL else 3.0)
    later = [each.body.split() for each in told.arrived[len(first) :]]
    assert {tuple(fields[1:7]) for fields in later} == {("0",) * 6}
    client = valkey.client()

    def kept() -> set[str]:
        return {str(name) for name in client.hkeys(transfer_keys.SPEEDOS)}

    names = {"client\0alice", "client\0bob", "source\0metpx", "source\0dfo"}
    wait_until(lambda: names < kept(), "the collector to have read them")
    assert kept() == names | {"all\0clients", "all\0sources"}
    newest = json.loads(str(client.hget(transfer_keys.SPEEDOS, "client\0alice")))
    assert newest[1:7] == [0, 0, 0, 0, 0.0, 0.0]
    assert client.hget(layout.COUNTERS, "stored:transfer") == "4"
    assert not client.llen(layout.SAMPLES)


def check_each(arrived: list[Arrived], at_most: float) -> None:
    """Check the form of the speedos of one key, and that each says the seconds it covers.

    The first covers all time since the store was new, the others `at_most` so many seconds.
    """
    matches = [LINE.fullmatch(each.body) for each in arrived]
    assert all(matches), arrived
    for match in matches:
        assert match is not None
        assert int(match["bytes"]) == int(match["good_bytes"]) + int(match["bad_bytes"])
        assert int(match["files"]) == int(match["good"])
    speedos = [each.speedo for each in arrived]
    for before, each in pairwise(speedos):
        assert each.interval == pytest.approx(each.event - before.event, abs=0.0015)
        assert 0 < each.interval < at_most


def test_up_publishes_where_it_has_a_log(
    rabbitmq: Broker, program: Program, tmp_path: Path
) -> None:
    """One process does it all, and follows its configuration to a broker and away from it."""
    told = Listening(rabbitmq, "log", "log_metpx")
    state = make_folder("state")
    config = tmp_path / "blinkenlights.toml"
    config.write_text("")
    try:
        up = program("up", "--state", state, "--config", config)
        wait_until(lambda: "listening on" in up.log.read_text(), "it to listen", 30)
        before = up.log.read_text()

        config.write_text(SOURCES.format(broker=rabbitmq.url))
        send(up, signal.SIGHUP)
        rabbitmq.wait_for_consumer("blinkenlights.transfer")
        publish(rabbitmq)
        wait_until(lambda: sums(told.take()) == WANTED, "the sums", 30)
        config.write_text("")
        send(up, signal.SIGHUP)
        wait_until(lambda: not rabbitmq.connections(), "nobody at the broker", 30)
        send(up, signal.SIGTERM)
        wait_until(lambda: not up.is_running(), "the end", 30)
    finally:
        remove_folder(state)

    assert "speedo" not in before
    assert "Traceback" not in up.log.read_text()


def send(process: ServerProcess, number: signal.Signals) -> None:
    """Send a signal to a process."""
    os.kill(process.pid, number)
