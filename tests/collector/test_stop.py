"""What happens on SIGTERM and SIGHUP."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from blinkenlights.collector.amqp import AmqpSource
from blinkenlights.collector.daemon import Collector
from blinkenlights.collector.lines import LinesSource
from blinkenlights.config import LinesConfig, StoreConfig
from collector.running import (
    EXCHANGE,
    KEY,
    QUEUE,
    RunningCollector,
    Stored,
    amqp_config,
    config,
    heartbeat,
    line,
)
from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

SLOWLY = 10.0
"""A batch that is still open when a test ends."""


def test_a_stop_finishes_the_batch_in_hand(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """What was received is stored and acknowledged, and the last report says when it ended."""
    settings = config(valkey.url, [amqp_config(bound.url)], batch_seconds=SLOWLY)
    running = collect(settings)
    bound.wait_for_consumer(QUEUE)
    names = {f"component {number}" for number in range(100)}
    bound.publish(EXCHANGE, KEY, [*map(heartbeat, names), b"rubbish"])
    wait_until(lambda: bound.depth(QUEUE) == 0, "all to be in hand")

    running.stop()

    assert stored.components() == names
    assert bound.unfinished(QUEUE) == 0
    assert bound.depth("blinkenlights.rejected") == 1
    report = stored.report()
    assert report is not None
    assert report["stopped"] >= report["started"]
    assert report["stored"] == 100
    assert len(report["sources"]) == 1


def test_a_stop_stores_the_lines_in_hand(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """A socket cannot give anything again."""
    path = tmp_path / "s"
    lines = [LinesConfig(listen=f"unix://{path}")]
    running = collect(config(valkey.url, lines=lines, batch_seconds=SLOWLY))
    wait_until(path.exists, "the socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(path))
        connection.sendall(line("one"))
        wait_until(lambda: in_hand(running) == 1, "the line to be in hand")

        running.stop()

    assert stored.components() == {"one"}


def test_a_stop_reads_what_was_sent(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Connections that were made and closed a moment before are heard, also when not accepted."""
    path = tmp_path / "s"
    running = collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{path}")]))
    wait_until(path.exists, "the socket")
    names = {f"component {number}" for number in range(50)}
    for name in names:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(path))
            connection.sendall(line(name))

    running.stop()

    assert stored.components() == names


def in_hand(running: RunningCollector) -> int:
    sources = [each.source for each in running.collector._sources._running]
    ours = [each for each in sources if isinstance(each, AmqpSource | LinesSource)]
    return sum(each._intake.in_hand for each in ours)


def test_a_stop_does_not_wait_for_ever(
    bound: Broker,
    own_valkey: Callable[..., Valkey],
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """When the store is away, the messages in hand go back to the queue."""
    server = own_valkey()
    settings = config(server.url, [amqp_config(bound.url)], shutdown_seconds=0.5)
    running = collect(settings)
    bound.wait_for_consumer(QUEUE)
    server.stop()
    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])
    wait_until(lambda: bound.depth(QUEUE) == 0, "it to be in hand")

    running.stop()

    wait_until(lambda: bound.depth(QUEUE) == 1, "it to be in the queue again")
    assert "not everything could be stored within 0.5 seconds" in caplog.text


def test_a_stop_before_the_store_ever_answered(
    bound: Broker, own_valkey: Callable[..., Valkey], collect: Collect
) -> None:
    """It ends at once."""
    server = own_valkey()
    server.stop()
    running = collect(config(server.url, [amqp_config(bound.url)]))
    began = time.monotonic()

    running.stop()

    assert time.monotonic() - began < 3


def test_a_stop_while_the_broker_is_away(
    valkey: Valkey, stored: Stored, collect: Collect, free_port: Callable[[], int]
) -> None:
    """It ends at once, whatever it was waiting for."""
    running = collect(config(valkey.url, [amqp_config(f"amqp://127.0.0.1:{free_port()}/")]))
    wait_until(stored.source, "a report")
    began = time.monotonic()

    running.stop()

    assert time.monotonic() - began < 3


