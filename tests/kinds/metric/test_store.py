"""Storing points: periods, times that are wrong, slots, statuses and presence."""

from math import inf, nan
from typing import Any

import pytest

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.keys import Slot
from blinkenlights.kinds.metric.pages import slots_in
from blinkenlights.kinds.metric.write import MetricRows
from blinkenlights.kinds.signal import Arrival
from blinkenlights.store.batch import Batch
from blinkenlights.store.report import source_id
from servers.batches import Message
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import SOCKET

HOUR = 3600.0
DAY = 86400.0


def score(metrics: SimulatedMetrics, key: str, series: str) -> float | None:
    found: float | None = metrics.run(lambda redis: redis.zscore(key, series))
    return found


def slots(metrics: SimulatedMetrics, ring: str, series: str = "x") -> list[Slot]:
    """Return what is in the pages of a ring, in the order of time."""
    pages: Any = metrics.run(lambda redis: redis.hgetall(f"{ring}{series}"))
    pages = [pages, metrics.facts(series).run] if ring == keys.FINE else [pages]
    return sorted(slot for some in pages for each in slots_in(some, 0).values() for slot in each)


def test_what_is_known_of_a_series(metrics: SimulatedMetrics) -> None:
    """When and from where its newest point came, its number, and what it says of itself."""
    metrics.series("x", [1, 2, 3.5], every=10, ttl=30.0, extras='{"unit":"ms"}')

    facts = metrics.facts("x")

    assert (facts.seen, facts.event, facts.value) == (metrics.now, metrics.now, 3.5)
    assert (facts.first, facts.ttl, facts.extras) == (metrics.now - 20, 30.0, '{"unit":"ms"}')
    assert {step: slot.number for step, slot in facts.open.items()} == {60: 3, 3600: 3}
    assert facts.open[60].mean == 6.5 / 3
    assert score(metrics, keys.NAMES, "x") == 0
    assert score(metrics, keys.DUE, "x") == metrics.now + 30


def test_a_period_is_learnt(metrics: SimulatedMetrics) -> None:
    """From the third gap on a series is due, three periods after it came."""
    metrics.series("x", [1, 2, 3], every=20)
    before = score(metrics, keys.DUE, "x")
    metrics.later(20)
    metrics.send(metrics.event("x", 4))

    assert before is None
    assert metrics.facts("x").period == 20
    assert score(metrics, keys.DUE, "x") == metrics.now + 60


def test_a_short_period_has_patience(metrics: SimulatedMetrics) -> None:
    """Who comes each second is not stale before ten of them."""
    metrics.series("x", range(9), every=1)

    assert score(metrics, keys.DUE, "x") == metrics.now + 10


def test_one_long_gap_is_no_habit(metrics: SimulatedMetrics) -> None:
    """It doubles the period at most, and that is forgotten again."""
    metrics.series("x", range(9), every=10)
    metrics.later(1000)
    metrics.send(metrics.event("x", 1))
    after = metrics.facts("x").period
    for _ in range(40):
        metrics.later(10)
        metrics.send(metrics.event("x", 1))

    assert after == 20
    assert metrics.facts("x").period == pytest.approx(10, abs=1)


def test_the_longest_of_the_usual_gaps_is_the_period(metrics: SimulatedMetrics) -> None:
    """Gaps of 5 and 14 s are judged by 14."""
    for number in range(30):
        metrics.later(5 if number % 2 else 14)
        metrics.send(metrics.event("x", 1))

    assert 13 < metrics.facts("x").period <= 14


def test_a_point_of_the_future(metrics: SimulatedMetrics) -> None:
    """It is placed when it came, and its offset is kept; a little ahead is nothing."""
    metrics.send(metrics.event("x", 1, age=-600), age=0)
    metrics.send(metrics.event("y", 1, age=-20), age=0)

    facts = metrics.facts("x")

    assert (facts.event, facts.seen, facts.offset) == (metrics.now, metrics.now, 600)
    assert facts.open[60].start == metrics.now // 60 * 60
    assert metrics.facts("y").offset == 0
    assert metrics.facts("y").seen == metrics.now


def test_a_point_of_a_clock_that_is_behind(metrics: SimulatedMetrics) -> None:
    """That it came is evidence that its sender lives; it stays at its time."""
    metrics.send(metrics.event("x", 1, age=600), age=0)

    facts = metrics.facts("x")

    assert (facts.seen, facts.event, facts.offset) == (metrics.now, metrics.now - 600, -600)


def test_a_point_that_is_late(metrics: SimulatedMetrics) -> None:
    """It goes into its slot, and leaves newest value and period alone."""
    metrics.series("x", [5] * 30, every=10)
    before = metrics.facts("x")
    metrics.send(metrics.event("x", 99, age=125), age=0)

    after = metrics.facts("x")
    [high] = [slot for slot in slots(metrics, keys.DAY) if slot.high == 99]
    assert (after.value, after.period, after.event) == (5, before.period, before.event)
    assert high.start == (metrics.now - 125) // 60 * 60
    assert (high.number, high.low, high.last) == (7, 5, 5)


