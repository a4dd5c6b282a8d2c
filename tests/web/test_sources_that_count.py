"""The table "Which sources count" of docs/architecture.md: every program says the same."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from blinkenlights.kinds.machine.fact import MachineEvent
from blinkenlights.store.report import SourceReport
from servers.batches import MachineRow, batch_of
from servers.simulation import SOCKET, STATES, Simulation
from web.conftest import Serve
from web.transfers import Transfers

MACHINES = "queue/user/machines at pulse:5671/"
POSTED = "http on monitoring-web"
OK, WARNING, CRITICAL, UNKNOWN = range(4)


class Codes(NamedTuple):
    """What each check answers."""

    heartbeat: int
    speedo: int
    machine: int
    collector: int


WELL = Codes(OK, OK, OK, OK)
Situation = Callable[[Simulation], None]


def one(*sources: Callable[[Simulation], SourceReport]) -> Situation:
    """Return a situation of one collector with these sources."""
    return lambda sim: sim.collector(sources=[source(sim) for source in sources])


def queue(behind: float = 0.0, *, away: bool = False) -> Callable[[Simulation], SourceReport]:
    return lambda sim: sim.source(behind=behind, connected=not away, error="refused" * away)


def socket(
    behind: float = 0.0, *, away: bool = False, unused: bool = False, address: str = SOCKET
) -> Callable[[Simulation], SourceReport]:
    return lambda sim: sim.source(
        address, behind=behind, connected=not away, ready=None, kind="", unused=unused
    )


def machines(sim: Simulation) -> SourceReport:
    return sim.source(MACHINES, kind="machine")


def two(
    *,
    age: float,
    stopped: bool,
    theirs: list[Callable[[Simulation], SourceReport]],
    ours: list[Callable[[Simulation], SourceReport]],
) -> Situation:
    """Return a situation of a collector that is gone, and one that runs."""

    def make(sim: Simulation) -> None:
        sim.collector(age=age, stopped=stopped, sources=[source(sim) for source in theirs])
        sim.collector("other", sources=[source(sim) for source in ours])

    return make


IDLE = socket(unused=True)
CLOSED = socket(70, away=True, unused=True)
LOST = queue(70, away=True)
HTTP = socket(unused=True, address=POSTED)

TABLE: list[tuple[str, Situation, Codes]] = [
    ("all-well", one(queue(), IDLE), WELL),
    ("queue-away-beside-an-idle-socket", one(LOST, IDLE), Codes(UNKNOWN, OK, OK, CRITICAL)),
    ("queue-away-beside-a-used-socket", one(LOST, socket()), Codes(UNKNOWN, OK, OK, CRITICAL)),
    ("queue-away-for-a-while", one(queue(45, away=True), IDLE), Codes(OK, OK, OK, WARNING)),
    ("queue-behind", one(queue(70), IDLE), Codes(UNKNOWN, OK, OK, CRITICAL)),
    ("queue-away-and-others-heard", one(LOST, machines, IDLE), Codes(UNKNOWN, OK, OK, CRITICAL)),
    ("idle-socket-closed", one(queue(), CLOSED), Codes(OK, UNKNOWN, UNKNOWN, WARNING)),
    (
        "used-socket-closed",
        one(queue(), socket(70, away=True)),
        Codes(UNKNOWN, UNKNOWN, UNKNOWN, CRITICAL),
    ),
    ("idle-socket-is-all", one(IDLE), WELL),
    ("closed-socket-is-all", one(CLOSED), Codes(UNKNOWN, UNKNOWN, UNKNOWN, CRITICAL)),
    (
        "stopped-and-replaced",
        two(age=70, stopped=True, theirs=[queue(70), HTTP], ours=[queue(), IDLE]),
        WELL,
    ),
    (
        "died-and-replaced",
        two(age=70, stopped=False, theirs=[queue(70), HTTP], ours=[queue(), IDLE]),
        Codes(OK, OK, OK, WARNING),
    ),
    (
        "stopped-beside-a-web-server",
        two(age=70, stopped=True, theirs=[queue(70), socket(70, unused=True)], ours=[HTTP]),
        Codes(UNKNOWN, OK, OK, CRITICAL),
    ),
    (
        "stopped-a-moment-ago-beside-a-web-server",
        two(age=7, stopped=True, theirs=[queue(7), socket(7, unused=True)], ours=[HTTP]),
        Codes(OK, OK, OK, WARNING),
    ),
]
"""Name, what is the case, what the checks answer."""


@pytest.mark.parametrize(
    ("situation", "codes"), [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_all_say_the_same(
    simulation: Simulation, serve: Serve, situation: Situation, codes: Codes
) -> None:
    """check_collector is CRITICAL whenever others are UNKNOWN; page and /health agree with it."""
    something_of_each_kind(simulation)
    situation(simulation)
    web = serve()

    said = {name: simulation.ask(name, "-c 1d" * (name == "machine")) for name in Codes._fields}
    health = web.get("/health")
    page = " ".join(re.sub(r"<[^>]*>", "", web.get("/").text).split())

    assert {name: answer.code for name, answer in said.items()} == codes._asdict(), said
    assert health.status == (503 if codes.collector == CRITICAL else 200), health.text
    assert re.search(rf"{STATES[codes.collector]} Collectors: [01] of [12] running", page), page
    if codes.collector == CRITICAL:
        assert said["collector"].number("lag") == 70
        assert "(1m 10s ago)" in page


def something_of_each_kind(simulation: Simulation) -> None:
    """Store a component, a client and a machine, all of them well for long."""
    simulation.beat("component", age=80, interval=3600)
    Transfers(simulation).count("client", "source", age=100)
    fact = MachineEvent(simulation.now - 80, "mdc1:ms-1", "pool", True, "seen")
    row = MachineRow(fact, simulation.now - 80, simulation.source(MACHINES).source)
    simulation.run(simulation.writer.store(batch_of(machines=[row])))
