"""A queue as a source whose broker changes: what was made is lost, and made again."""

import logging
from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
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


def test_an_exchange_that_is_gone_is_made_again(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """From when it was last known to be there nobody was heard, so nobody is accused."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    with bound.channel() as channel:
        channel.exchange_delete(EXCHANGE)

    wait_until(stored.gaps, "the gap to be on record", 30)

    (gap,) = stored.gaps()
    assert "no exchange" in gap["reason"]
    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])
    stored.wait_for("billing")


def test_a_binding_that_was_lost_is_made_again(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Somebody made the exchange anew, and we are bound to it within seconds."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    with bound.channel() as channel:
        channel.exchange_delete(EXCHANGE)
        channel.exchange_declare(EXCHANGE, "topic", durable=True)

    def is_heard() -> bool:
        bound.publish(EXCHANGE, KEY, [heartbeat("billing")])
        return "billing" in stored.components()

    wait_until(is_heard, "a heartbeat to come through", 30)


def test_an_exchange_made_anew_is_heard_within_seconds(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Also one that others own; each time it takes a look or two, not one of ten seconds."""
    collect(config(valkey.url, [amqp_config(bound.url, passive=True)]))
    stored.wait_until_caught_up()

    for name in ("first", "second", "third"):
        with bound.channel() as channel:
            channel.exchange_delete(EXCHANGE)
            channel.exchange_declare(EXCHANGE, "topic", durable=True)
        begun = wall_clock()
        while name not in stored.components():
            bound.publish(EXCHANGE, KEY, [heartbeat(name)])

            assert wall_clock() < begun + 5


def test_what_a_restarted_broker_kept_arrives(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The collector waits, comes back by itself, and says so once each."""
    caplog.set_level(logging.INFO)
    collect(config(valkey.url, [amqp_config(bound.url)]))
    bound.publish(EXCHANGE, KEY, [heartbeat("before")])
    stored.wait_for("before")

    bound.stop()

    def is_away() -> bool:
        source = stored.source()
        return source is not None and not source["connected"] and "127.0.0.1" in source["error"]

    wait_until(is_away, "the report to say that the broker is away")
    before = stored.source()
    bound.start()
    bound.publish(EXCHANGE, KEY, [heartbeat("after")])
    stored.wait_for("after", seconds=30)
    stored.wait_until_caught_up()
    assert before is not None
    gap = stored.gaps()[0]
    assert gap["start"] == pytest.approx(before["watermark"], abs=0.01)
    assert gap["end"] - gap["start"] > 4
    assert caplog.text.count("connecting again") == 1
    assert caplog.text.count("works again") == 1


def test_a_connection_closed_by_the_broker_is_made_again(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """An operator may close it; nothing is lost, and so short an absence is no gap."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    wait_until(bound.close_connections, "the connection to be listed")

    bound.publish(EXCHANGE, KEY, [heartbeat("later")])

    stored.wait_for("later")
    stored.wait_until_caught_up()
    assert stored.gaps() == []


@pytest.mark.parametrize("made_anew", [False, True], ids=["gone", "made-anew"])
def test_a_deleted_queue_is_noticed(
    made_anew: bool, bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """The broker ends the consumer then, also when somebody makes the queue anew at once."""
    collect(config(valkey.url, [amqp_config(bound.url)]))
    stored.wait_until_caught_up()
    with bound.channel() as channel:
        channel.queue_delete(QUEUE)
        if made_anew:
            channel.queue_declare(QUEUE, durable=True)
    bound.wait_for_consumer(QUEUE)

    bound.publish(EXCHANGE, KEY, [heartbeat("later")])

    stored.wait_for("later")


def test_a_queue_that_is_there_is_taken_as_it_is(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """An administrator may have made it with arguments of their own, such as a quorum queue."""
    with rabbitmq.channel() as channel:
        channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    collect(config(valkey.url, [amqp_config(rabbitmq.url)]))
    stored.wait_until_caught_up()

    rabbitmq.publish(EXCHANGE, KEY, [heartbeat("billing")])

    stored.wait_for("billing")


def test_an_exchange_of_others_must_be_there(
    rabbitmq: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """A passive one is never made; the report says what is missing until somebody makes it."""
    source = amqp_config(rabbitmq.url, exchange="theirs", passive=True)
    collect(config(valkey.url, [source]))

    def says_what_is_missing() -> bool:
        found = stored.source()
        return found is not None and "no exchange 'theirs'" in found["error"]

    wait_until(says_what_is_missing, "the report to name the exchange")
    with rabbitmq.channel() as channel:
        channel.exchange_declare("theirs", "topic")
    stored.wait_until_caught_up()
    rabbitmq.publish("theirs", KEY, [heartbeat("billing")])
    stored.wait_for("billing")
