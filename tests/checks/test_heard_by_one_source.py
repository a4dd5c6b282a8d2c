"""Who is asked for by name, while a source is away by which others come."""

import pytest

from blinkenlights.store import sets
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.listing import ListQuery, list_page
from blinkenlights.web.shown import Filters
from blinkenlights.web.snapshot import one, take
from servers.simulated_machines import SimulatedMachines
from servers.simulation import QUEUE, SOCKET, STATES, Simulation

PULSE = "queue/user/machines at pulse:5671/"


@pytest.fixture
def half_deaf(simulation: Simulation) -> Simulation:
    """Give a fleet half of which comes by a queue that went away 70 s ago, half by a socket."""
    simulation.beat("queued", age=80)
    simulation.beat("local", age=10, source=SOCKET)
    simulation.beat("late", age=100, source=SOCKET)
    simulation.beat("dead", age=300, source=SOCKET)
    simulation.beat("dead before", age=300)
    hear_half(simulation)
    return simulation


def hear_half(simulation: Simulation, behind: float = 70) -> None:
    simulation.collector(
        sources=[
            simulation.source(behind=behind, connected=False, error="refused"),
            simulation.source(SOCKET, kind="", ready=None),
        ]
    )


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ("--name local", "OK"),
        ("--name late", "WARNING"),
        ("--name dead", "CRITICAL"),
        ("--name queued", "UNKNOWN"),
        ("--name 'dead before'", "CRITICAL"),
        ("--name local --name queued", "UNKNOWN"),
        ("--name 'l*'", "WARNING"),
        ("--name local --name nobody", "UNKNOWN"),
        ("--name '*' --exclude 'dead*'", "UNKNOWN"),
        ("--exclude 'dead*'", "UNKNOWN"),
        ("--json --exclude 'dead*'", "UNKNOWN"),
    ],
)
def test_each_is_judged_by_its_own_source(half_deaf: Simulation, options: str, state: str) -> None:
    """Who is heard is alive, late or silent; who came by the source that is away is UNKNOWN."""
    said = half_deaf.heartbeats(options)

    assert said.state == state, said


def test_what_is_away_is_named_to_whom_it_concerns(half_deaf: Simulation) -> None:
    """Not to the others, to whom it is nothing."""
    assert half_deaf.heartbeats("--name local").summary == (
        "1 component alive, oldest local (10s), limit 2m"
    )
    assert half_deaf.heartbeats("--name dead").summary == (
        "1 of 1 component silent: dead (5m), limit 2m"
    )
    assert QUEUE in half_deaf.heartbeats("--name queued").summary


def test_evidence_of_one_source_is_as_old_as_that_source(half_deaf: Simulation) -> None:
    """Within the first minute, too: what is said of those who are heard is as of now."""
    hear_half(half_deaf, 40)

    assert half_deaf.heartbeats("--name queued").summary.startswith("as of 40s ago: ")
    assert half_deaf.heartbeats("--name local").summary.startswith("1 component alive")


def test_whose_source_is_not_known_is_unknown(half_deaf: Simulation) -> None:
    """One that was never seen, or came by what nobody serves any more, may come by any source."""
    half_deaf.expect("new", age=5)
    half_deaf.beat("moved", age=10, source="elsewhere")

    assert half_deaf.heartbeats("--name new").state == "UNKNOWN"
    assert half_deaf.heartbeats("--name moved").state == "UNKNOWN"


def test_who_moves_to_a_source_that_is_heard_is_judged_by_it(half_deaf: Simulation) -> None:
    """The last one that heard somebody counts."""
    half_deaf.beat("queued", source=SOCKET)

    assert half_deaf.heartbeats("--name queued").state == "OK"


def test_a_new_store_learns_of_those_it_has_not_heard(new_simulation: Simulation) -> None:
    """Who was heard since it is new is judged as ever, and who may be missing is not known."""
    hear_half(new_simulation)
    new_simulation.beat("local", source=SOCKET)

    assert new_simulation.heartbeats("--name local").state == "OK"
    assert new_simulation.heartbeats("--name 'l*'").summary.startswith("learning")
    assert new_simulation.heartbeats().summary.startswith("learning")
    assert new_simulation.heartbeats("--name other").state == "UNKNOWN"
    assert row_states(new_simulation, "local") == {"OK"}


