"""One queue bound to several exchanges of others, under exactly the rights that Pulse gives."""

from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.amqp import QUEUE_DELETED
from blinkenlights.config import AmqpConfig, Config
from collector.running import RunningCollector, Stored, config, heartbeat
from servers.pulse import HARDWARE, TASK_EXCHANGES, Pulse
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

KEY = "primary.task.0.mdc1.ms-100.releng-hardware.gecko-t-osx.scheduler.group._"


def bindings(pulse: Pulse, **others: str) -> list[AmqpConfig]:
    """Return a table for each exchange, all with the same queue."""
    return [
        AmqpConfig(
            url=pulse.url,
            ca_file=str(pulse.authority),
            exchange=exchange,
            passive=True,
            keys=[HARDWARE],
            queue=pulse.queue,
            kind="heartbeat",
            **({"rejected_queue": ""} | others),
        )
        for exchange in TASK_EXCHANGES
    ]


@pytest.fixture
def configured(pulse: Pulse, valkey: Valkey) -> Config:
    """Give a configuration with all four exchanges on one queue."""
    return config(valkey.url, bindings(pulse))


def publish_to_each(pulse: Pulse, *names: str) -> None:
    """Publish one heartbeat to each exchange."""
    for exchange, name in zip(TASK_EXCHANGES, names, strict=True):
        pulse.broker.publish(exchange, KEY, [heartbeat(name)], confirm=True)


def test_all_exchanges_come_by_one_queue(
    pulse: Pulse,
    configured: Config,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One source, one consumer; what has other keys stays away; Pulse refuses nothing."""
    collect(configured)
    stored.wait_until_caught_up()

    pulse.broker.publish(TASK_EXCHANGES[0], KEY.replace("hardware", "cloud"), [heartbeat("cloud")])
    publish_to_each(pulse, "a", "b", "c", "d")

    stored.wait_for("a", "b", "c", "d")
    assert "cloud" not in stored.components()
    report = stored.report()
    assert report is not None
    assert [each["address"].partition(" at ")[0] for each in report["sources"]] == [pulse.queue]
    assert not [each for each in caplog.messages if each.startswith(f"{pulse.queue} ")]


def test_the_queue_outlives_us(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """It is durable and nobody's own, so what comes while we are down is there afterwards."""
    collect(configured)
    stored.wait_until_caught_up()

    queues = pulse.broker.server.api("GET", f"/queues/{pulse.broker.vhost}?disable_stats=true")
    assert isinstance(queues, list)
    [queue] = queues
    assert queue["name"] == pulse.queue
    assert (queue["durable"], queue["auto_delete"], queue["exclusive"]) == (True, False, False)


def test_what_comes_while_we_are_down_is_stored_later(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """All four bindings stay while no collector runs."""
    running = collect(configured)
    stored.wait_until_caught_up()
    running.stop()
    publish_to_each(pulse, "a", "b", "c", "d")

    collect(configured)

    stored.wait_for("a", "b", "c", "d")
    assert stored.gaps() == []


def test_rejected_messages_are_counted_without_a_queue_for_them(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """They are sampled and acknowledged, and no queue is made or written to."""
    collect(configured)
    stored.wait_until_caught_up()

    pulse.broker.publish(TASK_EXCHANGES[0], KEY, [b"rubbish", heartbeat("good")], confirm=True)

    stored.wait_for("good")
    wait_until(lambda: pulse.broker.unfinished(pulse.queue) == 0, "both to be acknowledged")
    assert stored.count("rejected:not JSON") == 1
    assert [sample["body"] for sample in stored.samples()] == ["rubbish"]


def test_the_usual_queue_for_rejected_messages_stops_nothing(
    pulse: Pulse,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Pulse refuses it, which the log says once, and all goes on."""
    collect(config(valkey.url, bindings(pulse, rejected_queue="blinkenlights.rejected")))
    stored.wait_until_caught_up()

    pulse.broker.publish(TASK_EXCHANGES[0], KEY, [b"rubbish", heartbeat("good")], confirm=True)

    stored.wait_for("good")
    wait_until(lambda: pulse.broker.unfinished(pulse.queue) == 0, "both to be acknowledged")
    assert caplog.text.count("for rejected messages fails") == 1


def test_a_queue_that_is_deleted_under_us_is_declared_again(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """With every binding; and what it held is on record as not heard."""
    collect(configured)
    stored.wait_until_caught_up()
    before = wall_clock()

    pulse.delete_queue()

    wait_until(stored.gaps, "the gap to be on record", 20)
    (gap,) = stored.gaps()
    assert gap["reason"] == QUEUE_DELETED
    assert gap["start"] < before + 1 < gap["end"] + 1
    stored.wait_until_caught_up()
    publish_to_each(pulse, "a", "b", "c", "d")
    stored.wait_for("a", "b", "c", "d")


def test_a_queue_that_is_deleted_while_we_are_down(
    pulse: Pulse, configured: Config, stored: Stored, collect: Collect
) -> None:
    """Nothing was heard since the last watermark, whatever the queue held."""
    running = collect(configured)
    stored.wait_until_caught_up()
    running.stop()
    source = stored.source()
    assert source is not None
    publish_to_each(pulse, "a", "b", "c", "d")
    pulse.delete_queue()

    collect(configured)

    wait_until(stored.gaps, "the gap to be on record", 20)
    (gap,) = stored.gaps()
    assert gap["reason"] == QUEUE_DELETED
    assert gap["start"] == pytest.approx(source["watermark"], abs=0.01)
    publish_to_each(pulse, "e", "f", "g", "h")
    stored.wait_for("e", "f", "g", "h")


def test_a_queue_that_was_never_there_is_no_gap(
    configured: Config, stored: Stored, collect: Collect
) -> None:
    """At the first start of all there is nothing that anybody could have missed."""
    collect(configured)

    stored.wait_until_caught_up()

    assert stored.gaps() == []


def test_a_queue_that_is_deleted_time_and_again(
    pulse: Pulse, configured: Config, collect: Collect
) -> None:
    """It is declared more and more rarely, so that broker and log have peace."""
    collect(configured)
    pulse.broker.wait_for_consumer(pulse.queue)
    begun = wall_clock()

    for _ in range(3):
        pulse.delete_queue()
        pulse.broker.wait_for_consumer(pulse.queue)

    # Pauses of 0.5, 1 and 2 seconds, each shortened by up to half.
    assert wall_clock() - begun > 1.7
