"""Whose clock counts: senders whose clock is wrong neither alarm nor hide a death."""

from typing import Any

import pytest

from blinkenlights.kinds.heartbeat import keys
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey

TEN_MINUTES = 600.0
WRONG = [pytest.param(TEN_MINUTES, id="fast"), pytest.param(-TEN_MINUTES, id="slow")]


def seen(valkey: Valkey, component: str = "x") -> float:
    score = valkey.client().zscore(keys.SEEN_BY_INTERVAL + "60", component)
    assert isinstance(score, float)
    return score


def skewed(valkey: Valkey) -> dict[str, float]:
    pairs: Any = valkey.client().zrange(keys.SKEWED, 0, -1, withscores=True)
    return dict(pairs)


@pytest.mark.parametrize("delay", [0.0, 5.0, 29.0])
def test_an_ordinary_delay_counts_by_the_senders_clock(
    simulation: Simulation, valkey: Valkey, delay: float
) -> None:
    """What took some seconds to arrive was sent when its sender says."""
    simulation.beat("x", age=delay, received=0)

    assert seen(valkey) == NOW - delay
    assert skewed(valkey) == {}


def test_a_little_fast_is_never_in_the_future(simulation: Simulation, valkey: Valkey) -> None:
    """A stamp some seconds ahead of us counts as of its receipt."""
    simulation.beat("x", age=-20, received=3)

    assert seen(valkey) == NOW - 3
    assert skewed(valkey) == {}


@pytest.mark.parametrize("ahead", WRONG)
def test_a_wrong_clock_is_noticed_and_shown(
    simulation: Simulation, valkey: Valkey, ahead: float
) -> None:
    """Live and far off: it is seen at its receipt, and its clock is known to be wrong."""
    simulation.beat("x", age=-ahead, received=0)

    assert seen(valkey) == NOW
    assert skewed(valkey) == {"x": ahead}