def test_how_many_are_unheard_is_said(half_deaf: Simulation) -> None:
    """On line 1 and in the figures, as the page counts them: those of the source that is away."""
    said = half_deaf.heartbeats()
    with StoreReader(parse_address(half_deaf.url), 5) as store:
        [section] = take(store, half_deaf.now, Filters(kind="component")).sections

    assert f"{QUEUE} not heard for 1m 10s (refused), limit 1m; 1 of 5 components unheard" in (
        said.summary
    )
    figures = [said.number(each) for each in ("alive", "late", "silent", "unheard")]
    assert figures == [1, 1, 2, 1]
    assert section.counts == {"silent": 2, "unheard": 1, "late": 1, "alive": 1}


def test_all_are_unheard_when_nothing_can_be_judged(half_deaf: Simulation) -> None:
    """The address of the broker is said once, and why it is away is not cut."""
    error = "127.0.0.1:5672/ cannot be reached: Connection refused"
    half_deaf.collector(sources=[half_deaf.source(behind=80, connected=False, error=error)])

    said = half_deaf.heartbeats()

    assert said.summary == (
        f"no source can be heard since 1m 20s, limit 1m, {QUEUE}: cannot be reached: Connection "
        "refused; 5 of 5 components unheard"
    )
    assert (said.number("alive"), said.number("unheard"), said.number("total")) == (0, 5, 5)


def test_of_a_large_fleet_nobody_is_looked_at(
    half_deaf: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was in time counts as unheard then, whatever the source."""
    monkeypatch.setattr(sets, "MOST_LISTED", 1)

    assert half_deaf.heartbeats().number("unheard") >= 2


def test_no_source_is_heard(half_deaf: Simulation) -> None:
    """Nothing can be judged then, of whomever."""
    half_deaf.collector(
        sources=[
            half_deaf.source(address, behind=70, connected=False) for address in (QUEUE, SOCKET)
        ]
    )

    for name in ("local", "dead", "queued"):
        assert half_deaf.heartbeats(f"--name {name}").state == "UNKNOWN"


def test_a_machine_is_judged_by_its_own_source(machines: SimulatedMachines) -> None:
    """A socket that is closed, by which components came, says nothing of machines on a queue."""
    simulation = machines.simulation
    simulation.beat("local", age=80, source=SOCKET)
    machines.told("mdc1:ms-1", age=100)
    machines.told("mdc1:ms-2", age=100, source=SOCKET)
    machines.told("mdc1:ms-3", age=9000)
    closed = simulation.source(SOCKET, kind="", ready=None, behind=70, connected=False)
    simulation.collector(sources=[machines.source(), closed])

    asked = {name: machines.ask(f"--machine {name} -c 1h").state for name in ("ms-1", "ms-2")}

    assert asked == {"ms-1": "OK", "ms-2": "UNKNOWN"}
    assert machines.ask("--machine ms-3 -c 1h").summary == (
        "1 of 1 machine silent: mdc1:ms-3 (2h 30m), limit 1h"
    )
    assert machines.ask("-c 1d").state == "UNKNOWN"
    for name in ("mdc1:ms-1", "mdc1:ms-2", "mdc1:ms-3"):
        said = machines.ask(f"--machine {name}")
        assert shown(simulation, "machine", name) == {said.state}, name


@pytest.mark.parametrize("name", ["local", "late", "dead", "queued", "dead before"])
def test_page_and_api_say_what_the_check_says(half_deaf: Simulation, name: str) -> None:
    """In the list of all, in a search, on a page of its own."""
    said = half_deaf.heartbeats(f"--name '{name}'")

    assert shown(half_deaf, "component", name) == {said.state}


def row_states(simulation: Simulation, name: str) -> set[str]:
    """Return the states that a component has in the list of all and alone."""
    with StoreReader(parse_address(simulation.url), 5) as store:
        [section] = take(store, simulation.now, Filters(kind="component")).sections
        alone = one(store, simulation.now, "component", name, Filters())
    assert alone is not None
    return {alone.row.status, *(row.status for row in section.rows if row.name == name)}


def shown(simulation: Simulation, kind: str, name: str) -> set[str]:
    """Return the states that the page and the API have for one thing."""
    now = simulation.now
    with StoreReader(parse_address(simulation.url), 5) as store:
        whole = take(store, now, Filters(kind=kind))
        found = take(store, now, Filters(kind=kind, name=name))
        alone = one(store, now, kind, name, Filters())
        listed = list_page(store, now, kind, ListQuery(), None)
    assert alone is not None
    assert bool(alone.doubts) == bool(found.doubts) == (alone.row.status == "UNKNOWN") or (
        alone.row.status == "CRITICAL"
    )
    rows = [*whole.sections[0].rows, *listed.items]
    assert whole.status in STATES
    return {
        found.status,
        found.sections[0].status,
        alone.row.status,
        *(row.status for row in rows if row.name == name),
    }
