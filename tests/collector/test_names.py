"""How many names there may be: new ones are refused where there is no more room for them."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from blinkenlights.config import LinesConfig
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.machine import keys as machine_keys
from blinkenlights.kinds.registry import signals
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.kinds.transfer.settings import InFlightConfig
from blinkenlights.store import layout
from collector.running import (
    EXCHANGE,
    KEY,
    RunningCollector,
    Stored,
    amqp_config,
    config,
    heartbeat,
    line,
)
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
TOO_MANY = "rejected:too many names"
TOO_MANY_IN_FLIGHT = "rejected:too many in flight"


@pytest.fixture
def two_sockets(tmp_path: Path) -> list[LinesConfig]:
    """Give two sources of signals."""
    return [LinesConfig(listen=f"unix://{tmp_path}/{name}") for name in ("one", "other")]


def send(source: LinesConfig, *lines: bytes) -> None:
    """Send lines to a socket, and wait until they were read."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(source.listen.removeprefix("unix://"))
        connection.sendall(b"".join(lines))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


def wait_until_handled(stored: Stored, number: int, kind: str = "heartbeat") -> None:
    """Wait until so many messages were stored or refused."""
    wait_until(
        lambda: stored.count(f"stored:{kind}") + stored.count(TOO_MANY) >= number,
        f"{number} messages to be stored or refused",
    )


def brought(stored: Stored) -> int:
    """Return how many names all sources brought, as the store has it."""
    return sum(map(int, stored.client.hvals(layout.NAMES)))


def beats(*numbers: int) -> list[bytes]:
    """Return heartbeats of numbered components."""
    return [line(f"c{number}") for number in numbers]


def test_every_fact_has_its_names() -> None:
    """What senders may invent is bounded for each class of facts."""
    unbounded = [
        fact.__name__ for signal in signals() for fact in signal.facts if not signal.names.get(fact)
    ]

    assert unbounded == []


