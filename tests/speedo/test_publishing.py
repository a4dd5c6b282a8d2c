"""`blinkenlights speedo`: what is published where, and each speedo once whatever happens."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from servers.process import ServerProcess
from servers.rabbitmq import Broker
from servers.waiting import wait_until
from speedo.counting import Counted, CountingStore, Listening, summed, transfer

CLIENTS = [f"client{number}" for number in range(40)]

Configured = Callable[..., Path]
Program = Callable[..., ServerProcess]


@pytest.mark.usefixtures("collecting")
def test_each_speedo_says_what_was_counted(
    counting: CountingStore, listening: Listening, configured: Configured, program: Program
) -> None:
    """Clients, sources and everything get theirs, and the sums are what was counted."""
    counting.count([transfer("alice"), transfer("alice", size=50), transfer("bob", "dfo", 499, 7)])

    program("speedo", "--config", configured())

    wanted = {
        "v01.speedo.client.alice": Counted(2, 0, 150, 0),
        "v01.speedo.client.bob": Counted(0, 1, 0, 7),
        "v01.speedo.source.metpx": Counted(2, 0, 150, 0),
        "v01.speedo.source.dfo": Counted(0, 1, 0, 7),
        "v01.speedo.client.all": Counted(2, 1, 150, 7),
        "v01.speedo.sources.all": Counted(2, 1, 150, 7),
    }
    wait_until(lambda: set(wanted) <= {each.key for each in listening.take()}, "all six")
    assert {key: summed(listening.of(key)) for key in wanted} == wanted


@pytest.mark.usefixtures("collecting")
def test_zeros_are_published_by_the_timer(
    counting: CountingStore, listening: Listening, configured: Configured, program: Program
) -> None:
    """A client of whom nothing is counted any more gets zeros, each at its true elapsed time."""
    counting.count([transfer("alice")])
    program("speedo", "--config", configured())

    wait_until(lambda: len(listening.of("v01.speedo.client.alice")) > 3, "four speedos")

    first, *others = [each.speedo for each in listening.of("v01.speedo.client.alice")]
    assert first.good == 1
    assert {(each.good, each.bad, each.bytes_per_interval) for each in others} == {(0, 0, 0.0)}
    for before, each in zip([first, *others], others, strict=False):
        assert each.interval == pytest.approx(each.event - before.event, abs=0.0015)


def test_without_a_collector_there_is_no_zero(
    counting: CountingStore, listening: Listening, configured: Configured, program: Program
) -> None:
    """While nobody collects nothing is published; the next speedo covers the time between."""
    counting.report(beat=wall_clock() - 8)
    speedo = program("speedo", "--config", configured())
    wait_until(lambda: "zero would not be zero" in speedo.log.read_text(), "a word")

    nothing = list(listening.take())
    counting.count([transfer("alice")])
    with counting.reporting():
        wait_until(lambda: listening.of("v01.speedo.client.all"), "a speedo")

    assert nothing == []
    first = listening.of("v01.speedo.client.all")[0].speedo
    assert (first.good, first.interval > 8) == (1, True)


def test_without_a_source_that_is_heard_there_is_no_zero(
    counting: CountingStore, listening: Listening, configured: Configured, program: Program
) -> None:
    """While the collector has lost all its brokers, what it does not count may be there."""
    counting.report(away=8)
    speedo = program("speedo", "--config", configured())
    wait_until(lambda: "no source of transfers has been heard" in speedo.log.read_text(), "a word")

    nothing = list(listening.take())
    with counting.reporting():
        wait_until(lambda: listening.of("v01.speedo.client.all"), "a speedo")

    assert nothing == []


@pytest.mark.usefixtures("collecting")
def test_a_source_reads_of_its_own_clients_only(
    rabbitmq: Broker,
    counting: CountingStore,
    configured: Configured,
    program: Program,
) -> None:
    """`log_<source>` gets the source, and of each client what it took of that source."""
    listening = Listening(rabbitmq, "log", "log_metpx")
    counting.count([transfer("alice"), transfer("alice", "dfo", size=5), transfer("bob", "dfo")])

    program("speedo", "--config", configured())
    wait_until(lambda: listening.of("v01.speedo.client.alice", "log_metpx"), "its client")
    wait_until(lambda: listening.of("v01.speedo.source.metpx", "log_metpx"), "itself")
    wait_until(lambda: listening.of("v01.speedo.client.bob"), "the others")

    told = [each for each in listening.take() if each.exchange == "log_metpx"]
    assert {each.key for each in told} == {"v01.speedo.client.alice", "v01.speedo.source.metpx"}
    alone = listening.of("v01.speedo.client.alice", "log_metpx")
    assert summed(alone) == Counted(1, 0, 100, 0)
    assert summed(listening.of("v01.speedo.client.alice")) == Counted(2, 0, 105, 0)


@pytest.mark.usefixtures("collecting")
def test_two_publish_each_once_though_one_is_killed(
    rabbitmq: Broker,
    counting: CountingStore,
    listening: Listening,
    configured: Configured,
    program: Program,
) -> None:
    """One of two is killed (-9), one loses its connection: the sums are right, to the byte."""
    chance = random.Random(3)  # noqa: S311 - the same every time
    path = configured(interval=0.5, all_interval=0.2)
    programs = [program("speedo", "--config", path) for _ in range(2)]
    for each in programs:
        wait_until(lambda each=each: "publishing" in each.log.read_text(), "both to publish")  # type: ignore[misc]
    for turn in range(20):
        counting.count(
            transfer(chance.choice(CLIENTS), code=chance.choice([201, 499]), size=turn)
            for _ in range(50)
        )
        heard = len(listening.take())
        wait_until(lambda heard=heard: len(listening.take()) > heard, "a speedo")  # type: ignore[misc]
        if turn == 10:
            programs[0].kill()
        if turn == 15:
            wait_until(rabbitmq.close_connections, "the connection to be listed")
    keys = {f"v01.speedo.client.{client}": ("client", client) for client in CLIENTS}
    keys |= {
        "v01.speedo.client.all": ("all", "all"),
        "v01.speedo.sources.all": ("all", "all"),
        "v01.speedo.source.metpx": ("source", "metpx"),
    }

    def is_complete() -> bool:
        listening.take()
        return all(
            summed(each for each in listening.arrived if each.key == key) == counting.totals(*about)
            for key, about in keys.items()
        )

    wait_until(is_complete, "the sums to be the totals", 40)

    ids = Counter(each.id for each in listening.take())
    again = [name for name, times in ids.items() if times > 1]
    moments = {(each.key, each.body.split()[0]) for each in listening.arrived}
    assert counting.totals("all", "all").good + counting.totals("all", "all").bad == 1000
    assert len(moments) == len(ids)
    # Only what was in hand at the kill and at the cut may have been published twice, unchanged.
    assert len(again) <= 2 * len(keys)
    assert len({(each.id, each.body) for each in listening.arrived}) == len(ids)
