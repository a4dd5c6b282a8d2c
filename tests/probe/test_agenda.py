"""What is due, what waits and what was missed: it adds up, whatever happens."""

import time
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from blinkenlights.probe.agenda import MOST_EXCUSED, Agenda, Job
from blinkenlights.probe.endpoint import Endpoint, Request
from blinkenlights.probe.schedule import Cron, Every, following, offset_of

NOW = 1_764_000_000.0


def endpoint(name: str, every: float = 10.0) -> Endpoint:
    return Endpoint(name, "a.yml", 1, Request("http", "u", "u", host=name), Every(every))


def agenda_of(names: Iterable[str], every: float = 10.0) -> Agenda:
    agenda = Agenda()
    agenda.follow({name: endpoint(name, every) for name in names}, NOW)
    return agenda


def due(name: str, runs: int = 1, every: float = 10.0) -> float:
    """Return the moment of one of the next runs of an endpoint."""
    moment = NOW
    for _ in range(runs):
        moment = following(Every(every), moment, offset_of(name, Every(every)))
    return moment


def test_each_is_due_at_its_own_moment() -> None:
    """Who waits is given in the order in which they were due."""
    agenda = agenda_of("abcdef")

    waiting = agenda.take_due(NOW + 10)

    assert waiting == sorted("abcdef", key=due)
    assert agenda.take_due(NOW + 10) == []
    assert agenda.counts[:4] == (6, 0, 0, 6)


def test_a_job_carries_when_it_was_due_and_is_due_next() -> None:
    """So a result tells how late it was, and when the next one is missed."""
    agenda = agenda_of("a")
    agenda.take_due(due("a"))

    job = agenda.begin("a")

    assert job is not None
    assert (job.due, job.next) == (due("a"), due("a", 2))


def test_no_endpoint_is_probed_twice_at_a_time() -> None:
    """What is due meanwhile waits until the probe is over."""
    agenda = agenda_of("a")
    agenda.take_due(due("a"))
    agenda.begin("a")
    agenda.take_due(due("a", 2))

    assert agenda.begin("a") is None
    assert agenda.end("a")
    assert agenda.begin("a") is not None


def test_whoever_is_removed_and_back_within_a_probe_is_not_probed_twice_at_a_time() -> None:
    """A file that is written in two steps may lose an endpoint for a moment."""
    agenda = agenda_of("a")
    agenda.take_due(due("a"))
    agenda.begin("a")
    agenda.follow({}, due("a"))
    agenda.follow({"a": endpoint("a")}, due("a"))
    agenda.take_due(due("a", 2))

    assert agenda.begin("a") is None
    assert agenda.end("a")
    assert agenda.begin("a") is not None


def test_what_waits_when_the_next_is_due_is_missed() -> None:
    """It is counted and never made up for: of three that were due one is run."""
    agenda = agenda_of("a")
    agenda.take_due(due("a", 3))

    job = agenda.begin("a")

    assert job is not None
    assert job.due == due("a", 3)
    assert agenda.counts[:4] == (3, 1, 2, 0)
    assert not agenda.end("a")


def test_whoever_stays_is_due_as_ever() -> None:
    """Other endpoints come and go; a file that is read again moves nobody."""
    agenda = agenda_of("ab")
    agenda.follow({name: endpoint(name) for name in "ac"}, NOW + 3)

    assert set(agenda.take_due(NOW + 10)) == {"a"} | ({"c"} if due("c") > NOW + 3 else set())
    assert agenda.begin("b") is None


def test_what_waits_and_goes_is_due_no_more() -> None:
    """So it is neither run nor missed."""
    agenda = agenda_of("ab")
    agenda.take_due(NOW + 10)
    agenda.follow({"a": endpoint("a")}, NOW + 10)

    assert agenda.counts[:4] == (1, 0, 0, 1)


def test_another_schedule_counts_at_once() -> None:
    """From now on, not from when the old one would have been due."""
    agenda = agenda_of("a", every=3600.0)
    agenda.follow({"a": endpoint("a", 2.0)}, NOW)

    assert agenda.next_due() <= NOW + 2


