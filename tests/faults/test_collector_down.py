"""Collectors that are not there: said in one sentence, and nobody else is accused."""

import re

import pytest

from blinkenlights.clock import wall_clock
from faults.chain import CRITICAL, OK, QUEUE, UNKNOWN, WARNING, Chain, beat, later
from servers.waiting import wait_until

NAMES = [f"component {n}" for n in range(20)]


def beats(interval: int) -> list[bytes]:
    return [beat(name, wall_clock(), interval=interval) for name in NAMES]


def test_the_only_collector_dies(chain: Chain) -> None:
    """Killed, it is missed after 30 s, in one sentence; before that nobody seems to be silent."""
    collector = chain.listen()
    chain.publish(*beats(interval=5))
    chain.wait_until_stored()

    collector.kill()

    for seconds in (0, 11, 25):
        said = chain.heartbeat(clock=later(seconds))
        assert said.code == OK, said
        assert "20 components alive" in said.line
    said = chain.heartbeat(clock=later(31))
    assert said.code == UNKNOWN
    assert re.match(
        "HEARTBEAT UNKNOWN: collector one is down or cannot write, last report 3[1-3]s ago, "
        "limit 30s: nothing can be judged",
        said.text,
    )
    assert "\n" not in said.text
    assert chain.ask("collector", clock=later(31)).code == CRITICAL


@pytest.mark.parametrize("way", ["killed", "stopped"])
def test_all_collectors_of_two_are_down(chain: Chain, way: str) -> None:
    """With nobody left to listen the answer is UNKNOWN, whether they were killed or stopped."""
    both = [chain.listen(chain.config(name)) for name in ("one", "two")]
    chain.publish(*beats(interval=5))
    chain.wait_until_stored()

    for collector in both:
        if way == "killed":
            collector.kill()
        else:
            collector.stop()

    said = chain.heartbeat(clock=later(31))
    assert said.code == UNKNOWN
    word = "is down or cannot write, last report" if way == "killed" else "was stopped"
    assert re.search(f"collector (one|two) {word} 3[1-3]s ago", said.line), said
    assert chain.ask("collector", clock=later(31)).code == CRITICAL


def test_one_collector_of_two_is_down(chain: Chain) -> None:
    """The other takes over the queue they share: no component is accused, check_collector warns."""
    other = chain.listen(chain.config("one"))
    victim = chain.listen(chain.config("two"))
    chain.publish(*beats(interval=60))
    chain.wait_until_stored()

    victim.kill()
    chain.publish(*beats(interval=60))

    wait_until(lambda: chain.broker.unfinished(QUEUE) == 0, "the other to take over")
    chain.age_report("two", 31)
    assert {round(wall_clock() - known.seen) for known in chain.facts().values()} <= {0, 1, 2, 3}
    said = chain.heartbeat()
    assert said.code == OK, said
    assert said.line.startswith("HEARTBEAT OK: 20 components alive")
    said = chain.ask("collector")
    assert said.code == WARNING, said
    assert re.fullmatch(
        r"COLLECTOR WARNING: 1 of 2 collectors not running: two \(down .*3[1-3]s\), limit 30s",
        said.line,
    ), said
    assert not other.logged("error")


def test_a_collector_that_comes_back(chain: Chain) -> None:
    """Started again, it takes what waited in its queue, and all is as if it had been there."""
    chain.listen().kill()
    chain.publish(*beats(interval=60))

    chain.listen()

    wait_until(lambda: len(chain.facts()) == len(NAMES), "all to be stored")
    assert chain.heartbeat().line.startswith("HEARTBEAT OK: 20 components alive")
    assert chain.ask("collector").code == OK
