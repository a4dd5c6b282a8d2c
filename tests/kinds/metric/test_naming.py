"""What is kept in memory of how events are called."""

import tracemalloc

import pytest

from blinkenlights.kinds.metric.naming import namer


def test_tags_that_make_no_series_fill_no_memory() -> None:
    """A thousand tags of a heartbeat, others with each beat, are one series, and forgotten."""
    named = namer()
    tracemalloc.start()
    try:
        for beat in range(200):
            tags = {f"key {beat} {number}": "x" for number in range(1000)}
            assert named("heartbeat", "web1", tags).series == "heartbeat@web1"
        del tags
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("values", [(0.0, -0.0), (-0.0, 0.0)])
def test_zero_with_a_sign_is_the_same_tag(values: tuple[float, float]) -> None:
    """Two equal numbers name one series, whichever comes first."""
    named = namer()

    assert [named("a", None, {"level": value}).series for value in values] == ["a{level=0.0}"] * 2
