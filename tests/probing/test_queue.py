"""Who may begin: never too many in all, never too many of one host, and in order."""

from collections import Counter
from math import inf

from hypothesis import given
from hypothesis import strategies as some

from blinkenlights.probe.agenda import Agenda
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Every
from blinkenlights.probing.queue import ProbeQueue, Waiting


def taken(queue: ProbeQueue) -> list[str]:
    """Return who may begin now."""
    found = []
    while (each := queue.take(0.0)) is not None:
        found.append(each[0])
    return found


def test_those_who_wait_begin_in_the_order_in_which_they_were_due() -> None:
    """As many as there is room for."""
    queue = ProbeQueue(2, 2)
    for name in ("a", "b", "c"):
        queue.add(Waiting(name, name))

    assert taken(queue) == ["a", "b"]
    queue.done("a")
    assert taken(queue) == ["c"]


def test_a_busy_host_holds_up_nobody_else() -> None:
    """What waits for it begins as soon as one of its probes is over, before what was due later."""
    queue = ProbeQueue(10, 1)
    for name, host in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        queue.add(Waiting(name, host))

    assert taken(queue) == ["a1", "b1"]
    queue.add(Waiting("a4", "a"))
    queue.done("a")
    assert taken(queue) == ["a2"]
    queue.done("a")
    assert taken(queue) == ["a3"]


def test_who_waits_longest_by_his_own_period_is_next() -> None:
    """Five seconds are long for an endpoint of two, and not for one of a minute."""
    queue = ProbeQueue(10, 10)
    for name, since, period in (("m1", 0.0, 60.0), ("m2", 1.0, 60.0), ("s", 15.0, 2.0)):
        queue.add(Waiting(name, name, since, period))

    assert [queue.take(20.0), queue.take(20.0), queue.take(20.0)] == [
        ("s", "s"),
        ("m1", "m1"),
        ("m2", "m2"),
    ]


def test_what_is_due_once_a_day_does_not_wait_for_a_day() -> None:
    """It counts as if it were due each ten minutes; also what is never due again."""
    queue = ProbeQueue(10, 10)
    queue.add(Waiting("hour", "a", 100.0, 3_600.0))
    queue.add(Waiting("day", "b", 99.0, 86_400.0))
    queue.add(Waiting("last", "c", 98.0, inf))

    assert [queue.take(900.0) for _ in range(3)] == [("hour", "a"), ("day", "b"), ("last", "c")]


class Shared:
    """Endpoints that share too little room, second by second.

    Args:
        periods: Of each endpoint.
        share: Of all that is due, how much can be made.
    """

    def __init__(self, periods: list[float], share: float) -> None:
        self._endpoints = {
            f"e{number}": Endpoint(
                f"e{number}", "a.yml", 1, Request("http", "u", "u", host=f"h{number}"), Every(each)
            )
            for number, each in enumerate(periods)
        }
        self._room = share * sum(1 / each for each in periods)
        self._agenda = Agenda()
        self._queue = ProbeQueue(10**6, 10**6)

    def longest_waits(self, seconds: int) -> dict[float, float]:
        """Return by period how many periods two probes of an endpoint are apart at most."""
        agenda, queue = self._agenda, self._queue
        agenda.follow(self._endpoints, 0.0)
        last: dict[str, float] = {}
        found: dict[float, float] = {}
        room = 0.0
        for tenth in range(10 * seconds):
            now = tenth / 10
            room = min(room + self._room / 10, 1 + self._room)
            for name in agenda.take_due(now):
                waits = agenda.waits(name)
                assert waits is not None
                queue.add(Waiting(name, waits.endpoint.request.host, waits.since, waits.period))
            while room >= 1 and (taken := queue.take(now)):
                room -= 1
                name, host = taken
                queue.done(host)
                job = agenda.begin(name)
                assert job is not None
                agenda.end(name)
                period = round(job.next - job.due, 3)
                if name in last and now > seconds / 2:
                    apart = (job.due - last[name]) / period
                    found[period] = max(found.get(period, 0.0), apart)
                last[name] = job.due
        return found


def test_at_twice_the_load_nobody_waits_for_more_than_three_of_his_own_periods() -> None:
    """Endpoints of a few seconds beside those of a minute and of five."""
    shared = Shared([2.0] * 10 + [10.0] * 20 + [60.0] * 200 + [300.0] * 300, 0.5)

    found = shared.longest_waits(1800)

    assert found.keys() == {2.0, 10.0, 60.0, 300.0}
    assert max(found.values()) < 3.01


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
        queue.add(Waiting(f"{host}{number}", host))
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
