"""The page and the API say what the checks say."""

import pytest

from blinkenlights.kinds.rows import Row
from blinkenlights.store import layout
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.shown import Filters, Section, Snapshot
from blinkenlights.web.snapshot import one, take
from servers.simulation import QUEUE, Simulation
from web.transfers import Transfers

CODES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}


def shown(simulation: Simulation, filters: Filters | None = None) -> Snapshot:
    with StoreReader(parse_address(simulation.url), 5) as store:
        return take(store, simulation.now, filters or Filters())


def section(simulation: Simulation, kind: str = "component", **filters: str) -> Section:
    snapshot = shown(simulation, Filters(kind=kind, **filters))
    return snapshot.sections[0]


def row(simulation: Simulation, name: str, kind: str = "component") -> Row:
    return next(row for row in section(simulation, kind).rows if row.name == name)


def a_fleet_in_every_state(simulation: Simulation) -> None:
    simulation.beat("alive", age=10)
    simulation.beat("late", age=100)
    simulation.beat("silent", age=600)
    simulation.beat("down", age=5)
    simulation.beat("down", status="down", age=300, extras={"message": "no disk"})
    simulation.beat("degraded", age=5)
    simulation.beat("degraded", status="degraded", age=30)
    simulation.beat("short", age=5, instance="host:1")
    simulation.expect("short", 2, age=3000)
    simulation.expect("never", age=3000)
    simulation.expect("pending", age=10)
    simulation.beat("gone", age=5000)
    simulation.retire("gone")
    simulation.gap(3000, 2000, "elsewhere")
    simulation.beat("unserved", age=500, source="elsewhere")


def test_each_component_is_in_the_state_that_the_check_has_it_in(simulation: Simulation) -> None:
    """Rows are worst first, and each has the status that check_heartbeat answers for its name."""
    a_fleet_in_every_state(simulation)

    rows = section(simulation).rows

    assert [(row.name, row.state, row.status) for row in rows] == [
        ("silent", "silent", "CRITICAL"),
        ("never", "expected", "CRITICAL"),
        ("down", "down", "CRITICAL"),
        ("short", "short", "CRITICAL"),
        ("unserved", "unheard", "UNKNOWN"),
        ("late", "late", "WARNING"),
        ("degraded", "degraded", "WARNING"),
        ("pending", "expected", "OK"),
        ("alive", "alive", "OK"),
    ]
    for each in rows:
        assert CODES[each.status] == simulation.heartbeats(f"--name '{each.name}'").code


def test_counts_are_those_of_the_check(simulation: Simulation) -> None:
    """Every component is counted once, and the totals are those of the performance data."""
    a_fleet_in_every_state(simulation)

    found = section(simulation)

    said = simulation.heartbeats()
    assert found.total == sum(found.counts.values()) - found.counts["retired"]
    assert found.total == said.number("total")
    assert found.counts["silent"] == said.number("silent")
    assert found.counts["late"] == said.number("late")
    assert found.counts["retired"] == 1
    assert CODES[found.status] == said.code


def test_a_sentence_says_what_how_long_since_when_and_the_limit(simulation: Simulation) -> None:
    """A row can be read out at 3 a.m. as it is."""
    a_fleet_in_every_state(simulation)

    assert row(simulation, "silent").sentence == (
        "silent for 10m, since 2026-09-21 14:03:20 UTC, limit 2m"
    )
    assert row(simulation, "down").sentence == (
        "reports down for 5m, since 2026-09-21 14:08:20 UTC: no disk"
    )
    assert row(simulation, "short").sentence == "1 of 2 instances alive"


def test_further_keys_of_heartbeats_are_facts(simulation: Simulation) -> None:
    """Whatever a heartbeat carried is shown, beside our own facts, which win."""
    extras = {"depth": 7, "interval": "mine", "deep": {"a": [1]}, "huge": 10**30, "on": True}
    simulation.beat("x", extras=extras)

    facts = row(simulation, "x").facts

    assert facts == {
        "interval": 60,
        "instances": 1,
        "clock_ahead": 0.0,
        "depth": 7,
        "deep": '{"a": [1]}',
        "huge": "1000000000000000000000000000000",
        "on": True,
    }
    assert section(simulation).columns[:3] == ["interval", "instances", "clock_ahead"]


