"""check_inflight: what it says of transfers in a real store."""

import pytest

from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import QUEUE


def test_nodes_of_whom_nothing_can_be_known(transfers: Transfers) -> None:
    """Without a collector of heartbeats nobody knows whether a node lives: never OK."""
    transfers.simulation.beat("node", age=10)
    transfers.begun("node", "file", 30)
    reports = transfers.simulation.source(REPORTS, kind="transfer")
    transfers.simulation.collector(sources=[reports])

    said = transfers.simulation.ask("inflight")

    assert said.code == 3
    assert "of no node is known whether it lives: no collector has a source" in said.text


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("", 0),
        ("-w 10m", 1),
        ("-w 10m -c 15m", 2),
        ("-c 1h", 0),
        ("--node 'b*' -c 15m", 3),
        ("-c soon", 3),
    ],
)
def test_transfers_in_flight(transfers: Transfers, options: str, code: int) -> None:
    """Critical or warning by how long ago they began."""
    transfers.simulation.beat("a:node")
    transfers.begun("a:node", "file 1", 1000)
    transfers.begun("a:node", "file 2", 10)

    said = transfers.simulation.ask("inflight", options)

    assert said.code == code, said.text
    if not options:
        assert said.number("in_flight") == 2
        assert said.number("oldest") == 1000


def test_transfers_of_a_node_that_is_silent_are_named(transfers: Transfers) -> None:
    """Nobody will finish them."""
    transfers.simulation.beat("a:node", age=900)
    transfers.simulation.beat("b:node", age=10)
    transfers.begun("a:node", "file 1", 1000)
    transfers.begun("b:node", "file 2", 1000)

    said = transfers.simulation.ask("inflight")

    assert said.code == 2
    assert "file 1" in said.text
    assert "file 2" not in said.text.splitlines()[0]
    assert said.number("stranded") == 1
    details = transfers.simulation.ask("inflight", "-v").details
    assert details == [
        "CRITICAL: file 1 on a:node stranded: the node is silent for 15m",
        "in flight: file 1 on a:node (16m 40s)",
        "in flight: file 2 on b:node (16m 40s)",
    ]
    facts = transfers.simulation.ask("inflight", "--json").json
    assert [one["name"] for one in facts["stranded"]] == ["file 1"]
    assert [(one["node"], one["name"]) for one in facts["in_flight"]] == [
        ("a:node", "file 1"),
        ("b:node", "file 2"),
    ]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("--node ndoe1", 3, "no node is called ndoe1"),
        ("--node 'x*' --node y", 3, "no node is called x*, y"),
        ("--node node1 --node ndoe1", 3, "no node is called ndoe1"),
        ("--node ndoe1 --missing critical", 2, "no node is called ndoe1"),
        ("--node ndoe1 --missing ok", 0, "0 transfers in flight; no node is called ndoe1"),
        ("--node idle", 0, "0 transfers in flight"),
        ("--node 'id*'", 0, "0 transfers in flight"),
        ("--node later", 0, "0 transfers in flight"),
        ("--node node1 --node 'x*'", 0, "1 transfer in flight, oldest file on node1 (30s)"),
    ],
)
def test_a_node_that_nobody_knows(transfers: Transfers, options: str, code: int, said: str) -> None:
    """A misspelt node is never OK; one that lives or is expected and has nothing to do is."""
    transfers.simulation.beat("idle")
    transfers.simulation.expect("later")
    transfers.begun("node1", "file", 30)

    answer = transfers.simulation.ask("inflight", options)

    assert (answer.code, answer.summary) == (code, said)


@pytest.mark.parametrize("options", ["", "-c 10m"])
def test_a_beginning_ahead_of_our_clock_is_of_no_age(transfers: Transfers, options: str) -> None:
    """Stored by a collector whose clock was wrong, it would not grow old for hours."""
    transfers.simulation.now += 700
    transfers.begun("node", "file", 0)
    transfers.simulation.now -= 700

    said = transfers.simulation.ask("inflight", options)

    assert said.code == 3
    assert said.summary == (
        "1 of 1 in flight began ahead of our clock, so nobody knows when: file on node (11m 40s), "
        "limit 30s; set the clocks"
    )


def test_nodes_that_may_be_silent_are_named_with_the_reason(transfers: Transfers) -> None:
    """Neither called alive nor stranded: who was not heard, and who is ahead of our clock."""
    simulation = transfers.simulation
    simulation.beat("well", age=10)
    simulation.beat("unheard", age=300)
    simulation.now += 700
    simulation.beat("ahead")
    simulation.now -= 700
    simulation.gap(290, 50, QUEUE)
    for node in ("well", "unheard", "ahead", "never heard"):
        transfers.begun(node, f"file of {node}", 30)

    said = simulation.ask("inflight")

    assert said.code == 3
    assert said.summary == (
        f"1 of 4 nodes may be silent, {QUEUE} away for 4m until 50s ago (the broker was away): "
        "unheard; 1 of 4 nodes may be silent, last seen 11m 40s ahead of our clock, limit 30s: "
        "ahead"
    )
    assert said.number("stranded") == 0


def test_a_node_whose_heartbeats_lag_may_be_silent(transfers: Transfers) -> None:
    """What is stored of heartbeats is old, though what is stored of transfers is not."""
    simulation = transfers.simulation
    simulation.beat("node", age=210)
    transfers.begun("node", "file", 30)
    reports = simulation.source(REPORTS, kind="transfer")
    simulation.collector(sources=[simulation.source(QUEUE, behind=200), reports])

    said = simulation.ask("inflight")

    assert (said.code, said.summary) == (
        3,
        f"1 of 1 node may be silent, {QUEUE} is stored up to 3m 20s ago: node",
    )


def test_a_retired_node_strands_nothing(transfers: Transfers) -> None:
    """Nobody is alarmed for who was retired."""
    transfers.simulation.beat("node", age=900)
    transfers.begun("node", "file", 1000)
    transfers.simulation.retire("node")

    assert transfers.simulation.ask("inflight").code == 0


def test_all_that_is_in_flight_is_counted(
    transfers: Transfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many the first are known by their paths, and none is left out of what is judged."""
    monkeypatch.setattr("blinkenlights.store.sets.MOST_LISTED", 3)
    transfers.simulation.beat("well")
    transfers.simulation.beat("dead", age=900)
    for number in range(5):
        transfers.begun("well", f"file {number}", 1000 - number)
    transfers.begun("dead", "last", 10)

    said = transfers.simulation.ask("inflight", "-w 10m")

    assert said.code == 2
    assert said.summary.startswith("1 transfer stranded: last on dead (dead silent for 15m, ")
    assert "5 of 6 in flight too long" in said.summary
    assert said.number("in_flight") == 6