def test_a_clock_that_was_set_ahead_misses_nothing() -> None:
    """What would have been due meanwhile is excused, and it goes on."""
    agenda = agenda_of("a")
    agenda.clock_broke(NOW + 3600)

    assert agenda.counts == (0, 0, 0, 0, 360)
    assert NOW + 3600 < agenda.next_due() <= NOW + 3610


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    """The next probe is due within its period by the new clock."""
    agenda = agenda_of("a")
    agenda.clock_broke(NOW - 3600)

    assert NOW - 3600 < agenda.next_due() <= NOW - 3590
    assert agenda.counts.excused == 0


@pytest.mark.parametrize("by", [-3600.0, 3600.0])
def test_what_waits_when_the_clock_is_set_is_due_then(by: float) -> None:
    """It is not said to be an hour late, nor due in the future."""
    agenda = agenda_of("a")
    agenda.take_due(due("a"))
    agenda.clock_broke(NOW + by)

    job = agenda.begin("a")

    assert job is not None
    assert job.due == NOW + by < job.next


def test_a_year_of_sleep_is_over_at_once() -> None:
    """Whatever the schedules, what passed meanwhile is counted in less than a second."""
    minute = Cron("* * * * *", ZoneInfo("Europe/Riga"))
    agenda = agenda_of("a", every=1.0)
    agenda.follow(
        {"a": endpoint("a", 1.0)}
        | {name: endpoint(name)._replace(schedule=minute) for name in "bcd"},
        NOW,
    )
    began = time.process_time()

    agenda.clock_broke(NOW + 365 * 86400)

    assert time.process_time() - began < 1
    assert agenda.counts.excused == 365 * 86400 + MOST_EXCUSED


@given(
    steps=some.lists(
        some.one_of(
            some.floats(0.1, 40.0).map(lambda seconds: ("later", seconds)),
            some.sampled_from("abc").map(lambda name: ("begin", name)),
            some.sampled_from("abc").map(lambda name: ("end", name)),
            some.sampled_from("abc").map(lambda name: ("give back", name)),
            some.sampled_from("abc").map(lambda name: ("lose", name)),
            some.sampled_from(["a", "ab", "abc"]).map(lambda names: ("follow", names)),
            some.floats(-500.0, 500.0).map(lambda by: ("set", by)),
        ),
        max_size=60,
    )
)
def test_due_is_run_and_missed_and_waiting(steps: list[tuple[str, object]]) -> None:
    """After any history, exactly; and nobody runs twice at a time."""
    agenda, now = agenda_of("abc"), NOW
    running: dict[str, Job] = {}
    waiting: set[str] = set()
    there = set("abc")
    for verb, what in steps:
        if verb == "later":
            now += float(str(what))
            waiting |= set(agenda.take_due(now))
        elif verb == "set":
            now += float(str(what))
            agenda.clock_broke(now)
        elif verb == "begin":
            name = str(what)
            job = agenda.begin(name)
            assert (job is not None) == (name in waiting and name not in running)
            if job is not None:
                waiting.discard(name)
                assert job.waits_since <= job.due
                running[name] = job
        elif verb in {"end", "give back", "lose"} and what in running:
            name = str(what)
            # Also one that was removed meanwhile.
            waiting |= _over(agenda, verb, running.pop(name))
            assert agenda.end(name) == (name in waiting)
        elif verb == "follow":
            new = set(str(what))
            agenda.follow({name: endpoint(name) for name in new}, now)
            waiting &= new
            there = new
        counts = agenda.counts
        assert counts.due == counts.run + counts.missed + counts.waiting
        assert counts.waiting == len(waiting)
        assert len(agenda) == len(there)


def _over(agenda: Agenda, verb: str, job: Job) -> set[str]:
    """Tell an agenda what became of a job; returns who waits by that."""
    if verb == "lose":
        agenda.lose()
    elif verb == "give back":
        agenda.give_back(job)
    name = job.endpoint.name
    return {name} if agenda.waits_since(name) is not None else set()
