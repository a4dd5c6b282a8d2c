"""What is judged by old evidence says how old it is, and becomes late without being UNKNOWN."""

import pytest

from blinkenlights.kinds.machine.fact import MachineEvent
from servers.batches import MachineRow, batch_of
from servers.simulation import QUEUE, SOCKET, Simulation
from web.transfers import Transfers

MACHINES = "queue/user/machines at pulse:5671/"
CHECKS = ("heartbeat", "speedo", "delivery", "inflight", "machine")


def something_of_each_kind(simulation: Simulation) -> None:
    """Store a component, a client and a machine, all of them well."""
    simulation.beat("component", age=60, interval=60)
    Transfers(simulation).count("client", "source", age=100)
    fact = MachineEvent(simulation.now - 80, "mdc1:ms-1", "pool", True, "seen")
    row = MachineRow(fact, simulation.now - 80, simulation.source(MACHINES).source)
    simulation.run(simulation.writer.store(batch_of(machines=[row])))


def listening(simulation: Simulation, behind: float, *, connected: bool = True) -> None:
    """Let a collector have a queue for each kind, all stored as far."""
    sources = [
        simulation.source(address, kind=kind, behind=behind, connected=connected)
        for address, kind in ((QUEUE, "heartbeat"), ("log", "transfer"), (MACHINES, "machine"))
    ]
    simulation.collector(sources=sources)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("connected", [True, False], ids=["frozen", "away"])
def test_from_five_seconds_on_it_is_said(
    simulation: Simulation, check: str, connected: bool
) -> None:
    """A frozen broker changes nothing else in line 1, until the doubt takes its place."""
    something_of_each_kind(simulation)
    options = "-c 1d" * (check in ("machine", "delivery"))

    listening(simulation, 5, connected=connected)
    fresh = simulation.ask(check, options)
    listening(simulation, 51, connected=connected)
    old = simulation.ask(check, options)
    listening(simulation, 61, connected=connected)
    doubted = simulation.ask(check, options)

    assert (fresh.code, "as of" in fresh.line) == (0, False)
    assert (old.code, old.summary[:15]) == (0, "as of 51s ago: ")
    assert (doubted.code, "as of" in doubted.line) == (3, False)


def test_it_is_said_in_every_state(simulation: Simulation) -> None:
    """What is proved as of a moment is dated, too; the words of who it is follow."""
    simulation.beat("component", age=130)
    simulation.collector(sources=[simulation.source(behind=6)])

    assert simulation.heartbeats().summary.startswith("as of 6s ago: 1 of 1 component silent")


def test_all_ages_of_a_line_are_as_of_the_same_moment(simulation: Simulation) -> None:
    """That which it begins with: who was declared 5m before it is so old, and who is silent."""
    simulation.expect("never", age=300)
    simulation.beat("dead", age=300)
    simulation.beat("down", status="down", age=300)
    simulation.collector(sources=[simulation.source(behind=50)])

    assert simulation.heartbeats("--exclude down").summary == (
        "as of 50s ago: 1 of 2 components silent: dead (4m 10s), limit 2m; 1 expected component "
        "never seen since declared: never (4m 10s), limit 2m"
    )
    assert "1 component down: down (4m 10s)" in simulation.heartbeats("--name down").summary


def test_reports_that_are_old(simulation: Simulation) -> None:
    """What check_collector says is wrong is as old as the report that says so."""
    simulation.collector(age=20, rejects_per_minute=2.0)

    said = simulation.collectors("-w 1m -c 1m")

    assert said.summary == (
        "as of 20s ago: 2 rejected in the last minute (see blinkenlights rejected), limit 0"
    )


@pytest.mark.parametrize("connected", [True, False], ids=["connected", "away"])
def test_who_becomes_late_is_never_unknown(simulation: Simulation, connected: bool) -> None:
    """It is OK as of the queue, then late, although a socket is stored a moment further."""
    simulation.beat("busy", age=0, interval=10)
    simulation.beat("other", age=0, interval=3600, source=SOCKET)
    codes = []
    for _ in range(8):
        queue = simulation.source(behind=1.3, connected=connected)
        simulation.collector(sources=[queue, simulation.source(SOCKET)])
        said = simulation.heartbeats()
        codes.append(said.code)
        assert simulation.heartbeats("--name busy").code == said.code
        assert "not heard" not in said.line
        simulation.now += 2.6

    assert codes == [0, 0, 0, 0, 0, 0, 0, 1]


def test_a_machine_that_becomes_late_is_never_unknown(simulation: Simulation) -> None:
    """The same holds for machines."""
    something_of_each_kind(simulation)
    queue = simulation.source(MACHINES, kind="machine", behind=10)
    simulation.collector(sources=[queue, simulation.source(SOCKET, kind="")])

    assert simulation.ask("machine", "-w 75s").code == 0
    assert simulation.ask("machine", "-w 65s").code == 1


def test_a_client_that_becomes_slow_is_never_unknown(simulation: Simulation) -> None:
    """Nor is a client at zero while one of two queues went away a moment ago."""
    something_of_each_kind(simulation)
    log = simulation.source("log", kind="transfer", behind=10, connected=False)
    simulation.collector(sources=[log, simulation.source(SOCKET, kind="")])

    assert simulation.ask("delivery", "-c 95s").code == 0
    assert simulation.ask("delivery", "-c 85s").code == 2