def test_a_source_that_invents_names_is_stopped_and_nobody_else(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """Its new names are refused and counted, its known ones go on, and so does another source."""
    flooded, other = two_sockets
    collect(config(valkey.url, lines=two_sockets, max_names=100))
    stored.wait_until_caught_up()

    send(flooded, *beats(*range(5000)))
    wait_until_handled(stored, 5000)
    send(flooded, line("c7", note="again"), line("new"))
    send(other, line("elsewhere"))
    stored.wait_for("elsewhere")
    wait_until_handled(stored, 5003)

    assert stored.components() == {f"c{number}" for number in range(100)} | {"elsewhere"}
    assert stored.count(TOO_MANY) == 4901
    assert "again" in stored.facts("c7").extras
    [sample, *_] = stored.samples()
    assert sample["reason"] == "too many names"
    assert sample["detail"] == "'new' is new: this source brought 100 already (max_names)"


def test_all_sources_together_are_bounded(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """Of two that bring new names neither gets more than what is left in all."""
    one, other = two_sockets
    collect(config(valkey.url, lines=two_sockets, max_names_in_all=150))
    stored.wait_until_caught_up()

    send(one, *beats(*range(100)))
    wait_until_handled(stored, 100)
    send(other, *beats(*range(50, 250)))
    wait_until_handled(stored, 300)

    assert stored.components() == {f"c{number}" for number in range(150)}
    assert "150 already (max_names_in_all)" in stored.samples()[0]["detail"]


def test_names_that_were_forgotten_make_room(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """After `forget` a source may bring others."""
    source = two_sockets[0]
    collect(config(valkey.url, lines=[source], max_names=50))
    stored.wait_until_caught_up()
    send(source, *beats(*range(60)))
    wait_until_handled(stored, 60)
    wait_until(lambda: brought(stored) == 50, "the names to be on record")

    stored.client.hdel(heartbeat_keys.FACTS, *(f"c{number}" for number in range(20)))
    wait_until(lambda: brought(stored) == 30, "the forgotten names to be known")
    send(source, *beats(*range(100, 130)))
    wait_until_handled(stored, 90)

    assert stored.client.hlen(heartbeat_keys.FACTS) == 50


def test_a_collector_that_starts_knows_what_others_brought(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """A restart is no way to bring more."""
    source = two_sockets[0]
    first = collect(config(valkey.url, lines=[source], max_names=50))
    stored.wait_until_caught_up()
    send(source, *beats(*range(60)))
    wait_until_handled(stored, 60)
    wait_until(lambda: brought(stored) == 50, "the names to be on record")
    first.stop()

    collect(config(valkey.url, lines=[source], max_names=50))
    stored.wait_until_caught_up()
    send(source, *beats(*range(100, 160)))
    wait_until_handled(stored, 120)

    assert stored.client.hlen(heartbeat_keys.FACTS) == 50


def test_two_collectors_of_one_queue_hold_the_bound(
    valkey: Valkey, stored: Stored, collect: Collect, bound: Broker
) -> None:
    """What they let in together is at most one batch of each beyond it, whatever each gets."""
    for name in ("east", "west"):
        source = amqp_config(bound.url)
        collect(
            config(valkey.url, [source], name=name, max_names=1000, batch_size=100, prefetch=100)
        )
    wait_until(lambda: len(stored.client.hkeys(layout.LIVE)) == 2, "both to report")

    bound.publish(EXCHANGE, KEY, [heartbeat(f"c{number}") for number in range(10_000)])
    wait_until_handled(stored, 10_000)

    assert 1000 <= stored.client.hlen(heartbeat_keys.FACTS) <= 3000


def own(kind: str, **keys: object) -> bytes:
    """Return a signal of a kind as a JSON line, sent now."""
    return json.dumps({"kind": kind, **keys}).encode() + b"\n"


def report(number: int) -> bytes:
    """Return the report of a transfer by one of many clients."""
    return own("transfer", client=f"c{number}", source="s", code=200)


def begun(number: int) -> bytes:
    """Return the beginning of one of many transfers."""
    return own("transfer", state="started", client="c", source="s", node="n", name=f"f{number}")


def machine(number: int) -> bytes:
    """Return the life of one of many machines."""
    return own("machine", datacenter="mdc1", machine=f"m{number}")


def pool(number: int) -> bytes:
    """Return the life of one machine that is in ever another pool."""
    return own("machine", datacenter="mdc1", machine="m", pool=f"p/{number}")


@pytest.mark.parametrize(
    ("signal", "count", "key"),
    [
        (report, "zcard", transfer_keys.GOOD + "client"),
        (machine, "hlen", machine_keys.FACTS),
        (pool, "scard", machine_keys.POOLS),
    ],
    ids=["clients", "machines", "pools"],
)
def test_what_can_be_invented_is_bounded_in_every_kind(  # noqa: PLR0917 - fixtures
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    two_sockets: list[LinesConfig],
    signal: Callable[[int], bytes],
    count: str,
    key: str,
) -> None:
    """Also the pools of one machine."""
    source = two_sockets[0]
    collect(config(valkey.url, lines=[source], max_names=10))
    stored.wait_until_caught_up()

    send(source, *map(signal, range(40)))
    wait_until(lambda: stored.count(TOO_MANY) >= 29, "messages to be refused")

    assert 9 <= getattr(stored.client, count)(key) <= 10


def test_what_is_in_flight_has_a_bound_of_its_own(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """It is nobody's name: neither takes from the other, and what ends makes room."""
    source = two_sockets[0]
    settings = config(valkey.url, lines=[source], max_names=10)
    collect(msgspec.structs.replace(settings, of_kinds=(InFlightConfig(most=30),)))
    stored.wait_until_caught_up()

    send(source, *map(begun, range(40)))
    wait_until(lambda: stored.count(TOO_MANY_IN_FLIGHT) == 10, "beginnings to be refused")
    [sample, *_] = stored.samples()
    send(source, own("transfer", client="c", source="s", node="n", name="f3", code=201))
    wait_until(lambda: stored.client.zcard(transfer_keys.INFLIGHT) == 29, "one to end")
    send(source, begun(50))
    wait_until(lambda: "n\0f50" in stored.client.zrange(transfer_keys.INFLIGHT, 0, -1), "room")
    send(source, *map(report, range(20)))
    wait_until(lambda: stored.count(TOO_MANY) == 11, "names to be refused")

    assert stored.client.zcard(transfer_keys.INFLIGHT) == 30
    assert sample["detail"] == "'n', 'f39' is new: there are 30 already (most in [inflight])"


def test_the_report_says_how_many_names_there_are(
    valkey: Valkey, stored: Stored, collect: Collect, two_sockets: list[LinesConfig]
) -> None:
    """With how many of them are new in the last minute; what comes and goes is not counted."""
    collect(config(valkey.url, lines=two_sockets))
    stored.wait_until_caught_up()

    send(two_sockets[0], *beats(*range(30)), *beats(*range(30)), *map(report, range(5)), begun(1))

    wait_until(lambda: (stored.report() or {})["names"] == 35, "the names to be reported")
    found = stored.report()
    assert found is not None
    assert found["new_names_per_minute"] == 35
