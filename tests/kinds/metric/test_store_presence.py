"""Storing statuses, signs of life, and what ends them."""

from math import nan
from typing import Any

from blinkenlights.kinds.metric import keys
from servers.simulated_metrics import SimulatedMetrics


def score(metrics: SimulatedMetrics, key: str, series: str) -> float | None:
    found: float | None = metrics.run(lambda redis: redis.zscore(key, series))
    return found


def test_a_sign_of_life_without_a_number(metrics: SimulatedMetrics) -> None:
    """It is seen, and no point: neither period nor slots know it."""
    metrics.series("x", [1, 2], every=10)
    metrics.later(10)
    metrics.send(metrics.event("x", nan))

    facts = metrics.facts("x")

    assert (facts.seen, facts.value) == (metrics.now, 2)
    assert (facts.gaps, facts.open[60].number) == (1, 2)


def test_statuses(metrics: SimulatedMetrics) -> None:
    """A status lasts until another one is said; events without one change nothing."""
    metrics.send(metrics.event("x", 1, status="warning", age=50))
    metrics.send(metrics.event("x", 1, age=40))
    metrics.send(metrics.event("x", 1, status="warning", age=30))
    warned = score(metrics, keys.TROUBLE, "x")
    metrics.send(metrics.event("x", 1, status="critical", age=20))
    critical = score(metrics, keys.TROUBLE, "x")
    metrics.send(metrics.event("x", 1, status="ok", age=25), age=10)
    late = metrics.facts("x").status
    metrics.send(metrics.event("x", 1, status="ok", age=5))

    assert (warned, critical) == (metrics.now - 50, metrics.now - 20)
    assert late == "critical"
    assert score(metrics, keys.TROUBLE, "x") is None


def test_presence(metrics: SimulatedMetrics) -> None:
    """The first heartbeat makes a node expected, its shutdown takes it away, the next one back."""
    beat: dict[str, Any] = {"host": "h", "ttl": 16.0}
    end: dict[str, Any] = {"host": "h", "ends": "www.heartbeat@h"}
    metrics.send(metrics.event("www.heartbeat", 1, age=50, **beat))
    expected = score(metrics, keys.DUE, "www.heartbeat@h")
    metrics.send(metrics.event("www.shutdown", 1, age=40, **end))
    stopped = score(metrics, keys.DUE, "www.heartbeat@h")
    metrics.send(metrics.event("www.heartbeat", 1, age=45, **beat), age=39)
    late = score(metrics, keys.DUE, "www.heartbeat@h")
    metrics.send(metrics.event("www.heartbeat", 1, age=30, **beat))

    assert expected == metrics.now - 34
    assert (stopped, late) == (None, None)
    assert score(metrics, keys.DUE, "www.heartbeat@h") == metrics.now - 14
    assert score(metrics, keys.STOPPED, "www.heartbeat@h") is None
    assert score(metrics, keys.DUE, "www.shutdown@h") is None


def test_a_shutdown_by_a_clock_that_is_behind(metrics: SimulatedMetrics) -> None:
    """What counts is the order in which both came."""
    metrics.send(metrics.event("www.heartbeat", 1, age=700, ttl=16.0), age=50)
    metrics.send(metrics.event("www.shutdown", 1, age=690, ends="www.heartbeat"), age=40)

    assert score(metrics, keys.STOPPED, "www.heartbeat") == metrics.now - 40


def test_a_shutdown_ends_what_a_heartbeat_said(metrics: SimulatedMetrics) -> None:
    """When the node comes back it is not still critical from before."""
    metrics.send(metrics.event("www.heartbeat", 1, age=50, status="critical"))
    metrics.send(metrics.event("www.shutdown", 1, age=40, ends="www.heartbeat"))
    metrics.send(metrics.event("www.heartbeat", 1, age=30))

    assert metrics.facts("www.heartbeat").status == ""
    assert score(metrics, keys.TROUBLE, "www.heartbeat") is None


def test_a_heartbeat_without_a_ttl(metrics: SimulatedMetrics) -> None:
    """It is due five minutes after the first, as long as nobody knows its period."""
    metrics.send(metrics.event("www.heartbeat", 1))

    assert score(metrics, keys.DUE, "www.heartbeat") == metrics.now + 300


def test_a_ttl_that_is_said_no_more(metrics: SimulatedMetrics) -> None:
    """One that was due by its ttl is not due while nobody knows how often it comes."""
    metrics.send(metrics.event("x", 1, age=10, ttl=5.0))
    metrics.send(metrics.event("x", 1))

    assert score(metrics, keys.DUE, "x") is None
