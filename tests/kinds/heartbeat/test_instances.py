"""How many processes of a component there are: one that was replaced does not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.kinds.heartbeat.instances import last_enough, running_instances
from blinkenlights.kinds.heartbeat.keys import Instance


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


@pytest.mark.parametrize(
    ("spans", "minimum", "since"),
    [
        pytest.param([("a:1", 0, 300), ("b:1", 0, 100)], 2, 100, id="one-of-two-died"),
        pytest.param([("a:1", 0, 300), ("b:1", 0, 100), ("c:1", 0, 200)], 2, 200, id="another"),
        pytest.param([("a:1", 0, 300), ("b:1", 0, 100), ("c:1", 0, 200)], 3, 100, id="the-first"),
        pytest.param(
            [("a:1", 0, 200), ("a:2", 201, 300), ("b:1", 0, 100)], 2, 100, id="one-was-replaced"
        ),
        pytest.param([("a:1", 0, 300), ("b:1", 0, 100)], 3, 100, id="never-so-many"),
        pytest.param([("a:1", 290, 300), ("b:1", 100, 100)], 2, 100, id="never-together"),
        pytest.param([("a:1", 0, 300), ("b:1", 0, 299)], 3, None, id="all-live"),
        pytest.param([], 1, None, id="none"),
    ],
)
def test_since_when_there_are_too_few(
    spans: list[tuple[str, float, float]], minimum: int, since: float | None
) -> None:
    """It is when there were last enough; else when the last was seen that is missing."""
    instances = [instance(*span) for span in spans]
    living = [one for one in instances if one.last > 250]

    assert last_enough(instances, minimum, living) == since