def test_a_fast_clock_is_learnt_from_a_beat_seen_when_the_last_was(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A beat of a backlog counts as of its receipt; a live one just then still tells the clock."""
    backlog = simulation.heartbeat("x", age=5 - TEN_MINUTES, received=0, live=False)
    simulation.store(backlog)
    simulation.beat("x", age=-TEN_MINUTES, received=0)
    assert skewed(valkey) == {"x": TEN_MINUTES}

    simulation.now += 300
    simulation.store(backlog._replace(receipt=simulation.now))

    assert seen(valkey) == NOW


@pytest.mark.parametrize("pause", [1.5, 60.0])
@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("ahead", WRONG)
def test_a_repetition_is_one_though_times_are_kept_in_milliseconds(
    simulation: Simulation, valkey: Valkey, ahead: float, live: bool, pause: float
) -> None:
    """What is lost of a time when it is stored must not make the same message a newer one."""
    simulation.beat("x", age=-ahead - 0.0004, received=0)
    sent = simulation.heartbeat("x", age=-ahead - 0.0004, received=0, live=live)
    for repetition in range(1, 5):
        simulation.now = NOW + repetition * pause
        simulation.store(sent._replace(receipt=simulation.now))

    assert seen(valkey) == pytest.approx(NOW, abs=0.001)


def test_of_two_beats_seen_together_the_newer_one_tells_of_the_component(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A fast clock that beats twice in a batch is known by the second, in whichever order."""
    first = simulation.heartbeat("x", age=1 - TEN_MINUTES, received=0, extras={"queue": 1})
    second = simulation.heartbeat("x", age=-TEN_MINUTES, received=0, extras={"queue": 2})
    for beats in ((first, second), (second, first)):
        valkey.empty()
        simulation.store(*beats)

        facts = keys.parse_facts(str(valkey.client().hget(keys.FACTS, "x")))
        assert facts.extras == '{"queue": 2}'
        assert [one.event for one in facts.instances] == [NOW + TEN_MINUTES]


@pytest.mark.parametrize("ahead", WRONG)
def test_a_wrong_clock_is_alive_while_it_beats(simulation: Simulation, ahead: float) -> None:
    """As long as heartbeats come, a wrong clock is alive, and the check shows the clock."""
    for age in (300, 240, 180, 120, 60, 0):
        simulation.beat("x", age=age - ahead, received=age)

    said = simulation.heartbeats()
    assert said.state == "OK"
    assert f"1 wrong clock: x (10m {'ahead' if ahead > 0 else 'behind'})" in said.line


@pytest.mark.parametrize(("interval", "behind"), [(2, 5), (5, 6), (10, 29), (30, 29), (59, 29.9)])
def test_a_clock_that_is_a_little_behind_kills_nobody(
    simulation: Simulation, interval: int, behind: float
) -> None:
    """Its beats come live: they are life, whatever time they carry; then it stops."""
    for beat in range(4):
        simulation.now = NOW + beat * interval
        simulation.beat("x", age=behind, received=0, interval=interval)
    simulation.collector()
    alive = simulation.heartbeats()
    simulation.now += 2 * interval + 1
    simulation.collector()

    assert alive.state == "OK", alive
    if behind > interval / 2:
        assert "1 wrong clock: x (" in alive.line
        assert "behind)" in alive.line
    assert simulation.heartbeats().state == "CRITICAL"


def test_what_comes_late_from_who_beats_often_is_no_life_yet(simulation: Simulation) -> None:
    """Its clock was right until now, so messages that are let go at once waited on their way."""
    simulation.beat("x", age=40, received=40, interval=5)
    simulation.store(
        *(simulation.heartbeat("x", age=age, received=0, interval=5) for age in (35, 30, 25, 20))
    )

    assert simulation.heartbeats().summary.startswith("1 of 1 component silent: x (20s)")


@pytest.mark.parametrize("ahead", WRONG)
def test_a_wrong_clock_is_silent_when_it_stops(simulation: Simulation, ahead: float) -> None:
    """Two minutes after its last heartbeat came, a wrong clock is silent, not in ten minutes."""
    simulation.beat("x", age=181 - ahead, received=181)
    simulation.beat("x", age=121 - ahead, received=121)

    said = simulation.heartbeats()
    assert said.state == "CRITICAL"
    assert "x (2m 1s)" in said.line


def test_an_old_duplicate_of_a_slow_clock_is_no_life(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A message that comes again is not taken for a fresh one of a slow clock."""
    simulation.beat("x", age=300 + TEN_MINUTES, received=300)

    simulation.beat("x", age=300 + TEN_MINUTES, received=0)

    assert seen(valkey) == NOW - 300
    assert simulation.heartbeats().state == "CRITICAL"


def test_an_old_duplicate_of_a_right_clock_is_no_slow_clock(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A message delivered twice, the second time minutes later, proves nothing about a clock."""
    simulation.beat("x", age=300)

    simulation.beat("x", age=300, received=0)

    assert seen(valkey) == NOW - 300
    assert skewed(valkey) == {}


@pytest.mark.parametrize("ahead", WRONG)
def test_an_offset_learnt_live_is_applied_to_a_backlog(
    simulation: Simulation, valkey: Valkey, ahead: float
) -> None:
    """While a backlog drains, a wrong clock is corrected by what was learnt before."""
    simulation.beat("x", age=900 - ahead, received=900)

    simulation.beat("x", age=400 - ahead, received=0, live=False)

    assert seen(valkey) == NOW - 400
    assert skewed(valkey) == {"x": ahead}


def test_a_backlog_counts_by_the_senders_clock(simulation: Simulation, valkey: Valkey) -> None:
    """What waited ten minutes neither is of now nor has a clock that is ten minutes slow."""
    simulation.beat("x", age=TEN_MINUTES, received=0, live=False)

    assert seen(valkey) == NOW - TEN_MINUTES
    assert skewed(valkey) == {}


def test_a_backlog_is_never_in_the_future(simulation: Simulation, valkey: Valkey) -> None:
    """A fast clock that is not known yet cannot live longer than the receipt of its message."""
    simulation.beat("x", age=-TEN_MINUTES, received=7, live=False)

    assert seen(valkey) == NOW - 7


@pytest.mark.parametrize("ahead", WRONG)
def test_a_clock_put_right_again(simulation: Simulation, valkey: Valkey, ahead: float) -> None:
    """With the first live heartbeat in step, the clock is right and counts again."""
    simulation.beat("x", age=120 - ahead, received=120)
    simulation.beat("x", age=61, received=60)

    assert seen(valkey) == NOW - 61
    assert skewed(valkey) == {}

    simulation.beat("x", age=30, received=0, live=False)

    assert seen(valkey) == NOW - 30


def test_each_instance_has_its_own_clock(simulation: Simulation, valkey: Valkey) -> None:
    """One wrong clock among two hosts stays known, whichever of them was heard last."""
    simulation.beat("x", age=30 - TEN_MINUTES, received=30, instance="a:1")
    simulation.beat("x", age=10, instance="b:1")

    assert skewed(valkey) == {"x": TEN_MINUTES}
    assert seen(valkey) == NOW - 10


def test_a_wrong_clock_is_forgotten_with_its_process(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A process with a right clock in place of one with a wrong clock ends the matter."""
    simulation.beat("x", age=400 - TEN_MINUTES, received=400, instance="before")
    simulation.beat("x", age=60, instance="after")

    assert skewed(valkey) == {}


def test_a_retired_component_shows_no_clock(simulation: Simulation, valkey: Valkey) -> None:
    """Of a retired component nothing is shown, whatever it sends."""
    simulation.beat("x", age=60 - TEN_MINUTES, received=60)
    simulation.retire("x")
    simulation.beat("x", age=0 - TEN_MINUTES, received=0)

    assert skewed(valkey) == {}


@pytest.mark.parametrize("still_ahead", [3600.0, -3600.0])
def test_a_clock_set_back_to_a_wrong_time(
    simulation: Simulation, valkey: Valkey, still_ahead: float
) -> None:
    """Local time at the end of summer: the second heartbeat proves the new clock."""
    simulation.beat("x", age=300 - 7200, received=300)
    simulation.beat("x", age=240 - still_ahead, received=240)
    assert seen(valkey) == NOW - 300

    for age in (180, 120, 60, 0):
        simulation.beat("x", age=age - still_ahead, received=age)
        assert seen(valkey) == NOW - age

    assert skewed(valkey) == {"x": still_ahead}


def test_repeated_messages_are_not_in_step(simulation: Simulation, valkey: Valkey) -> None:
    """A queue that is replayed advances faster than our clock and proves nothing."""
    for age in range(900, 290, -60):
        simulation.beat("x", age=age)

    for number, age in enumerate(range(900, 290, -60)):
        simulation.beat("x", age=age, received=20 - 2 * number)

    assert seen(valkey) == NOW - 300
    assert skewed(valkey) == {}


def test_a_delay_on_the_way_is_no_slow_clock(simulation: Simulation, valkey: Valkey) -> None:
    """What another broker held back reaches an empty queue, and is as old as it says."""
    simulation.beat("x", age=700)

    for number, age in enumerate(range(640, 530, -10)):
        simulation.beat("x", age=age, received=12 - number)

    assert seen(valkey) == NOW - 540
    assert skewed(valkey) == {}
    assert simulation.heartbeats().state == "CRITICAL"


def test_a_clock_that_turns_slow(simulation: Simulation, valkey: Valkey) -> None:
    """A clock that was right and is now behind is believed with its second heartbeat."""
    simulation.beat("x", age=180)

    for age in (120, 60, 0):
        simulation.beat("x", age=age + 40, received=age)

    assert seen(valkey) == NOW
    assert skewed(valkey) == {"x": -40}


def test_a_collector_whose_own_clock_was_ahead(simulation: Simulation, valkey: Valkey) -> None:
    """What it stored in the future gives way to the next heartbeat, and death shows in time."""
    simulation.now = NOW + TEN_MINUTES
    simulation.beat("x", age=TEN_MINUTES + 70, received=70)
    simulation.beat("x", age=TEN_MINUTES + 10, received=10)
    assert seen(valkey) > NOW
    simulation.now = NOW

    simulation.beat("x", age=0)

    assert seen(valkey) == NOW
    assert skewed(valkey) == {}
    simulation.now = NOW + 121
    simulation.collector()
    assert simulation.heartbeats().state == "CRITICAL"


def test_a_clock_that_turns_slow_and_beats_often(simulation: Simulation, valkey: Valkey) -> None:
    """Several heartbeats a second prove a slow clock as one a minute does."""
    simulation.beat("x", age=180)

    for tenths in range(20, -1, -3):
        simulation.beat("x", age=tenths / 10 + TEN_MINUTES, received=tenths / 10)

    assert seen(valkey) == pytest.approx(NOW - 0.2)
    assert skewed(valkey) == {"x": -TEN_MINUTES}


def test_one_message_over_and_over_proves_no_slow_clock(
    simulation: Simulation, valkey: Valkey
) -> None:
    """A hop that sends the same message several times a second does not keep its sender alive."""
    simulation.beat("x", age=700)

    for tenths in range(30, -1, -3):
        simulation.beat("x", age=640, received=tenths / 10)

    assert seen(valkey) == NOW - 640
    assert skewed(valkey) == {}
