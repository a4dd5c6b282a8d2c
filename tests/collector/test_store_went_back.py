"""A store that comes back without what it had acknowledged: what is missing is said."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import Config
from blinkenlights.plugin.entry import answer
from blinkenlights.store import layout
from collector.running import RunningCollector, Stored, amqp_config, config
from kinds.transfer.counted import CountedTransfers, Report
from servers.faulty import FaultyProxy
from servers.rabbitmq import Broker
from servers.simulation import Said
from servers.valkey import Valkey
from servers.waiting import wait_until

EXCHANGE, QUEUE, KEY = "xreport", "blinkenlights.transfer", "v03.report.test"

Collect = Callable[..., RunningCollector]


def configured(store: str, broker: Broker) -> Config:
    keys: dict[str, Any] = {"exchange": EXCHANGE, "queue": QUEUE, "keys": ["v03.report.#"]}
    return config(store, [amqp_config(broker.url, kind="transfer", **keys)])


class Reporting:
    """Publishes reports, and waits until a store has counted and the broker forgotten them."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._sent = 0

    def count(self, number: int, store: Valkey) -> None:
        """Let so many transfers be counted and acknowledged."""
        counted = CountedTransfers(store.client(decode_responses=False))
        wanted = counted.number + number
        first, self._sent = self._sent, self._sent + number
        reports = (
            Report(each, "alice", "metpx", 201, 100, wall_clock()) for each in range(self._sent)
        )
        bodies = [report.body for report in reports if report.number >= first]
        self._broker.publish(EXCHANGE, KEY, bodies, confirm=True)
        wait_until(lambda: counted.number == wanted, f"{wanted} to be counted", 20)
        wait_until(lambda: self._broker.unfinished(QUEUE) == 0, "all to be acknowledged", 20)


def losses(store: Valkey) -> list[dict[str, Any]]:
    return [gap for gap in Stored(store.client()).gaps() if "lost" in gap]


def collector_says(store: Valkey, later: float = 0.0) -> Said:
    """Return what check_collector answers, `later` by so many seconds."""
    return Said(*answer("collector", ["--redis", store.url], lambda: wall_clock() + later))


def is_following(replica: Valkey) -> bool:
    return bool(replica.client().info("replication")["master_link_status"] == "up")


def test_a_replica_that_was_behind_is_told_from_one_that_was_not(
    rabbitmq: Broker,
    own_valkey: Callable[..., Valkey],
    faulty_proxy: Callable[[int], FaultyProxy],
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first failover loses nothing and says nothing; the second one loses 29 transfers."""
    stores = [own_valkey(), own_valkey(), own_valkey()]
    proxy = faulty_proxy(stores[0].port)
    collect(configured(proxy.url, rabbitmq))
    Stored(stores[0].client()).wait_until_caught_up()
    stores[0].client().set(layout.BORN, wall_clock() - 3600)
    reporting = Reporting(rabbitmq)
    reporting.count(100, stores[0])

    for older, newer, behind in ((stores[0], stores[1], 0), (stores[1], stores[2], 29)):
        newer.client().replicaof("127.0.0.1", str(older.port))
        wait_until(lambda: is_following(newer), "the replica to have what there is")  # noqa: B023
        older.client().wait(1, 5000)
        newer.client().replicaof("NO", "ONE")
        # From here on it hears nothing of its primary.
        begun = wall_clock()
        if behind:
            reporting.count(behind, older)
        ended = wall_clock()
        proxy.redirect(newer.port)
        proxy.cut()
        older.process.kill()
        reporting.count(10, newer)
        if not behind:
            assert losses(newer) == []
            assert "may be missing" not in collector_says(newer).text

    store = stores[2]
    [loss] = losses(store)
    assert loss["lost"] == "transfers"
    assert loss["lost_from"] <= begun
    assert begun <= loss["lost_to"] <= ended
    assert loss["start"] <= loss["lost_from"]
    assert loss["end"] >= loss["lost_to"]
    assert caplog.text.count("transfers that it had acknowledged between") == 1
    said = collector_says(store)
    assert said.state == "WARNING", said.text
    assert "transfers between " in said.summary
    assert " UTC may be missing" in said.summary
    assert "may be missing" not in collector_says(store, later=3700).text


def test_an_older_copy_is_noticed_without_another_transfer(
    rabbitmq: Broker, own_valkey: Callable[..., Valkey], collect: Collect
) -> None:
    """Somebody restored a copy from a while ago: what was counted since then is gone."""
    server = own_valkey()
    collect(configured(server.url, rabbitmq))
    Stored(server.client()).wait_until_caught_up()
    reporting = Reporting(rabbitmq)
    reporting.count(100, server)
    server.client().save()
    copy = server.folder / "dump.rdb"
    shutil.copy(copy, server.folder / "older.rdb")
    reporting.count(50, server)

    server.stop()
    shutil.copy(server.folder / "older.rdb", copy)
    server.start()

    wait_until(lambda: losses(server), "the loss to be on record", 30)
    [loss] = losses(server)
    assert loss["lost_to"] - loss["lost_from"] < 30
    counted = CountedTransfers(server.client(decode_responses=False))
    assert counted.number == 100
    assert "transfers between " in collector_says(server).summary


def test_a_store_that_was_emptied_is_new_and_lost_nothing(
    rabbitmq: Broker, valkey: Valkey, collect: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    """That all is gone is said, once, and nobody needs to hear it of a part."""
    collect(configured(valkey.url, rabbitmq))
    Stored(valkey.client()).wait_until_caught_up()
    reporting = Reporting(rabbitmq)
    reporting.count(10, valkey)

    valkey.empty()
    wait_until(lambda: "the store was emptied" in caplog.text, "the log to say so")
    reporting.count(10, valkey)

    assert losses(valkey) == []