def test_without_a_collector_everybody_is_unheard(simulation: Simulation) -> None:
    """When nothing can be judged, nobody is well and nobody is silent: one sentence says why."""
    a_fleet_in_every_state(simulation)
    simulation.now += 300

    snapshot = shown(simulation)

    found = snapshot.sections[0]
    assert snapshot.status == found.status == "UNKNOWN"
    assert {row.status for row in found.rows} == {"UNKNOWN"}
    assert set(found.counts) == {"unheard", "retired"}
    assert snapshot.doubts == [
        (
            "collector collector-1 is down or cannot write, "
            "last report 5m ago, limit 30s: nothing can be judged"
        )
    ]
    assert simulation.heartbeats().code == CODES["UNKNOWN"]


def test_what_lags_behind_is_never_called_alive(simulation: Simulation) -> None:
    """Behind the watermark who is silent is silent, and of all others nothing is known."""
    simulation.beat("alive", age=130)
    simulation.beat("silent", age=600)
    simulation.collector(sources=[simulation.source(behind=120)])

    states = {row.name: (row.state, row.status) for row in section(simulation).rows}

    assert states == {"silent": ("silent", "CRITICAL"), "alive": ("unheard", "UNKNOWN")}


def test_of_a_large_fleet_the_worst_are_listed_and_all_are_counted(simulation: Simulation) -> None:
    """There are 200 rows at most, none of them better than one that is not shown."""
    simulation.store(*[simulation.heartbeat(f"a{n}", age=n % 50) for n in range(500)])
    simulation.store(*[simulation.heartbeat(f"s{n}", age=600 + n) for n in range(30)])

    found = section(simulation)

    assert found.counts == {"silent": 30, "alive": 500}
    assert len(found.rows) == 200
    assert [row.state for row in found.rows[:31]] == ["silent"] * 30 + ["alive"]


@pytest.mark.parametrize("state", ["silent", "alive", "retired"])
def test_a_state_can_be_asked_for(simulation: Simulation, state: str) -> None:
    """Only rows in that state are given; the counts stay those of all."""
    a_fleet_in_every_state(simulation)

    found = section(simulation, state=state)

    assert {row.state for row in found.rows} == {state}
    assert found.total == 9


def test_a_name_can_be_asked_for(simulation: Simulation) -> None:
    """Names and globs narrow rows and counts."""
    a_fleet_in_every_state(simulation)

    assert [row.name for row in section(simulation, name="*e*d*").rows] == [
        "unserved",
        "degraded",
        "pending",
    ]
    assert section(simulation, name="silent").total == 1
    assert [row.state for row in section(simulation, name="gone").rows] == ["retired"]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"name": "zzz"}, "zzz is not known"),
        ({"name": "zzz", "kind": "component"}, "zzz is not known"),
        ({"name": "zzz", "state": "silent"}, "zzz is not known"),
        ({"name": "zzz*"}, "nothing matches zzz*"),
    ],
)
def test_a_name_that_nobody_has_is_unknown(
    simulation: Simulation, filters: dict[str, str], said: str
) -> None:
    """As the check says it: what is not known is not well."""
    a_fleet_in_every_state(simulation)

    snapshot = shown(simulation, Filters(**filters))

    assert snapshot.status == "UNKNOWN"
    assert snapshot.doubts == [said]


@pytest.mark.parametrize("filters", [{"name": "gone"}, {"name": "alive", "state": "silent"}])
def test_a_name_that_somebody_has_is_no_doubt(
    simulation: Simulation, filters: dict[str, str]
) -> None:
    """Neither retired components are unknown, nor those in another state than was asked for."""
    a_fleet_in_every_state(simulation)

    assert shown(simulation, Filters(**filters)).doubts == []


def test_one_component_has_its_processes_and_what_was_missed(simulation: Simulation) -> None:
    """The page of one thing says what its row says, and what is known beside it."""
    simulation.beat("x", age=20, instance="host:1")
    simulation.beat("x", age=10, instance="host:2")
    simulation.gap(400, 300)

    with StoreReader(parse_address(simulation.url), 5) as store:
        detail = one(store, simulation.now, "component", "x", Filters())
        nobody = one(store, simulation.now, "component", "y", Filters())

    assert nobody is None
    assert detail is not None
    assert detail.row == row(simulation, "x")
    assert [process.name for process in detail.processes] == ["host:2", "host:1"]
    assert [(each.address, each.end - each.start) for each in detail.missed] == [(QUEUE, 100)]