def test_a_stop_while_the_broker_hangs(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    faulty_proxy: Callable[[int], FaultyProxy],
    collect: Collect,
) -> None:
    """A broker that takes connections and says nothing does not keep us."""
    proxy = faulty_proxy(bound.server.port)
    proxy.hang()
    url = bound.url.replace(f":{bound.server.port}/", f":{proxy.port}/")
    running = collect(config(valkey.url, [amqp_config(url)]))
    wait_until(lambda: proxy.connections, "a connection")
    wait_until(stored.source, "a report")
    began = time.monotonic()

    running.stop()

    assert time.monotonic() - began < 3


def test_a_reload_follows_the_new_configuration(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Sources that are gone are closed, new ones opened, and the others are not disturbed."""
    stays, goes, comes = (LinesConfig(listen=f"unix://{tmp_path}/{n}") for n in ("s", "g", "c"))
    running = collect(config(valkey.url, lines=[stays, goes]))
    stored.wait_until_caught_up()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(f"{tmp_path}/s")
        connection.sendall(line("before"))
        stored.wait_for("before")

        running.reload(config(valkey.url, [amqp_config(bound.url)], [stays, comes]))

        wait_until(lambda: not (tmp_path / "g").exists(), "the old socket to be closed")
        wait_until((tmp_path / "c").exists, "the new socket to be open")
        bound.wait_for_consumer(QUEUE)
        connection.sendall(line("after"))
        stored.wait_for("after")
    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])
    stored.wait_for("billing")

    def addresses() -> set[str]:
        report = stored.report()
        return {source["address"] for source in report["sources"]} if report else set()

    wanted = {f"unix://{tmp_path}/s on test", f"unix://{tmp_path}/c on test"}
    wait_until(lambda: wanted < addresses(), "the report to list the sources")
    assert len(addresses()) == 3
    assert stored.gaps() == []


def test_a_reload_with_other_settings_loses_nothing(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """A source whose settings changed is closed in good order and opened again."""
    settings = config(valkey.url, [amqp_config(bound.url)], batch_seconds=SLOWLY)
    running = collect(settings)
    bound.wait_for_consumer(QUEUE)
    bound.publish(EXCHANGE, KEY, [heartbeat("before")])
    wait_until(lambda: bound.depth(QUEUE) == 0, "it to be in hand")

    running.reload(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_for("before")
    bound.publish(EXCHANGE, KEY, [heartbeat("after")])
    stored.wait_for("after")
    assert stored.gaps() == []


def test_a_reload_keeps_the_store(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another store is another start; the log says so, and the rest is followed."""
    settings = config(valkey.url)
    running = collect(settings)
    wait_until(stored.report, "a report")
    other = config(valkey.url, [amqp_config(bound.url)], name="renamed")

    running.reload(msgspec.structs.replace(other, store=StoreConfig(url="redis://127.0.0.1:1/0")))

    bound.wait_for_consumer(QUEUE)
    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])
    stored.wait_for("billing")
    assert "after a restart only" in caplog.text
    assert stored.report("renamed") is None


TURNS = 250
"""Within so many turns of its event loop a collector starts and has written a report."""


def test_a_stop_at_any_moment_ends_it(valkey: Valkey) -> None:
    """Whatever it just does with the store, a stop is not lost."""
    settings = config(valkey.url)

    async def ends_after(turns: int) -> bool:
        collector = Collector(settings)
        collecting = asyncio.create_task(collector.run())
        for _ in range(turns):
            await asyncio.sleep(0)
        collector.stop()
        # It writes a report each second; half a second later it sleeps, and can be ended.
        ended, going_on = await asyncio.wait([collecting], timeout=5.5)
        for each in going_on:
            each.cancel()
        return bool(ended)

    lost = (turns for turns in range(TURNS) if not asyncio.run(ends_after(turns)))

    assert next(lost, None) is None
