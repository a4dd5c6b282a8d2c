"""/machines, byte for byte as programs that knew the old listener expect it."""

import pytest

from blinkenlights.kinds.machine.fact import MachineEvent
from servers.batches import MachineRow, batch_of
from servers.simulation import Simulation
from web.conftest import Serve
from web.serving import Serving


def seen(simulation: Simulation, machine: str, moment: float) -> None:
    """Store a task that a machine completed."""
    fact = MachineEvent(moment, machine, "releng-hardware/osx", True, "completed", "completed")
    batch = batch_of(machines=[MachineRow(fact, moment, "0badcafe")])
    simulation.run(simulation.writer.store(batch))


def test_all_machines_are_listed(simulation: Simulation, web: Serving) -> None:
    """A list of datacenter, machine and when it was last seen, by name."""
    seen(simulation, "mdc2:t-mojave-r7-153", 1_541_666_870.0)
    seen(simulation, "mdc1:t-linux64-ms-100", 1_541_666_870.939514)

    answer = web.get("/machines")

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json == [
        {
            "datacenter": "mdc1",
            "machine": "t-linux64-ms-100",
            "lastseen": "2018-11-08T08:47:50.939514",
        },
        {
            "datacenter": "mdc2",
            "machine": "t-mojave-r7-153",
            "lastseen": "2018-11-08T08:47:50",
        },
    ]


def test_nobody_seen_is_an_empty_list(web: Serving) -> None:
    """Without a machine the answer is a list all the same."""
    answer = web.get("/machines")

    assert (answer.status, answer.body) == (200, b"[]")


@pytest.mark.parametrize(
    ("moment", "body"),
    [
        (1_541_666_870.0, b'"2018-11-08T08:47:50"'),
        (1_541_666_870.939514, b'"2018-11-08T08:47:50.939514"'),
    ],
)
def test_one_machine_is_a_bare_text(
    simulation: Simulation, web: Serving, moment: float, body: bytes
) -> None:
    """The answer is a JSON text and nothing else, without a fraction when that is zero."""
    seen(simulation, "mdc1:t-linux64-ms-100", moment)

    answer = web.get("/machines/mdc1:t-linux64-ms-100")

    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("machine", ["mdc1:nobody", "nobody", "mdc1:", "a/b", "mdc1:%0Aa"])
def test_a_machine_that_was_not_seen_is_unknown(web: Serving, machine: str) -> None:
    """404 with two words of text, and not JSON."""
    answer = web.get(f"/machines/{machine}")

    assert (answer.status, answer.body) == (404, b"unknown machine")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_source_sees_no_machine(simulation: Simulation, serve: Serve) -> None:
    """A token for one source of transfers reads of no machine here, too."""
    seen(simulation, "mdc1:a", 1_541_666_870.0)
    web = serve(anonymous="none")
    token = web.token("left", source="left-source")

    assert web.get("/machines", token).body == b"[]"
    assert web.get("/machines/mdc1:a", token).status == 404
