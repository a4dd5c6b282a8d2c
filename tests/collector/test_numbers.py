"""Numbers in heartbeats become series, without being sent twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import LinesConfig
from blinkenlights.kinds.metric import keys
from blinkenlights.store import layout
from collector.running import RunningCollector, Stored, config, heartbeat, line
from collector.test_names import send
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
Listen = Callable[..., RunningCollector]
NO_ROOM = "trimmed:no room for a number"
BAD_NAME = "trimmed:number with a bad name"


@pytest.fixture
def source(tmp_path: Path) -> LinesConfig:
    """Give a socket that takes lines of any kind."""
    return LinesConfig(listen=f"unix://{tmp_path}/lines")


@pytest.fixture
def listen(valkey: Valkey, stored: Stored, collect: Collect, source: LinesConfig) -> Listen:
    """Give a function that starts a collector with some settings, and waits until it listens."""

    def start(**settings: Any) -> RunningCollector:  # noqa: ANN401 - keys of [collector]
        running = collect(config(valkey.url, lines=[source], **settings))
        stored.wait_until_caught_up()
        return running

    return start


@pytest.fixture
def facts(valkey: Valkey) -> Callable[[], dict[str, keys.Facts]]:
    """Give what is known of all series."""
    client = valkey.client(decode_responses=False)

    def known() -> dict[str, keys.Facts]:
        packed: Any = client.hgetall(keys.FACTS)
        return {name.decode(): keys.parse_facts(each) for name, each in packed.items()}

    return known


Facts = Callable[[], dict[str, keys.Facts]]


def wait_until_stored(stored: Stored, number: int) -> None:
    """Wait until so many heartbeats were stored, with all that came beside them."""
    wait_until(lambda: stored.count("stored:heartbeat") == number, f"{number} heartbeats")


def test_numbers_of_a_heartbeat_are_series(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """Each is called by its component and its key, and is of the heartbeat's time and source."""
    sent = wall_clock() - 2
    extras = {
        "queue": 7,
        "load": 0.25,
        "leader": True,
        "version": "3",
        "host": "web1",
        "gone": None,
    }
    listen()

    send(source, line("www", sent, system="shop", **extras))
    wait_until_stored(stored, 1)

    assert {name: each.value for name, each in facts().items()} == {
        "shop:www.queue@web1": 7,
        "shop:www.load@web1": 0.25,
    }
    found = facts()["shop:www.queue@web1"]
    assert found.event == pytest.approx(sent, abs=0.001)
    assert found.source == stored.facts("shop:www").source
    assert stored.count("stored:heartbeat") == 1
    assert stored.count("stored:metric") == 0


def test_the_host_of_a_number(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """It is that of the instance, where that has one; a process that began anew goes on with it."""
    listen()

    send(source, line("a", uuid="db1:4711", depth=1), line("a", uuid="db1:4712", depth=2))
    send(source, line("b", uuid="5e-3f", depth=3))
    wait_until_stored(stored, 3)

    assert facts()["a.depth@db1"].value == 2
    assert facts().keys() == {"a.depth@db1", "b.depth"}


def test_a_heartbeat_is_not_refused_for_its_numbers(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """Where there is no room they are left out and counted; those that are known go on."""
    listen(max_numbers=2)

    send(source, line("a", one=1, two=2), line("b", one=1))
    wait_until_stored(stored, 2)
    send(source, line("a", one=11, two=2, three=3))
    wait_until_stored(stored, 3)

    assert {name: each.value for name, each in facts().items()} == {"a.one": 11, "a.two": 2}
    assert stored.count(NO_ROOM) == 2
    assert not stored.samples()


def test_the_room_for_numbers_outlives_a_collector(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """What another one has brought is counted."""
    running = listen(max_numbers=1)
    send(source, line("a", one=1))
    wait_until_stored(stored, 1)
    wait_until(lambda: stored.client.hgetall(layout.NAMES).get("metric numbers heartbeat"), "it")
    running.stop()

    listen(max_numbers=1)
    send(source, line("a", one=2, two=2))
    wait_until_stored(stored, 2)

    assert {name: each.value for name, each in facts().items()} == {"a.one": 2}


def test_without_room_for_any_number(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """With 0 none is kept, and nothing is counted as left out."""
    listen(max_numbers=0)

    send(source, line("a", one=1))
    wait_until_stored(stored, 1)

    assert facts() == {}
    assert stored.count(NO_ROOM) == 0


def test_no_number_makes_a_node_expected(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """A key called `heartbeat` or `shutdown` says nothing of presence, whatever its number is."""
    listen()

    send(source, line("a", heartbeat=1, shutdown=2, **{"x.shutdown": 3}), line("b", ok=1))
    wait_until_stored(stored, 2)

    assert facts().keys() == {"b.ok"}
    assert stored.count(BAD_NAME) == 3


def test_a_number_that_is_too_large_is_none(
    stored: Stored, listen: Listen, source: LinesConfig, facts: Facts
) -> None:
    """Its heartbeat counts, and so do its other numbers."""
    listen()

    send(source, heartbeat("a", kind="heartbeat", huge=10**400, small=-1) + b"\n")
    wait_until_stored(stored, 1)

    assert {name: each.value for name, each in facts().items()} == {"a.small": -1}