@pytest.mark.parametrize(
    ("age", "rings"),
    [(1800, "fine day month"), (2 * HOUR, "day month"), (2 * DAY, "month"), (31 * DAY, "")],
)
def test_an_old_point_goes_where_it_is_still_kept(
    metrics: SimulatedMetrics, age: float, rings: str
) -> None:
    """Older than an hour to the day only, than a day to the month, than that nowhere."""
    metrics.series("x", [5] * 30, every=10)
    metrics.send(metrics.event("x", 99, age=age), age=0)

    found = [
        name
        for name in ("fine", "day", "month")
        if any(slot.high == 99 for slot in slots(metrics, getattr(keys, name.upper())))
    ]
    assert " ".join(found) == rings
    assert metrics.facts("x").seen == metrics.now
    assert metrics.counted("trimmed:point too old") == (age > 30 * DAY)


def test_what_is_delivered_again_counts_once(metrics: SimulatedMetrics) -> None:
    """Points that were stored lately are left out; several of one moment are not."""
    events = [metrics.event("x", value, age=age) for value, age in ((1, 20), (2, 10), (3, 10))]
    for again in (False, True, True):
        metrics.send(*events, live=not again, again=again, age=0)
    metrics.send(*[metrics.event("y", value, age=10) for value in (1, 2, 3)], live=False, age=0)

    assert metrics.facts("x").open[3600].number == 3
    assert metrics.facts("y").open[3600].number == 3


def test_what_is_delivered_again_and_was_never_stored_counts(metrics: SimulatedMetrics) -> None:
    """Whoever had it was killed before; that newer points came since proves nothing."""
    metrics.series("x", [1] * 10, every=10)

    metrics.send(metrics.event("x", 5, age=35), live=False, again=True, age=0)

    assert metrics.facts("x").open[3600].number == 11


def test_long_names_that_begin_alike_are_told_apart(metrics: SimulatedMetrics) -> None:
    """A point of the one that is stored is no reason to leave out the same of the other."""
    first, second = (metrics.event("a" * 100 + end, 7, age=10) for end in "12")
    metrics.send(first, age=0)

    metrics.send(second, live=False, again=True, age=0)

    assert metrics.facts(second.series).open[3600].number == 1


def test_a_period_is_learnt_anew_from_what_is_never_just_sent(metrics: SimulatedMetrics) -> None:
    """Points that collectors make are of a while ago, and come as slowly as they are apart."""
    for every in (60, 600):
        for _ in range(8):
            metrics.later(every)
            metrics.send(metrics.event("x", 1, age=10), live=False, age=0)

    assert metrics.facts("x").period == pytest.approx(600, rel=0.1)


def test_a_hole_between_batches_of_a_backlog_is_no_period(metrics: SimulatedMetrics) -> None:
    """Another collector may be storing what lies between."""
    for ages in (range(5090, 5000, -10), (3000, 2990)):
        metrics.send(*[metrics.event("x", 1, age=age) for age in ages], live=False, age=0)

    assert metrics.facts("x").period == pytest.approx(10)


def test_a_batch_that_was_stored_before_its_answer_was_lost_counts_once(
    metrics: SimulatedMetrics,
) -> None:
    """Of a socket as well, whose messages nobody else can have."""
    arrival = Arrival(source_id(SOCKET), metrics.now, live=True, session="s", number=1)
    rows = MetricRows(arrival)
    for value in range(3):
        rows.add(metrics.event("x", value, age=value), b"", "", Message())
    for _ in range(2):
        metrics.simulation.run(metrics.simulation.writer.store(Batch([rows])))

    assert metrics.facts("x").open[3600].number == 3


def test_what_waited_is_of_when_it_was(metrics: SimulatedMetrics) -> None:
    """A backlog is no evidence that its sender lives now."""
    metrics.send(metrics.event("x", 1, age=500), live=False, age=0)

    assert metrics.facts("x").seen == metrics.now - 500


def test_what_did_not_come_for_a_month_is_forgotten(metrics: SimulatedMetrics) -> None:
    """All but heartbeats that are missed, and what somebody declared or retired; a few a batch."""
    names = [f"old.{number:02}" for number in range(12)]
    kept = ["old.declared", "old.retired", "www.heartbeat"]
    for name in [*names, *kept, "old.stopped.heartbeat"]:
        metrics.send(metrics.event(name, 1))
    metrics.send(metrics.event("old.shutdown", 1, ends="old.stopped.heartbeat"))
    metrics.expect("old.declared")
    metrics.retire("old.retired")
    metrics.later(29 * DAY)
    metrics.send(metrics.event("x", 1))
    before: Any = metrics.run(lambda redis: redis.zcard(keys.NAMES))
    metrics.later(2 * DAY)
    for _ in range(6):
        metrics.send(metrics.event("x", 1))

    left: Any = metrics.run(lambda redis: redis.zrange(keys.NAMES, 0, -1))
    facts: Any = metrics.run(lambda redis: redis.hkeys(keys.FACTS))
    assert before == 18
    assert sorted(each.decode() for each in left) == sorted([*kept, "x"])
    assert sorted(facts) == sorted(left)
    assert metrics.run(lambda redis: redis.zcard(keys.STOPPED)) == 0


@pytest.mark.parametrize("value", [nan, inf, -inf, 1e39, -1e308])
def test_what_is_no_number_is_a_gap(metrics: SimulatedMetrics, value: float) -> None:
    """So is what fits into no slot; the series lives on, and keeps the number before."""
    metrics.series("x", [4, 5], every=10)
    metrics.later(10)

    metrics.send(metrics.event("x", value))

    facts = metrics.facts("x")
    assert (facts.value, facts.seen) == (5, metrics.now)
    assert (facts.gaps, facts.open[60].number) == (1, 2)