def test_every_row_is_the_same_alone_and_in_its_section(simulation: Simulation) -> None:
    """Whether looked at alone or among all, a component is judged the same."""
    a_fleet_in_every_state(simulation)
    rows = [*section(simulation).rows, *section(simulation, state="retired").rows]

    with StoreReader(parse_address(simulation.url), 5) as store:
        alone = [one(store, simulation.now, "component", row.name, Filters()) for row in rows]

    assert [(each.row.name, each.row.state, each.row.status) for each in alone if each] == [
        (row.name, row.state, row.status) for row in rows
    ]


def test_clients_are_judged_as_check_speedo_and_check_delivery_do(
    simulation: Simulation, transfers: Transfers
) -> None:
    """At zero for the window, or late by habit, a client is critical; else it is alive."""
    transfers.count("moving", "metpx", age=60)
    transfers.count("stopped", "metpx", age=900)
    transfers.count("failing", "metpx", code=500)
    for age in range(400, 135, -65):
        transfers.count("bursting", "other", age=age)

    found = section(simulation, "client")

    assert [(row.name, row.state, row.status) for row in found.rows] == [
        ("bursting", "late", "CRITICAL"),
        ("failing", "expected", "CRITICAL"),
        ("stopped", "zero", "CRITICAL"),
        ("moving", "alive", "OK"),
    ]
    speedo, delivery = simulation.ask("speedo"), simulation.ask("delivery")
    assert speedo.number("zero") == 2
    assert delivery.number("late") == 1
    assert section(simulation, "source").counts == {"late": 1, "alive": 1}


def test_a_client_that_reports_late_is_behind(simulation: Simulation, transfers: Transfers) -> None:
    """Its reports come just now, with older times: it is a warning, as for the checks."""
    transfers.count("archive", "metpx", age=330, live=True)

    [found] = section(simulation, "client").rows

    assert (found.state, found.status) == ("behind", "WARNING")
    assert found.sentence == "reports transfers of 5m 30s ago: backlog or clock"
    assert simulation.ask("speedo").code == 1


def test_a_client_has_its_hour_by_the_minute(simulation: Simulation, transfers: Transfers) -> None:
    """The history of a client says what went through, and where nobody listened."""
    transfers.count("c", "metpx", age=300, size=7)
    transfers.count("c", "metpx", age=300, code=500)
    simulation.gap(1800, 1700, "log at somewhere")

    with StoreReader(parse_address(simulation.url), 5) as store:
        detail = one(store, simulation.now, "client", "c", Filters())

    assert detail is not None
    assert len(detail.minutes) == 60
    busy = [minute for minute in detail.minutes if minute.good or minute.bad]
    assert [(minute.good, minute.bad) for minute in busy] == [(1, 1)]
    assert [minute.heard for minute in detail.minutes].count(False) in (2, 3)
    assert detail.row.facts["good"] == 1
    assert detail.row.facts["bad"] == 1


def test_nobody_was_heard_before_the_store_was_born(
    simulation: Simulation, transfers: Transfers
) -> None:
    """Of an hour only those minutes were heard that began after the first report."""
    transfers.count("c", "metpx", age=1)
    born = simulation.client.redis.set(layout.BORN, simulation.now - 200)
    simulation.run(simulation.client.ask(born))

    with StoreReader(parse_address(simulation.url), 5) as store:
        detail = one(store, simulation.now, "client", "c", Filters())

    assert detail is not None
    heard = [minute for minute in detail.minutes if minute.heard]
    assert len(heard) in (2, 3)
    assert all(minute.start >= simulation.now - 200 for minute in heard)


def test_nothing_known_is_said(simulation: Simulation) -> None:
    """An empty store is no good news."""
    snapshot = shown(simulation)

    assert snapshot.status == "UNKNOWN"
    assert snapshot.sections == []
    assert snapshot.doubts == ["nobody has sent anything yet, and nothing was declared"]


def test_in_doubt_those_without_a_row_are_not_called_alive_either(simulation: Simulation) -> None:
    """What is only counted is counted as what is known of it."""
    simulation.store(*[simulation.heartbeat(f"c{n}", age=130) for n in range(300)])
    simulation.collector(sources=[simulation.source(behind=120)])

    found = section(simulation)

    assert found.counts == {"unheard": 300}
    assert found.status == "UNKNOWN"
