"""What waited in a queue while nobody listened: how far it is heard, and what was missed."""

from collections.abc import Callable

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.amqp import amqp_address
from blinkenlights.kinds.heartbeat import keys
from blinkenlights.plugin.words import moment
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from collector.running import (
    EXCHANGE,
    KEY,
    RunningCollector,
    SettableClock,
    Stored,
    amqp_config,
    config,
    heartbeat,
)
from servers.rabbitmq import Broker
from servers.reports import a_report, write_report
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


def earlier_report(broker: Broker, watermark: float, name: str = "test") -> CollectorReport:
    """Return what a collector wrote last that had stored everything before `watermark`."""
    address = amqp_address(amqp_config(broker.url))
    source = SourceReport(
        source=source_id(address),
        kind="heartbeat",
        transport="amqp",
        address=address,
        connected=True,
        watermark=watermark,
        ready=0,
    )
    return a_report(watermark, [source], name=name)


def beats(start: float, end: float, every: float = 0.5) -> list[bytes]:
    """Return the heartbeats of a fleet of 60 from `start` to `end`, in order."""
    count = int((end - start) / every)
    return [heartbeat(f"component {n % 60}", start + n * every) for n in range(count)]


def test_ten_minutes_of_backlog_are_judged_by_their_own_time(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Each component was last seen when it says; nobody's clock is taken for slow; no gap."""
    now = wall_clock()
    write_report(valkey, earlier_report(bound, now - 600))
    bound.publish(EXCHANGE, KEY, [heartbeat("dead", now - 590), *beats(now - 580, now)])
    bound.publish(EXCHANGE, KEY, [heartbeat("died lately", now - 200)])

    collect(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_until_caught_up()
    assert stored.facts("dead").seen == pytest.approx(now - 590, abs=0.01)
    assert stored.facts("died lately").seen == pytest.approx(now - 200, abs=0.01)
    assert stored.facts("dead").instances[0].offset == 0
    assert all(stored.facts(f"component {n}").seen > now - 31 for n in range(60)), (
        "somebody in the backlog seems to have died"
    )
    assert stored.gaps() == []


def test_a_queue_that_stayed_empty_was_not_heard(
    bound: Broker,
    valkey: Valkey,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing proves that the broker was there, so silence in that time proves nothing."""
    now = wall_clock()
    write_report(valkey, earlier_report(bound, now - 600))

    collect(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_until_caught_up()
    source = stored.source()
    assert source is not None
    (gap,) = stored.gaps()
    assert gap["source"] == source["source"]
    assert gap["start"] == pytest.approx(now - 600, abs=0.01)
    assert gap["end"] == pytest.approx(now, abs=5)
    assert gap["reason"] == "the collector was not running"
    times = " to ".join(moment(gap[end]) for end in ("start", "end")).replace(" UTC to", " to")
    assert f"not heard from {times}, the collector was not running; silence" in caplog.text


@pytest.mark.parametrize(("interval", "gaps"), [(1, 1), (60, 0)])
def test_how_short_a_gap_counts_depends_on_the_shortest_interval(  # noqa: PLR0917 - fixtures
    interval: int, gaps: int, bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Two seconds hide at most one beat of a minute, and would kill who beats every second."""
    write_report(valkey, earlier_report(bound, wall_clock() - 1, name="other"))
    stored.client.sadd(keys.INTERVALS, interval)

    collect(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_until_caught_up()
    assert len(stored.gaps()) == gaps


def test_a_hole_in_the_backlog_was_not_heard(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """The broker was away in the middle, and everybody else came back before us."""
    now = wall_clock()
    write_report(valkey, earlier_report(bound, now - 600))
    bound.publish(EXCHANGE, KEY, beats(now - 600, now - 400) + beats(now - 100, now))

    collect(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_until_caught_up()
    (gap,) = stored.gaps()
    assert gap["start"] == pytest.approx(now - 400, abs=5)
    assert gap["end"] == pytest.approx(now, abs=5)


def test_no_watermark_is_seen_before_its_gap(
    bound: Broker, own_valkey: Callable[..., Valkey], collect: Collect
) -> None:
    """As long as the gap cannot be written, the watermark stands still, also for new messages."""
    server = own_valkey()
    now = wall_clock()
    write_report(server, earlier_report(bound, now - 600))
    server.client().acl_setuser("default", enabled=True, nopass=True, commands=["-rpush"])
    collect(config(server.url, [amqp_config(bound.url)]))
    stored = Stored(server.client())
    bound.publish(EXCHANGE, KEY, [heartbeat("billing")])

    def connected_report() -> bool:
        source, report = stored.source(), stored.report()
        return bool(source and report and source["connected"] and report["beat"] > now + 2)

    wait_until(connected_report, "a few reports to be written")
    before = stored.source()
    server.client().acl_setuser("default", enabled=True, nopass=True, commands=["+rpush"])

    stored.wait_until_caught_up()
    assert before is not None
    assert before["watermark"] == pytest.approx(now - 600, abs=0.01)
    assert len(stored.gaps()) == 1


@pytest.mark.parametrize("another", [False, True], ids=["alone", "with-another"])
def test_another_collector_heard_it_all_the_while(
    another: bool, bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """Who was away for 100 seconds missed nothing if another one served the queue meanwhile."""
    clock = SettableClock()
    running = collect(config(valkey.url, [amqp_config(bound.url)]), clock)
    stored.wait_until_caught_up()
    source = running.collector._sources._running[0].source
    wait_until(bound.close_connections, "the connection to be listed")
    wait_until(lambda: not source.report().connected, "the collector to notice")
    clock.ahead = 100.0
    if another:
        write_report(valkey, earlier_report(bound, clock() - 1, name="other"))

    stored.wait_until_caught_up(clock())

    assert len(stored.gaps()) == (0 if another else 1)


def test_a_queue_nobody_ever_served_is_no_gap(
    bound: Broker, valkey: Valkey, stored: Stored, collect: Collect
) -> None:
    """At the first start there is nothing that could have been missed."""
    collect(config(valkey.url, [amqp_config(bound.url)]))

    stored.wait_until_caught_up()
    assert stored.gaps() == []
