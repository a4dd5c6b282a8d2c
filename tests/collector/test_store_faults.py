"""A store that does not take what we have: nothing is lost, and the log says so once."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from blinkenlights.collector import store_retries
from blinkenlights.store import layout
from collector.running import EXCHANGE, KEY, QUEUE, RunningCollector, Stored, amqp_config, config
from collector.running import heartbeat as beat
from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
Fault = Callable[[Valkey], AbstractContextManager[None]]


@contextmanager
def full(server: Valkey) -> Iterator[None]:
    """It has no memory left and refuses writes: OOM."""
    server.client().config_set("maxmemory", "1")
    yield
    server.client().config_set("maxmemory", "0")


@contextmanager
def read_only(server: Valkey) -> Iterator[None]:
    """It became a replica, as after a failover: READONLY."""
    server.client().replicaof("127.0.0.1", "1")
    yield
    server.client().replicaof("NO", "ONE")


@contextmanager
def restarted(server: Valkey) -> Iterator[None]:
    """It is down for a while, and comes back with what it had."""
    server.stop()
    yield
    server.start()


@contextmanager
def killed(server: Valkey) -> Iterator[None]:
    """It crashed, and comes back empty, without our script."""
    server.process.kill()
    (server.folder / "appendonlydir").rename(server.folder / "lost")
    yield
    server.start()


@contextmanager
def forbidding(server: Valkey) -> Iterator[None]:
    """Somebody took our permissions away: NOPERM."""
    server.client().acl_setuser("default", enabled=True, nopass=True, commands=["-evalsha"])
    yield
    server.client().acl_setuser("default", enabled=True, nopass=True, commands=["+evalsha"])


@pytest.mark.parametrize("fault", [full, read_only, restarted, killed, forbidding])
def test_nothing_is_lost(
    fault: Fault,
    bound: Broker,
    own_valkey: Callable[..., Valkey],
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the fault, all that was sent is stored afterwards; memory is bounded meanwhile."""
    server = own_valkey({"appendonly": "yes"})
    collect(config(server.url, [amqp_config(bound.url)], prefetch=1000))
    Stored(server.client()).wait_until_caught_up()
    names = {f"component {number}" for number in range(3000)}

    with fault(server):
        bound.publish(EXCHANGE, KEY, map(beat, names))
        wait_until(lambda: bound.depth(QUEUE) == 2000, "as many as it may hold to be in hand")
        assert bound.unfinished(QUEUE) == 3000

    stored = Stored(server.client())
    wait_until(lambda: stored.components() == names, "all to be stored", 20)
    wait_until(lambda: bound.unfinished(QUEUE) == 0, "all to be acknowledged")
    wait_until(lambda: "the store works again after" in caplog.text, "the log to say so")
    assert caplog.text.count("the store fails") == 1
    assert caplog.text.count("the store works again after") == 1


def test_a_store_that_hangs_is_waited_for(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    faulty_proxy: Callable[[int], FaultyProxy],
    collect: Collect,
) -> None:
    """The watermark stands still while nothing is stored, and what waited is no wrong clock."""
    proxy = faulty_proxy(valkey.port)
    collect(config(proxy.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    proxy.hang()
    bound.publish(EXCHANGE, KEY, [beat("billing")])
    wait_until(lambda: bound.depth(QUEUE) == 0, "it to be in hand")

    proxy.heal()

    stored.wait_for("billing", seconds=20)
    stored.wait_until_caught_up()
    assert stored.facts("billing").instances[0].offset == 0
    assert stored.gaps() == []


def test_who_loses_the_store_gives_its_messages_to_others(  # noqa: PLR0917 - fixtures
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    faulty_proxy: Callable[[int], FaultyProxy],
    collect: Collect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its report is not heeded any more soon, so it must not keep what others could store."""
    monkeypatch.setattr(store_retries, "PATIENCE_SECONDS", 2.0)
    proxy = faulty_proxy(valkey.port)
    collect(config(proxy.url, [amqp_config(bound.url)], name="test"))
    stored.wait_until_caught_up()
    proxy.refuse()
    bound.publish(EXCHANGE, KEY, [beat("held")], confirm=True)
    wait_until(lambda: bound.depth(QUEUE) == 0, "it to be in hand")

    wait_until(lambda: bound.depth(QUEUE) == 1, "it to be given back", 20)
    proxy.heal()

    stored.wait_for("held")
    wait_until(lambda: bound.unfinished(QUEUE) == 0, "it to be acknowledged")
    stored.wait_until_caught_up()


def test_nothing_is_consumed_before_the_store_has_answered(
    bound: Broker,
    own_valkey: Callable[..., Valkey],
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """How far another run came is in the store, and everything else builds on that."""
    server = own_valkey()
    server.stop()
    bound.publish(EXCHANGE, KEY, [beat("billing")], confirm=True)
    collect(config(server.url, [amqp_config(bound.url)]))
    wait_until(lambda: "the store fails" in caplog.text, "the collector to have tried")

    before = bound.depth(QUEUE)
    server.start()

    assert before == 1
    Stored(server.client()).wait_for("billing")


def test_a_store_that_came_back_from_a_snapshot_is_noticed(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was acknowledged since is in no queue, so its absence is a gap."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    report = stored.report()
    assert report is not None
    snapshot = report["beat"] - 40

    stored.client.hset(layout.LIVE, "test", json.dumps(report | {"beat": snapshot}))

    wait_until(stored.gaps, "the gap to be on record")
    (gap,) = stored.gaps()
    assert gap["start"] == pytest.approx(snapshot, abs=0.1)
    assert gap["end"] == pytest.approx(report["beat"], abs=5)
    assert caplog.text.count("the store came back without the last") == 1


def test_a_new_store_is_noticed(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After a flush the log says so, and what is sent is stored with a new script."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    caplog.clear()

    valkey.empty()

    wait_until(lambda: "the store was emptied" in caplog.text, "the log to say so")
    bound.publish(EXCHANGE, KEY, [beat("billing")])
    stored.wait_for("billing")
    assert caplog.text.count("the store was emptied") == 1
