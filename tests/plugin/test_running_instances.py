"""How many processes of a component there are: one that was replaced does not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.plugin.instances import running_instances
from blinkenlights.store.layout import Instance


def instance(name: str, first: float, last: float) -> Instance:
    return Instance(first, last, last, 0.0, name)


@pytest.mark.parametrize(
    ("spans", "running"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([("h:1", 0, 60)], 1, id="one"),
        pytest.param([("h:1", 0, 60), ("h:2", 0, 60)], 2, id="two-at-once"),
        pytest.param([("h:1", 0, 60), ("h:2", 70, 130)], 1, id="restarted"),
        pytest.param([("h:1", 0, 60), ("h:2", 70, 90), ("h:3", 91, 99)], 1, id="restarted-twice"),
        pytest.param([("h:1", 0, 60), ("h:2", 30, 90), ("h:3", 70, 99)], 2, id="one-of-two-again"),
        pytest.param([("h:1", 0, 60), ("h:2", 60, 99)], 2, id="in-the-same-second"),
        pytest.param([("h:1", 0, 60), ("g:1", 70, 90)], 2, id="on-two-hosts"),
        pytest.param([("::1:5", 0, 60), ("::1:6", 70, 90)], 1, id="a-host-by-its-address"),
        pytest.param([("uuid-a", 0, 60), ("uuid-b", 70, 90)], 1, id="uuids-restarted"),
        pytest.param([("uuid-a", 0, 60), ("uuid-b", 30, 90)], 2, id="uuids-at-once"),
        pytest.param([("a:x", 0, 60), ("b:y", 70, 90)], 1, id="a-colon-is-no-host"),
        pytest.param([("", 0, 60)], 1, id="without-a-name"),
    ],
)
def test_processes_that_live(spans: list[tuple[str, float, float]], running: int) -> None:
    """A host has as many processes as were there at one moment; hosts add up."""
    assert running_instances([instance(*span) for span in spans]) == running


TIMES = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)


@given(st.lists(st.tuples(st.sampled_from("ab"), TIMES), max_size=8))
def test_the_count_is_the_most_at_any_moment(spans: list[tuple[str, list[int]]]) -> None:
    """The count is what somebody finds who looks at every second."""
    instances = [instance(f"{host}:{number}", *times) for number, (host, times) in enumerate(spans)]
    most = sum(
        max(
            (
                sum(first <= moment <= last for where, (first, last) in spans if where == host)
                for moment in range(51)
            ),
            default=0,
        )
        for host in "ab"
    )

    assert running_instances(instances) == most
