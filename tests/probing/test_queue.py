"""Who may begin: never too many in all, never too many of one host, and in order."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from blinkenlights.probing.queue import ProbeQueue


def taken(queue: ProbeQueue) -> list[str]:
    """Return who may begin now."""
    found = []
    while (each := queue.take()) is not None:
        found.append(each[0])
    return found


def test_those_who_wait_begin_in_the_order_in_which_they_were_due() -> None:
    """As many as there is room for."""
    queue = ProbeQueue(2, 2)
    for name in ("a", "b", "c"):
        queue.add(name, name)

    assert taken(queue) == ["a", "b"]
    queue.done("a")
    assert taken(queue) == ["c"]


def test_a_busy_host_holds_up_nobody_else() -> None:
    """What waits for it begins as soon as one of its probes is over, before what was due later."""
    queue = ProbeQueue(10, 1)
    for name, host in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        queue.add(name, host)

    assert taken(queue) == ["a1", "b1"]
    queue.add("a4", "a")
    queue.done("a")
    assert taken(queue) == ["a2"]
    queue.done("a")
    assert taken(queue) == ["a3"]


@given(
    waiting=some.lists(some.sampled_from("abc"), max_size=30),
    most=some.integers(1, 5),
    of_host=some.integers(1, 3),
    data=some.data(),
)
def test_bounds_hold_and_everybody_has_a_turn(
    waiting: list[str], most: int, of_host: int, data: some.DataObject
) -> None:
    """Whatever ends first, nobody is left, and no bound is ever passed."""
    queue = ProbeQueue(most, of_host)
    for number, host in enumerate(waiting):
        queue.add(f"{host}{number}", host)
    running: list[str] = []
    begun = 0
    while True:
        some_more = taken(queue)
        begun += len(some_more)
        running += some_more
        assert len(running) == queue.busy <= most
        assert all(n <= of_host for n in Counter(name[0] for name in running).values())
        if not running:
            break
        ended = data.draw(some.sampled_from(running))
        running.remove(ended)
        queue.done(ended[0])

    assert begun == len(waiting)
