"""Storing points in slots: exact whatever the order, and no more than they take."""

from collections import defaultdict
from random import Random
from typing import Any

import pytest

from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.keys import Slot
from blinkenlights.kinds.metric.pages import slots_in
from blinkenlights.kinds.metric.window import Window, slots_of
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.simulated_metrics import SimulatedMetrics

HOUR = 3600.0


DAY = 86400.0


def slots(metrics: SimulatedMetrics, ring: str, series: str = "x") -> list[Slot]:
    """Return what is in the pages of a ring, in the order of time."""
    pages: Any = metrics.run(lambda redis: redis.hgetall(f"{ring}{series}"))
    pages = [pages, metrics.facts(series).run] if ring == keys.FINE else [pages]
    return sorted(slot for some in pages for each in slots_in(some, 0).values() for slot in each)


def size_of(metrics: SimulatedMetrics, key: str) -> int:
    """Return how many bytes a key takes; 0 when it is not there."""
    return metrics.run(lambda redis: redis.memory_usage(key, samples=0)) or 0


def ends_after(metrics: SimulatedMetrics, key: str) -> int:
    """Return after how many seconds a key goes; -2 when it is not there."""
    return int(metrics.run(lambda redis: redis.ttl(key)))


def window(metrics: SimulatedMetrics, over: float, series: str = "x") -> list[Slot]:
    """Return what a check makes of a span up to now."""
    with StoreReader(parse_address(metrics.simulation.url), 5) as store:
        span = Window(metrics.now - over, metrics.now)
        return slots_of(store, {series: metrics.facts(series)}, span)[series]


def exact(points: list[tuple[float, float]], step: int) -> dict[float, tuple[float, ...]]:
    """Return slot -> least, sum, most and number of some points."""
    found: dict[float, list[float]] = defaultdict(list)
    for when, value in points:
        found[when // step * step].append(value)
    return {
        start: (min(each), sum(each), max(each), len(each)) for start, each in sorted(found.items())
    }


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("every", [1.0, 7.0])
def test_slots_are_exact_whatever_the_order(
    metrics: SimulatedMetrics, seed: int, every: float
) -> None:
    """Least, mean, most and number of each minute and hour, over batches that are mixed up."""
    random = Random(seed)  # noqa: S311 - no secret
    number = int(2 * HOUR / every / (8 if every == 1 else 1))
    points = [
        (metrics.now - index * every, float(random.randrange(-1000, 1000)))
        for index in range(number)
    ]
    points.sort()
    # Some are late by up to twenty minutes.
    delayed = [
        (when, value, when + random.choice((0, 0, 0, random.uniform(0, 1200))))
        for when, value in points
    ]
    delayed.sort(key=lambda each: each[2])
    while delayed:
        size = random.randrange(1, 60)
        batch, delayed = delayed[:size], delayed[size:]
        events = [metrics.event("x", value, age=metrics.now - when) for when, value, _ in batch]
        random.shuffle(events)
        metrics.send(*events, age=metrics.now - max(came for *_, came in batch))

    for ring, step in ((keys.DAY, 60), (keys.MONTH, 3600)):
        found = defaultdict(list)
        for slot in slots(metrics, ring):
            found[slot.start].append(slot._replace(mean=slot.mean * slot.number))
        grown = metrics.facts("x").open[step]
        found[grown.start].append(grown._replace(mean=grown.mean * grown.number))
        kept: Any = {
            start: (
                min(each.low for each in some),
                pytest.approx(sum(each.mean for each in some), abs=0.5),
                max(each.high for each in some),
                sum(each.number for each in some),
            )
            for start, some in sorted(found.items())
        }
        assert kept == exact(points, step)


def test_a_gap_is_a_gap(metrics: SimulatedMetrics) -> None:
    """In a slot in which nothing came there is nothing, whatever came before and after."""
    metrics.series("x", [5] * 60, every=10, age=1500)
    metrics.series("x", [0] * 30, every=10)

    found = window(metrics, HOUR)

    assert {slot.low for slot in found} == {0, 5}
    silent = [slot for slot in found if metrics.now - 1490 < slot.start < metrics.now - 300]
    assert silent == []


@pytest.mark.parametrize("every", [0.2, 1, 10, 45, 60, 300, 1800])
def test_a_span_holds_each_point_once(metrics: SimulatedMetrics, every: float) -> None:
    """Whatever the period, what is read of the last while is what came in it."""
    over = max(300.0, 10 * every)
    number = int(3 * over / every)
    events = [metrics.event("x", 1.0 + index, age=index * every) for index in range(number)]
    events.reverse()
    for start in range(0, number, 5):
        metrics.send(*events[start : start + 5])

    found = window(metrics, over)

    assert sum(slot.number for slot in found) == pytest.approx(over / every, abs=max(2, 61 / every))
    assert found[-1].last == 1.0
    assert max(slot.high for slot in found) == pytest.approx(over / every, abs=max(2, 61 / every))


def test_a_spike_between_is_seen(metrics: SimulatedMetrics) -> None:
    """Two points that share a fine slot are both in what is read of the last while."""
    metrics.series("x", [5] * 60, every=10, age=120)
    metrics.send(*[metrics.event("x", value, age=age) for value, age in ((99, 110.2), (5, 110))])
    metrics.series("x", [5] * 10, every=10)

    assert max(slot.high for slot in window(metrics, 300)) == 99


def test_a_series_that_stopped_shrinks(metrics: SimulatedMetrics) -> None:
    """Each ring goes by itself: after two hours at most, two days, and two months."""
    metrics.series("x", [5] * 30, every=10)
    ends = {name: ends_after(metrics, f"{name}x") for name in (keys.FINE, keys.DAY, keys.MONTH)}
    # The open slots are in the facts.
    assert 0 < ends[keys.FINE] <= 2 * HOUR
    assert 0 < ends[keys.DAY] <= 2 * DAY
    assert ends[keys.MONTH] == -2


def test_pages_that_are_over_go(metrics: SimulatedMetrics) -> None:
    """Nothing older than an hour is in the fine ring, of a series that goes on."""
    for _ in range(300):
        metrics.later(30)
        metrics.send(metrics.event("x", 1))

    oldest = min(slot.start for slot in slots(metrics, keys.FINE))
    assert oldest > metrics.now - 2.2 * HOUR


@pytest.mark.parametrize(("every", "most"), [(1, 80_000), (60, 30_000)])
def test_how_much_a_series_takes(metrics: SimulatedMetrics, every: int, most: int) -> None:
    """With a month of hours, a day of minutes and an hour as it came."""
    end, name = int(metrics.now), "www.requests.per.second"
    recent = int(end - 2 * DAY)
    for start, stop, step in ((int(end - 31 * DAY), recent, 600), (recent, end, every)):
        for first in range(start, stop, 300 * step):
            moments = range(first, min(stop, first + 300 * step), step)
            events = [
                metrics.event(name, 1000.0 + at % 977, age=end - at, host="web1") for at in moments
            ]
            metrics.send(*events)

    rings = [f"{ring}{name}@web1" for ring in (keys.FINE, keys.DAY, keys.MONTH)]
    every_key = (*rings, keys.FACTS, keys.NAMES, keys.DUE)
    taken = sum(size_of(metrics, key) for key in every_key)
    assert most / 3 < taken <= most
