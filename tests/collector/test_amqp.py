"""A queue as a source: what comes is stored, and only then acknowledged."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pika
import pytest

from blinkenlights.config import StoreConfig
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.heartbeat.settings import HeartbeatConfig
from collector.running import (
    EXCHANGE,
    KEY,
    QUEUE,
    RunningCollector,
    Stored,
    amqp_config,
    config,
    heartbeat,
)
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

REJECTED = "blinkenlights.rejected"


def test_heartbeats_arrive_in_the_store(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Exchange, queue and binding are made, and what is published is stored with its extras."""
    collect(config(valkey.url, [amqp_config(rabbitmq.url)]))
    rabbitmq.wait_for_consumer(QUEUE)

    rabbitmq.publish(EXCHANGE, KEY, [heartbeat("billing", queue_length=7)])

    stored.wait_for("billing")
    assert json.loads(stored.facts("billing").extras) == {"queue_length": 7}
    source = stored.source()
    assert source is not None
    assert stored.facts("billing").source == source["source"]


def test_nothing_is_acknowledged_before_it_is_stored(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """While the store does not answer, the broker keeps every message; then none is left."""
    names = [f"component {number}" for number in range(300)]
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    valkey.process.pause()
    try:
        bound.publish(EXCHANGE, KEY, map(heartbeat, names))
        wait_until(lambda: bound.depth(QUEUE) == 0, "the messages to be with the collector")

        held = bound.unfinished(QUEUE)
    finally:
        valkey.process.resume()

    assert held == len(names)
    wait_until(lambda: bound.unfinished(QUEUE) == 0, "all to be acknowledged")
    assert set(names) <= stored.components()


def test_a_live_source_learns_of_a_wrong_clock(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """What has just been sent and says it is ten minutes old comes from a slow clock."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    now = stored.report()["beat"]  # type: ignore[index]

    bound.publish(EXCHANGE, KEY, [heartbeat("slow", now - 600)])

    stored.wait_for("slow")
    facts = stored.facts("slow")
    assert facts.instances[0].offset == pytest.approx(-600, abs=10)
    assert facts.seen == pytest.approx(now, abs=10)


def test_a_message_that_is_given_again_proves_no_wrong_clock(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """What another consumer held for ten minutes is old, though our queue was empty."""
    collect(config(valkey.url, [amqp_config(bound.url)], name="test", prefetch=1))
    with bound.channel() as channel:
        channel.basic_qos(prefetch_count=10)
        held: list[bytes] = []
        channel.basic_consume(QUEUE, lambda _c, _m, _p, body: held.append(body))
        stored.wait_until_caught_up()
        old = stored.report()["beat"] - 600  # type: ignore[index]
        bound.publish(EXCHANGE, KEY, [heartbeat(f"held {n}", old) for n in range(10)])
        channel.connection.process_data_events(time_limit=1)

    assert held
    name = json.loads(held[0])["name"]
    stored.wait_for(name)
    assert stored.facts(name).seen == pytest.approx(old, abs=1)


def test_rejected_messages_are_kept_where_an_operator_can_look(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """They are counted by reason, sampled, and in a durable queue; good ones between arrive."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    bodies = [b"\x00not json", heartbeat("good"), b"[1, 2]", heartbeat("better"), b"{}"]

    bound.publish(EXCHANGE, KEY, bodies)

    stored.wait_for("good", "better")
    wait_until(lambda: bound.unfinished(QUEUE) == 0, "all to be acknowledged")
    assert stored.count("rejected:not JSON") == 1
    assert stored.count("rejected:not a JSON object") == 1
    assert stored.count("rejected:no name") == 1
    assert stored.count("stored:heartbeat") == 2
    assert [sample["body"] for sample in stored.samples()] == ["{}", "[1, 2]", "\\x00not json"]
    with bound.channel() as channel:
        method, properties, body = channel.basic_get(REJECTED, auto_ack=True)
    assert method is not None
    assert body == b"\x00not json"
    assert properties is not None
    assert properties.delivery_mode == pika.DeliveryMode.Persistent.value
    headers = dict(properties.headers or {})
    assert headers.pop("detail")
    assert str(headers.pop("source")).startswith(QUEUE)
    assert headers == {"reason": "not JSON", "exchange": EXCHANGE, "routing_key": KEY}
    assert sorted(bound.fetch(REJECTED)) == [b"[1, 2]", b"{}"]


def test_an_interval_that_is_not_believed_is_counted(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Above the configured limit the default holds, so that who said it is missed when it dies."""
    settings = config(valkey.url, [amqp_config(bound.url)])
    limit = HeartbeatConfig(longest_interval=86400)
    collect(msgspec.structs.replace(settings, of_kinds=(limit,)))

    bound.publish(EXCHANGE, KEY, [heartbeat("nightly", interval=86400)])
    bound.publish(EXCHANGE, KEY, [heartbeat("mistaken", interval=30 * 86400)])

    stored.wait_for("nightly", "mistaken")
    assert stored.facts("nightly").interval == 86400
    assert stored.facts("mistaken").interval == 60
    assert stored.count("trimmed:bad interval") == 1


def test_a_queue_for_rejected_messages_that_vanished_is_made_again(
    bound: Broker, valkey: Valkey, collect: Collect
) -> None:
    """An operator may delete it; the next rejected message is in a new one."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    bound.publish(EXCHANGE, KEY, [b"first"])
    wait_until(lambda: bound.depth(REJECTED) == 1, "the first to be there")
    with bound.channel() as channel:
        channel.queue_delete(REJECTED)

    bound.publish(EXCHANGE, KEY, [b"second"])

    wait_until(lambda: bound.depth(REJECTED) == 1, "the second to be there")
    assert bound.fetch(REJECTED) == [b"second"]


def test_a_broker_that_permits_no_queue_for_rejected_messages_stops_nothing(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They are counted, sampled and acknowledged all the same, and the log says so once."""
    url = bound.add_user("humble", "secret", configure=EXCHANGE, write=f"{QUEUE}|{EXCHANGE}")
    collect(config(valkey.url, [amqp_config(url)]))

    bound.publish(EXCHANGE, KEY, [b"rubbish"])
    wait_until(lambda: stored.count("rejected:not JSON") == 1, "the first to be counted")
    bound.publish(EXCHANGE, KEY, [b"more rubbish", heartbeat("good")])

    stored.wait_for("good")
    wait_until(lambda: bound.unfinished(QUEUE) == 0, "all to be acknowledged")
    assert stored.count("rejected:not JSON") == 2
    assert len(stored.samples()) == 2
    assert caplog.text.count("for rejected messages fails") == 1
    assert "ACCESS_REFUSED" in caplog.text


def test_a_broken_parser_rejects_and_goes_on(  # noqa: PLR0917 - fixtures
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A defect of our own costs the message that shows it, is said once, and stops nothing."""

    def fragile(body: bytes, key: str, **others: Any) -> object:  # noqa: ANN401 - those of `parse`
        if b"poison" in body:
            raise ZeroDivisionError("division by zero")
        return parse(body, key, **others)

    monkeypatch.setattr("blinkenlights.kinds.heartbeat.signal.parse", fragile)
    collect(config(valkey.url, [amqp_config(bound.url)], batch_size=2))

    bound.publish(EXCHANGE, KEY, [heartbeat("poison"), heartbeat("good")] * 10)

    stored.wait_for("good")
    wait_until(lambda: stored.count("rejected:internal error") == 10, "ten to be rejected")
    assert "ZeroDivisionError: division by zero" in stored.samples()[0]["detail"]
    assert caplog.text.count("our own code failed") == 1


def test_a_giant_message_is_rejected_and_cut(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Only its beginning is kept, so that a few of them do not fill our memory."""
    collect(config(valkey.url, [amqp_config(bound.url)]))

    bound.publish(EXCHANGE, KEY, [heartbeat("giant", text="x" * 3_000_000)])

    wait_until(lambda: stored.count("rejected:too large") == 1, "it to be rejected")
    wait_until(lambda: bound.depth(REJECTED) == 1, "it to be in the queue")
    assert len(bound.fetch(REJECTED)[0]) < 70_000


def test_a_wrong_password_is_said_and_never_shown(
    rabbitmq: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The report and the log say what the broker refuses, without the password."""
    caplog.set_level(logging.DEBUG)
    url = rabbitmq.url.replace(":secret@", ":wr0ng@")
    collect(config(valkey.url, [amqp_config(url)]))

    def says_what_is_refused() -> bool:
        found = stored.source()
        return found is not None and "refuses the user or the password" in found["error"]

    wait_until(says_what_is_refused, "the report to say it")
    assert "refuses the user or the password" in caplog.text
    assert "wr0ng" not in caplog.text + str(stored.report())


def test_tls_and_a_password_file(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """A broker with a certificate of our own authority, and a password that is in no URL."""
    password = tmp_path / "password"
    password.write_text("secret\n")
    url = rabbitmq.tls_url.replace(":secret@", "@")
    source = amqp_config(url, password_file=str(password), ca_file=str(rabbitmq.authority))
    collect(config(valkey.url, [source]))
    stored.wait_until_caught_up()

    rabbitmq.publish(EXCHANGE, KEY, [heartbeat("billing")])

    stored.wait_for("billing")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Without the authority in `ca_file`, the report says what is wrong."""
    collect(config(valkey.url, [amqp_config(rabbitmq.tls_url)]))

    def says_it() -> bool:
        found = stored.source()
        return found is not None and "see ca_file" in found["error"]

    wait_until(says_it, "the report to say it")


def test_two_collectors_share_a_queue(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Each gets a part, both report the same source, and a stop of one is no gap."""
    first = collect(config(valkey.url, [amqp_config(bound.url)], name="first"))
    collect(config(valkey.url, [amqp_config(bound.url)], name="test"))
    stored.wait_until_caught_up()
    names = [f"component {number}" for number in range(200)]
    bound.publish(EXCHANGE, KEY, map(heartbeat, names))
    stored.wait_for(*names)
    first.stop()

    reports = [stored.report("first"), stored.report("test")]

    ids = {report["sources"][0]["source"] for report in reports if report}
    assert len(ids) == 1
    assert stored.gaps() == []


def test_a_store_password_is_read_from_its_file(
    bound: Broker,
    own_valkey: Callable[..., Valkey],
    collect: Collect,
    tmp_path: Path,
) -> None:
    """The password stands in no address."""
    server = own_valkey({"requirepass": "secret"})
    password = tmp_path / "password"
    password.write_text("secret\n")
    plain = config(server.url, [amqp_config(bound.url)])
    store = StoreConfig(url=server.url, password_file=str(password))
    collect(type(plain)(store=store, amqp=plain.amqp, collector=plain.collector))

    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])

    Stored(server.client()).wait_for("billing")
