"""A broker that takes nothing from publishers, while we consume as if all were well."""

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector import canary
from blinkenlights.collector.amqp import AmqpSource
from blinkenlights.store import layout
from collector.running import RunningCollector, SettableClock
from faults.chain import CRITICAL, OK, UNKNOWN, WARNING, Chain, beat
from faults.fleet import Fleet, Watch
from servers.waiting import wait_until

NAMES = [f"component {n}" for n in range(12)]
VICTIM = NAMES[0]
ALARM = "the broker blocks publishers: memory alarm"


def is_deaf(chain: Chain) -> bool:
    """Return whether the collector says that it hears nothing because of the alarm."""
    source = chain.source_report()
    return not source.connected and source.error == ALARM


def test_a_fleet_whose_broker_blocks_it_is_not_accused(chain: Chain) -> None:
    """Nobody is called silent, however short their interval; then only who died is."""
    collector = chain.listen(chain.config())
    with Fleet(chain.broker.url, NAMES, interval=1) as fleet:
        wait_until(lambda: chain.heartbeat().code == OK, "all to be heard")

        with Watch(chain.heartbeat) as watch:
            with chain.broker.server.alarm():
                fleet.die(VICTIM)
                wait_until(lambda: is_deaf(chain), "the collector to notice", 20)
                begun = wall_clock()
                wait_until(lambda: wall_clock() > begun + 3, "several intervals to pass")
            chain.wait_until_stored()
            wait_until(lambda: chain.heartbeat().code == CRITICAL, "the death to be noticed", 40)

        said = chain.heartbeat()
    accused = [each for each in watch.said if each.code in {WARNING, CRITICAL}]
    assert all("1 of 12 components" in each.line and VICTIM in each.line for each in accused), (
        accused
    )
    assert said.line.startswith(f"HEARTBEAT CRITICAL: 1 of 12 components silent: {VICTIM} (")
    assert len(collector.logged(f"{ALARM}; until that is over nobody can be heard")) == 1
    assert len(collector.logged("the alarm is over after")) == 1
    assert len(collector.logged("not heard from")) == 1
    assert collector.logged("not heard from")[0].endswith(
        f"{ALARM}; silence in that time is not held against anybody"
    )


def test_an_alarm_that_lasts_is_unknown_with_its_reason(chain: Chain) -> None:
    """Both checks say why nothing is heard; afterwards everybody has an interval to speak again."""
    future = SettableClock()
    running = RunningCollector(chain.config(), future)
    try:
        chain.wait_until_stored(clock=future)
        chain.publish(*(beat(name, future()) for name in NAMES))
        chain.wait_until_stored(clock=future)

        with chain.broker.server.alarm():
            wait_until(lambda: is_deaf(chain), "the collector to notice", 20)
            future.ahead += 600
            wait_until(lambda: chain.report().beat > future() - 5, "another report")  # type: ignore[union-attr]
            components = chain.heartbeat(clock=future)
            collectors = chain.ask("collector", clock=future)
        chain.wait_until_stored(clock=future)
        after = chain.heartbeat(clock=future)
    finally:
        running.stop()

    assert components.code == UNKNOWN
    assert "no source can be heard since 10m" in components.line
    assert ALARM in components.line
    assert collectors.code == CRITICAL
    assert ALARM in collectors.line
    assert after.code == UNKNOWN
    assert "12 of 12 components not heard" in after.line


def test_a_collector_that_starts_during_an_alarm(chain: Chain) -> None:
    """It stores what waits in the queue, and does not take the rest for silent."""
    chain.make_queue()
    first = chain.listen(chain.config())
    chain.publish(*(beat(name, wall_clock()) for name in NAMES))
    chain.wait_until_stored()
    first.stop()
    chain.publish(beat("waiting", wall_clock()))

    with chain.broker.server.alarm():
        chain.start(chain.config())
        wait_until(lambda: "waiting" in chain.facts(), "what waited to be stored", 20)
        wait_until(lambda: is_deaf(chain), "the collector to notice", 20)
        source = chain.source_report()

    assert source.watermark < wall_clock()
    chain.wait_until_stored()


def test_an_alarm_that_comes_and_goes_is_one(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker with just the memory that it needs fills neither the log nor the list of gaps."""
    running = RunningCollector(chain.config())
    try:
        chain.wait_until_stored()
        [source] = [each.source for each in running.collector._sources._running]
        assert isinstance(source, AmqpSource)
        singer = source._canary
        monkeypatch.setattr(canary, "SETTLE_SECONDS", 60.0)
        with chain.broker.server.alarm():
            wait_until(lambda: is_deaf(chain), "the collector to notice", 20)
        wait_until(lambda: not singer._is_blocked, "the first to be over")
        with chain.broker.server.alarm():
            singer._settled_at = 0.0
            wait_until(lambda: singer._is_blocked, "the second to be noticed")
            still = is_deaf(chain)
            monkeypatch.setattr(canary, "SETTLE_SECONDS", 0.0)
        chain.wait_until_stored()
    finally:
        running.stop()

    assert still
    assert caplog.text.count("until that is over nobody can be heard") == 1
    assert caplog.text.count("the alarm is over after") == 1
    assert len(chain.client.lrange(layout.GAPS, 0, -1)) == 1
