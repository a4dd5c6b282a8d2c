"""Nodes with transfers in flight, on the page and in the API."""

from blinkenlights.kinds.transfer.fact import Started
from servers.batches import batch_of, transfer_rows
from servers.simulation import Simulation
from web.serving import Serving
from web.transfers import Transfers


def begin(simulation: Simulation, number: int, node: str, name: str, age: float) -> None:
    """Store the beginning of a transfer."""
    begun = Started(simulation.now - age, "metpx", "alice", node, name, name)
    rows = transfer_rows("session", number, simulation.now, started=[begun])
    simulation.run(simulation.writer.store(batch_of(transfers=rows)))


def test_a_silent_component_leads_to_what_was_in_flight_on_it(
    simulation: Simulation, web: Serving
) -> None:
    """Its page names the node of that name, whose page lists the transfers, oldest first."""
    sources = [simulation.source(), simulation.source("transfers", kind="transfer")]
    simulation.collector(sources=sources)
    simulation.beat("pump1", age=900)
    simulation.beat("pump2", age=10)
    begin(simulation, 1, "pump1", "newer.grib", 950)
    begin(simulation, 2, "pump1", "older.grib", 1000)
    begin(simulation, 3, "pump2", "other.grib", 5)

    section = web.get("/api/v1/status?kind=node").json["sections"][0]
    node = web.get("/api/v1/nodes/pump1").json
    component = web.get("/one?kind=component&name=pump1").text
    page = web.get("/one?kind=node&name=pump1").text

    assert [(row["name"], row["state"], row["status"]) for row in section["rows"]] == [
        ("pump1", "stranded", "CRITICAL"),
        ("pump2", "busy", "OK"),
    ]
    assert [each["name"] for each in node["in_flight"]] == ["older.grib", "newer.grib"]
    assert [(row["kind"], row["state"]) for row in node["namesakes"]] == [("component", "silent")]
    assert node["row"]["sentence"] == (
        "2 transfers in flight, oldest older.grib (16m 40s); the node is silent for 15m, limit 2m"
    )
    assert 'href="one?kind=node&amp;name=pump1"' in component
    assert "blinkenlights inflight --node=pump1" in component
    assert page.index("older.grib</bdi>") < page.index("newer.grib</bdi>")


def test_of_very_many_some_are_listed_and_all_are_counted(
    simulation: Simulation, web: Serving
) -> None:
    """A page of a node has 200 rows at most, and the list of nodes goes on from page to page."""
    simulation.collector(sources=[simulation.source("transfers", kind="transfer")])
    now = simulation.now
    started = [Started(now - 60, "metpx", "a", "big", f"{n}", f"f{n}") for n in range(300)]
    started += [Started(now - 60, "metpx", "a", f"node{n:03}", "1", "f") for n in range(250)]
    rows = transfer_rows("session", 1, now, started=started)
    simulation.run(simulation.writer.store(batch_of(transfers=rows)))

    big = web.get("/api/v1/nodes/big").json
    found: set[str] = set()
    cursor = ""
    while True:
        page = web.get(f"/api/v1/nodes?limit=50&cursor={cursor}").json
        found.update(row["name"] for row in page["items"])
        cursor = page["next"]
        if not cursor:
            break
    crowded = web.get("/?kind=node&state=busy").text

    assert len(big["in_flight"]) == 200
    assert big["row"]["facts"]["in_flight"] == 300
    assert len(found) == 251
    assert "node001" in crowded


def test_nodes_are_for_who_may_see_everything(
    simulation: Simulation, web: Serving, transfers: Transfers
) -> None:
    """A source sees its clients, and neither nodes nor what else has their names."""
    simulation.collector(sources=[simulation.source("transfers", kind="transfer")])
    transfers.count("alice", "metpx")
    begin(simulation, 1, "alice", "file.grib", 5)
    token = web.token("metpx", source="metpx")

    client = web.get("/api/v1/clients/alice", token)
    node = web.get("/api/v1/nodes/alice", token)
    nodes = web.get("/api/v1/nodes", token)

    assert (client.status, client.json["namesakes"]) == (200, [])
    assert node.status == 404
    assert nodes.json["items"] == []
    assert [row["kind"] for row in web.get("/api/v1/clients/alice").json["namesakes"]] == ["node"]
