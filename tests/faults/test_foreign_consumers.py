"""A consumer that is none of our collectors takes messages away: both are said, never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from blinkenlights.collector import foreign_consumers
from collector.running import RunningCollector, SettableClock
from faults.chain import OK, QUEUE, WARNING, Chain
from servers.waiting import wait_until

SENTENCE = "1 of 2 consumers are no collectors of this store: what they take is never heard"


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_consumers, "LOOK_SECONDS", 0.0)


@pytest.fixture
def clock() -> SettableClock:
    """Give the clock of collectors and checks."""
    return SettableClock()


@contextmanager
def running(chain: Chain, clock: SettableClock, name: str = "one") -> Iterator[RunningCollector]:
    """Run a collector that has caught up."""
    collector = RunningCollector(chain.config(name), clock)
    try:
        chain.wait_until_stored(name, clock)
        yield collector
    finally:
        collector.stop()


def wait_for_reports(chain: Chain, clock: SettableClock, *names: str) -> None:
    """Wait until each has looked and reported some times."""
    begun = clock()
    for name in names:
        wait_until(lambda name=name: chain.caught_up(name, begun + 2), f"{name} to look again", 20)  # type: ignore[misc]


def test_a_foreign_consumer_is_said(chain: Chain, clock: SettableClock) -> None:
    """After half a minute the source's report and check_collector name it, until it is gone."""
    with running(chain, clock):
        with chain.broker.channel() as channel:
            channel.basic_consume(QUEUE, lambda *_: None)
            wait_for_reports(chain, clock, "one")
            at_first = chain.source_report().error
            clock.ahead += foreign_consumers.STAY_SECONDS
            wait_until(lambda: chain.source_report().error == SENTENCE, "the report to say it")
            said = chain.ask("collector", clock=clock)
        wait_until(lambda: chain.source_report().error == "", "it to be over")
        wait_for_reports(chain, clock, "one")
        over = chain.ask("collector", clock=clock)

    assert at_first == ""
    assert said.code == WARNING, said
    assert f"{QUEUE} at " in said.line
    assert SENTENCE in said.line
    assert over.code == OK, over


def test_collectors_are_no_strangers_to_each_other(chain: Chain, clock: SettableClock) -> None:
    """However long two of them share a queue, and when one starts or stops, nothing is wrong."""
    with running(chain, clock):
        with running(chain, clock, "two"):
            wait_for_reports(chain, clock, "one", "two")
            clock.ahead += foreign_consumers.STAY_SECONDS
            wait_for_reports(chain, clock, "one", "two")
            errors = [chain.source_report(each).error for each in ("one", "two")]
            assert errors == ["", ""]
        clock.ahead += foreign_consumers.STAY_SECONDS
        wait_for_reports(chain, clock, "one")
        assert chain.source_report().error == ""
