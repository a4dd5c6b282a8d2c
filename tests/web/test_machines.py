"""Machines on the page and in the API, as check_machine judges them."""

import pytest
from msgspec.structs import replace

from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.kinds.machine.handover import PoolLimits, set_pool_limits
from blinkenlights.web.shown import Filters, Section, Snapshot
from blinkenlights.web.stream import states_of
from servers.batches import MachineRow, batch_of
from servers.simulation import Simulation
from web.serving import Serving

POOL = "releng-hardware/osx"
QUEUE = "queue/relops at pulse"


@pytest.fixture
def fleet(simulation: Simulation) -> Simulation:
    """Give a store in which a pool has limits and some machines."""
    simulation.collector(sources=[simulation.source(), simulation.source(QUEUE, kind="machine")])
    return simulation


def told(
    simulation: Simulation, machine: str, age: float, what: str = "completed", pool: str = POOL
) -> None:
    """Store what was told of a task of a machine."""
    moment = simulation.now - age
    fact = MachineEvent(moment, machine, pool, True, what, what, f"task{age:g}/0")
    row = MachineRow(fact, moment, simulation.source(QUEUE).source)
    simulation.run(simulation.writer.store(batch_of(machines=[row])))


def demand(
    simulation: Simulation,
    *,
    warning: float | None = None,
    critical: float | None = None,
    minimum: int | None = None,
    failing: int | None = None,
) -> None:
    """Demand something of the pool."""
    limits = PoolLimits(POOL, warning, critical, minimum, failing)
    simulation.run(set_pool_limits(simulation.client, [limits]))


def test_machines_have_a_section_and_pages(fleet: Simulation, web: Serving) -> None:
    """A machine is shown with its pool and its last task; idle is not dead."""
    told(fleet, "mdc1:a", 60)
    told(fleet, "mdc1:b", 7200)

    section = web.get("/api/v1/status?kind=machine").json["sections"][0]
    detail = web.get("/api/v1/machines/mdc1:a").json

    assert [(row["name"], row["state"], row["status"]) for row in section["rows"]] == [
        ("mdc1:b", "idle", "OK"),
        ("mdc1:a", "alive", "OK"),
    ]
    assert section["counts"] == {"idle": 1, "alive": 1}
    assert detail["row"]["facts"]["pool"] == POOL
    assert detail["row"]["facts"]["task"] == "task60/0"


def test_each_machine_is_the_same_in_list_and_section(fleet: Simulation, web: Serving) -> None:
    """A list gives each machine once, in the state in which the section has it."""
    for number in range(30):
        told(fleet, f"mdc1:m{number}", 60 + 500 * number)

    section = web.get("/api/v1/status?kind=machine").json["sections"][0]
    items = web.get("/api/v1/machines").json["items"]

    states = {row["name"]: row["state"] for row in section["rows"]}
    assert {item["name"]: item["state"] for item in items} == states
    assert len(items) == 30


def test_without_a_collector_no_machine_is_well(fleet: Simulation, web: Serving) -> None:
    """When nobody listens, machines are unheard like everything else."""
    told(fleet, "mdc1:a", 60)
    fleet.now += 300

    section = web.get("/api/v1/status?kind=machine").json["sections"][0]

    assert section["status"] == "UNKNOWN"
    assert section["counts"] == {"unheard": 1}


def test_the_page_shows_machines(fleet: Simulation, web: Serving) -> None:
    """The section is on the page as well, with a link to the page of each."""
    told(fleet, "mdc1:a", 60)

    assert "mdc1:a" in web.get("/").text
    assert web.get("/one?kind=machine&name=mdc1%3Aa").status == 200


def test_machines_are_judged_as_check_machine_does(fleet: Simulation, web: Serving) -> None:
    """By the limits of their pool some are silent, late or failing, as the check has it."""
    demand(fleet, warning=3600.0, critical=7200.0, failing=3)
    told(fleet, "mdc1:alive", 60)
    told(fleet, "mdc1:late", 5000)
    told(fleet, "mdc1:silent", 9000)
    for age in (400, 300, 200):
        told(fleet, "mdc1:failing", age, "failed")

    section = web.get("/api/v1/status?kind=machine").json["sections"][0]

    assert [(row["name"], row["state"], row["status"]) for row in section["rows"]] == [
        ("mdc1:silent", "silent", "CRITICAL"),
        ("mdc1:failing", "failing", "CRITICAL"),
        ("mdc1:late", "late", "WARNING"),
        ("mdc1:alive", "alive", "OK"),
    ]
    for row in section["rows"]:
        assert fleet.ask("machine", f"--machine {row['name']}").state == row["status"]
        assert web.get(f"/api/v1/machines/{row['name']}").json["row"]["state"] == row["state"]
    assert section["rows"][0]["sentence"].startswith(
        "silent for 2h 30m, since 2026-09-21 11:43:20 UTC, limit 2h"
    )


def test_a_pool_with_too_few_machines_is_said(fleet: Simulation, web: Serving) -> None:
    """What is wrong with a pool is wrong with no single machine, and counts all the same."""
    demand(fleet, critical=1800.0, minimum=2)
    told(fleet, "mdc1:alive", 60)

    section = web.get("/api/v1/status?kind=machine").json["sections"][0]

    assert section["status"] == "CRITICAL"
    assert section["together"] == [f"pool {POOL}: 1 of 2 alive"]
    assert fleet.ask("machine").state == "CRITICAL"


def test_an_etag_does_not_outlive_what_a_pool_lacks(fleet: Simulation, web: Serving) -> None:
    """Who has seen a shortage gets the next one, though no machine's state is another."""
    demand(fleet, critical=1800.0, minimum=2)
    told(fleet, "mdc1:alive", 60)
    etag = web.get("/api/v1/status").headers["ETag"]
    demand(fleet, critical=1800.0, minimum=3)

    answer = web.get("/api/v1/status?kind=machine", If_None_Match=etag)

    assert answer.status == 200
    assert answer.json["sections"][0]["together"] == [f"pool {POOL}: 1 of 3 alive"]


def test_a_stream_tells_at_once_what_a_pool_lacks() -> None:
    """A shortage is a change of state, for which nobody waits until ages are sent anew."""
    well = Section("machine", "Machines", 1, {"alive": 1}, [], [])
    short = replace(well, together=[f"pool {POOL}: 1 of 2 alive"])
    shorter = replace(well, together=[f"pool {POOL}: 0 of 2 alive"])

    texts = {
        states_of(Snapshot(0.0, 0.0, [], "CRITICAL", [section], [], {}, [], []), Filters())
        for section in (well, short, shorter)
    }

    assert len(texts) == 3
