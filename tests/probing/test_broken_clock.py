"""The source of probes when its clock does not go on evenly: what is excused, and what is not."""

from pathlib import Path

import pytest

from blinkenlights.collector.decoding import decoding
from blinkenlights.collector.guarded_clock import Break
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.source_context import SourceContext
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.config import CollectorConfig, Config, ProbeConfig
from blinkenlights.probe.agenda import Counts
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.source import ProbeSource
from blinkenlights.store.client import StoreClient
from blinkenlights.store.settings import StoreSettings

NOW = 1_764_000_000.0
EVERY = 10.0
SHOP = Endpoint("shop", "a.yml", 1, Request("http", "u", "u", host="shop"), Every(EVERY))


class Hands:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        """Return the time that it is taken to be."""
        return self.now


@pytest.fixture
def hands() -> Hands:
    """Give the clock."""
    return Hands()


@pytest.fixture
def source(tmp_path: Path, hands: Hands) -> ProbeSource:
    """Give a source that does not run yet, and that never asks its store."""
    settings = CollectorConfig(name="p1")
    config = Config(collector=settings)
    store = RetryingStore(StoreClient.of(StoreSettings("redis://127.0.0.1:1")), hands)
    context = SourceContext(
        store=store,
        tally=Tally(hands),
        clock=hands,
        settings=settings,
        names=NameBounds(store, hands, config),
        decoding=decoding(config),
    )
    return ProbeSource(ProbeConfig(endpoints=str(tmp_path)), context, {})


def broken(*, set_by: float = 0.0, was_busy: bool = False) -> Break:
    """Return a break since now."""
    return Break(NOW, "something happened", set_by, was_busy)


def passed(source: ProbeSource, hands: Hands, broken: Break) -> Counts:
    """Return what is counted when three runs of an endpoint passed before a break is told."""
    source._engine.follow({"shop": SHOP})
    hands.now += 3 * EVERY
    source.clock_broke(broken)
    source._engine._agenda.take_due(hands.now)
    return source._engine.counts


def test_what_our_own_work_made_late_is_not_excused(source: ProbeSource, hands: Hands) -> None:
    """A prober that has too much to do would never be behind otherwise."""
    counts = passed(source, hands, broken(was_busy=True))

    assert counts == (3, 0, 2, 1, 0)


@pytest.mark.parametrize("set_by", [0.0, 3 * EVERY])
def test_what_a_stopped_clock_took_is_excused(
    source: ProbeSource, hands: Hands, set_by: float
) -> None:
    """Whether the machine slept, or its clock was set."""
    counts = passed(source, hands, broken(set_by=set_by))

    assert counts == (0, 0, 0, 0, 3)


def test_a_clock_may_break_before_the_source_runs(source: ProbeSource, hands: Hands) -> None:
    """There is no loop yet and nothing to excuse; what is followed then is due after the break."""
    hands.now += 3600
    source.clock_broke(broken(set_by=3600.0))

    source._engine.follow({"shop": SHOP})

    assert source._engine.counts == (0, 0, 0, 0, 0)
    assert 0 < source._engine._agenda.next_due() - hands.now <= EVERY
    assert not source.report().connected
