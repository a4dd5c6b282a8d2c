"""Declaring, retiring and forgetting series."""

from collections.abc import Sequence
from typing import Any

import pytest

from blinkenlights.errors import UsageError
from blinkenlights.kinds.declared_store import Declared
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.declare import SeriesStore
from blinkenlights.kinds.metric.declaring import SeriesDeclaring
from blinkenlights.store.report import source_id
from servers.simulated_metrics import SimulatedMetrics


def forget(
    metrics: SimulatedMetrics, names: Sequence[str], how: Forgetting | None = None
) -> dict[str, bool]:
    done: dict[str, bool] = metrics.simulation.run(
        SeriesDeclaring().forget(metrics.simulation.client, names, how or Forgetting())
    )
    return done


def keys_of(metrics: SimulatedMetrics, series: str) -> set[str]:
    """Return the keys, without their prefix, that hold something of a series."""

    async def looked_up(redis: Any) -> set[str]:  # noqa: ANN401 - a client
        found = set()
        for name in await redis.keys(keys.PREFIX + "*"):
            kind, key = await redis.type(name), name.decode().removeprefix(keys.PREFIX)
            if (
                key.endswith(":" + series)
                or (kind == b"hash" and await redis.hexists(name, series))
                or (kind == b"zset" and await redis.zscore(name, series) is not None)
            ):
                found.add(key)
        return found

    found: set[str] = metrics.run(looked_up)
    return found


def test_forgetting_removes_everything(metrics: SimulatedMetrics) -> None:
    """Pages, too; nothing is left that names it, and others stay."""
    for name in ("x", "y"):
        metrics.series(name, [1] * 30, every=10, age=4000)
        metrics.series(name, [1] * 30, every=10, status="critical")
    metrics.expect("x")
    before = keys_of(metrics, "x")
    done = forget(metrics, ["x", "nothing"])

    assert {"facts", "names", "due", "trouble", "expected", "fine:x", "day:x", "month:x"} <= before
    assert done == {"metric x": True, "metric nothing": False}
    assert keys_of(metrics, "x") == set()
    assert {"facts", "fine:y", "day:y", "month:y"} <= keys_of(metrics, "y")


def test_many_are_forgotten_at_once(metrics: SimulatedMetrics) -> None:
    """By globs, by silence, by when they came first, by source, and by host."""
    metrics.send(metrics.event("old", 1, host="web1", age=500))
    metrics.send(metrics.event("new", 1, host="web2", age=50))
    metrics.send(metrics.event("else", 1, host="web2", age=40), source="unix:///other")
    now = metrics.now

    def meant(*names: str, **how: Any) -> list[str]:  # noqa: ANN401 - those of `Forgetting`
        found = forget(metrics, names, Forgetting(is_rehearsal=True, **how))
        return [name.removeprefix("metric ") for name, there in found.items() if there]

    assert meant("*@web2") == ["else@web2", "new@web2"]
    assert meant(silent_since=now - 100) == ["old@web1"]
    assert meant(first_since=now - 100) == ["else@web2", "new@web2"]
    assert meant(came_by=source_id("unix:///other")) == ["else@web2"]
    assert meant("n*", host="web2") == ["new@web2"]
    assert metrics.run(lambda redis: redis.hlen(keys.FACTS)) == 3
    assert forget(metrics, ["*@web2"]) == {"metric else@web2": True, "metric new@web2": True}
    assert metrics.run(lambda redis: redis.hkeys(keys.FACTS)) == [b"old@web1"]


def test_what_is_declared_is_listed(metrics: SimulatedMetrics) -> None:
    """With whether it came; retired ones with since when."""
    metrics.send(metrics.event("here", 1))
    metrics.expect("here", age=20)
    metrics.expect("never", age=10)
    metrics.retire("gone", age=5)

    assert metrics.declare(SeriesStore.expected) == [
        Declared("here", metrics.now - 20, True),
        Declared("never", metrics.now - 10, False),
    ]
    assert metrics.declare(SeriesStore.retired) == {"gone": metrics.now - 5}
    assert metrics.declare(SeriesStore.known) == {"here", "never", "gone"}


def test_a_series_that_was_expected_comes(metrics: SimulatedMetrics) -> None:
    """It is awaited no more."""
    metrics.expect("x")
    metrics.send(metrics.event("x", 1))

    assert metrics.run(lambda redis: redis.zcard(keys.AWAITED)) == 0


def test_expecting_what_was_shut_down(metrics: SimulatedMetrics) -> None:
    """It is missed from now on."""
    metrics.send(metrics.event("www.heartbeat", 1, ttl=16.0))
    metrics.send(metrics.event("www.shutdown", 1, ends="www.heartbeat"))
    metrics.later(60)
    metrics.expect("www.heartbeat")

    assert metrics.ask().summary == "1 of 2 series silent: www.heartbeat (1m), limit 16s"


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 600])
def test_what_no_series_is_called(name: str) -> None:
    """It is refused with how to write one."""
    with pytest.raises(UsageError, match="NAME@HOST"):
        SeriesDeclaring().valid([name])
