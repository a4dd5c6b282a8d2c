"""A process that was suspended, or whose clock was set, hears of it."""

from collections.abc import Callable

import pytest

from blinkenlights.collector.amqp import AmqpSource
from blinkenlights.collector.lines import LinesSource
from blinkenlights.collector.suspension import SuspensionDetector
from blinkenlights.config import Config, LinesConfig
from collector.running import RunningCollector, SettableClock, Stored, amqp_config, config
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

REST = 0.5


@pytest.mark.parametrize(
    ("answer", "moved", "ticked", "broke"),
    [
        pytest.param(0.01, 0.5, 0.5, False, id="even"),
        pytest.param(0.01, 0.02, 0.02, False, id="woken-early"),
        pytest.param(8.0, 8.5, 8.5, False, id="slow-answer"),
        pytest.param(0.01, 28.0, 28.0, True, id="process-suspended"),
        pytest.param(0.01, 28.0, 0.5, True, id="machine-suspended"),
        pytest.param(0.01, 600.5, 0.5, True, id="clock-set-ahead"),
        pytest.param(0.01, -599.5, 0.5, True, id="clock-set-back"),
        pytest.param(8.0, 1.0, 8.5, True, id="clock-set-back-within-an-answer"),
    ],
)
def test_only_an_uneven_rest_counts(
    answer: float, moved: float, ticked: float, *, broke: bool
) -> None:
    """Waiting for an answer is no suspension; a long rest or a clock that jumps is one."""
    wall, ticks = 1_000_000.0, 50.0
    detector = SuspensionDetector(lambda: wall, lambda: ticks)
    first = detector.was_suspended()
    ticks += answer
    detector.resting(REST)
    wall, ticks = 1_000_000.0 + moved, 50.0 + ticked

    second = detector.was_suspended()

    assert not first
    assert second is broke


@pytest.fixture(params=["amqp", "lines"])
def sources(
    request: pytest.FixtureRequest, bound: Broker, valkey: Valkey, free_port: Callable[[], int]
) -> Config:
    """Give a configuration with one source, of each kind."""
    if request.param == "amqp":
        return config(valkey.url, [amqp_config(bound.url)])
    return config(valkey.url, lines=[LinesConfig(listen=f"udp://127.0.0.1:{free_port()}")])


def test_a_clock_set_ahead_accuses_nobody(
    sources: Config, stored: Stored, collect: Collect
) -> None:
    """What the clock jumped over is a gap."""
    clock = SettableClock()
    collect(sources, clock)
    stored.wait_until_caught_up()
    before = clock()

    clock.ahead = 600.0

    stored.wait_until_caught_up(clock())
    (gap,) = stored.gaps()
    assert gap["start"] == pytest.approx(before, abs=3)
    assert gap["end"] == pytest.approx(before + 600, abs=5)
    assert gap["reason"] == "the collector was suspended or its clock was set"


def test_a_clock_set_back_takes_the_watermark_along(
    sources: Config, stored: Stored, collect: Collect
) -> None:
    """Otherwise nothing could be missed until the old present is reached again."""
    clock = SettableClock()
    running = collect(sources, clock)
    stored.wait_until_caught_up()
    before = clock()

    clock.ahead = -600.0

    (each,) = running.collector._running
    assert isinstance(each.source, AmqpSource | LinesSource)
    progress = each.source.progress
    wait_until(lambda: progress.watermark < before - 500, "the watermark to follow")
