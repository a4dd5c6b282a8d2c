"""Metrics while datagrams are dropped and while the store hangs: each point is accounted for."""

import json
import socket
from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from collector.running import RunningCollector, Stored, config
from servers.series import series_in
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

BURST = 4000
SERIES = 10


def event(number: int, time: float) -> bytes:
    """Return an event of one of ten series; one in a hundred has no number."""
    value: object = "none" if number % 100 == 7 else number
    name = f"load{number % SERIES}"
    return json.dumps({"name": name, "value": value, "time": int(1000 * time)}).encode()


def points(valkey: Valkey) -> int:
    """Return how many points the open hours of all series have."""
    return sum(
        slot.number
        for facts in series_in(valkey).values()
        for slot in facts.open.values()
        if slot.step == 3600
    )


def test_each_datagram_is_stored_refused_or_dropped(
    collect: Collect, valkey: Valkey, stored: Stored, free_port: Callable[[], int]
) -> None:
    """A burst that the kernel's small buffer cannot hold adds up exactly."""
    place = ("127.0.0.1", free_port())
    lines = LinesConfig(listen="udp://{}:{}".format(*place), kind="metric", receive_buffer=65_536)
    collect(config(valkey.url, lines=[lines]))
    stored.wait_until_caught_up()
    now = wall_clock()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(place)
        for number in range(BURST):
            sender.send(event(number, now))

    def settled() -> tuple[int, int, int]:
        report = stored.report()
        assert report is not None
        refused = stored.count("rejected:value is no number")
        return stored.count("stored:metric"), refused, report["dropped"]

    wait_until(lambda: sum(settled()) == BURST, "each datagram to be accounted for", 20)
    wait_until(lambda: points(valkey) == settled()[0], "what is stored to be counted", 20)


def test_points_that_came_while_the_store_hung_count_once(
    collect: Collect,
    valkey: Valkey,
    stored: Stored,
    free_port: Callable[[], int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What the store did, and could not answer in time, is tried again."""
    place = ("127.0.0.1", free_port())
    lines = LinesConfig(listen="tcp://{}:{}".format(*place), kind="metric")
    collect(config(valkey.url, lines=[lines], batch_size=50))
    stored.wait_until_caught_up()
    hour = wall_clock() // 3600 * 3600
    bodies = [event(100 * number, hour + number / 1000) for number in range(BURST)]
    with socket.create_connection(place) as sender:
        sender.sendall(b"\n".join(bodies[: BURST // 2]) + b"\n")
        valkey.process.pause()
        try:
            sender.sendall(b"\n".join(bodies[BURST // 2 :]) + b"\n")
            wait_until(lambda: "no answer in time" in caplog.text, "the store to be missed", 30)
        finally:
            valkey.process.resume()

    wait_until(lambda: points(valkey) >= BURST, "all to be stored", 30)
    stored.wait_until_caught_up(after=wall_clock())
    assert points(valkey) == BURST
