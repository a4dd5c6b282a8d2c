"""When check_expected_rate says that it cannot tell, and why."""

import pytest

from blinkenlights.kinds.expected.read import plan
from blinkenlights.kinds.learnable import Excluded
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from kinds.expected.learned import configure, put, usual
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import Simulation
from servers.usual_clients import SINCE_MINUTE, Clients


@pytest.fixture
def clients(simulation: Simulation) -> Clients:
    """Give a store that has learned."""
    return Clients(simulation)


def test_who_is_too_small_to_be_judged(clients: Clients) -> None:
    """It is said which time would do. Who moves is well, and who does not may be dead."""
    clients.learned("cora", peak=4)
    clients.move("cora", 0.2, minutes=10)

    said = clients.ask("--client cora")
    assert said.state == "OK"
    assert said.summary == "client cora: too few to judge in 10m, 3h would do"

    clients.simulation.now += 600
    clients.transfers.heard()
    said = clients.ask("--client cora")
    assert said.state == "UNKNOWN"
    assert said.summary.endswith("too few to judge in 10m, 3h would do; nothing came in 10m")
    assert clients.ask("--client cora --missing critical").state == "CRITICAL"


def test_who_is_being_learned(clients: Clients) -> None:
    """It says how much is left, and never alarms."""
    clients.learned("dora", days=3)
    clients.move("dora", 2)

    said = clients.ask("--client dora")
    assert said.state == "OK"
    assert said.summary == "client dora: learning, 4d left"
    assert said.number("learning") == 1

    clients.simulation.now += 1800
    clients.transfers.heard()
    said = clients.ask("--client dora")
    assert said.state == "UNKNOWN"
    assert said.summary == "client dora: learning, 4d left; nothing came in 10m"


def test_who_is_not_learned_yet(clients: Clients) -> None:
    """Nothing is expected of it."""
    clients.move("emil", 2)

    said = clients.ask("--client emil")

    assert said.state == "UNKNOWN"
    assert said.summary == "client emil: nothing is learned of it yet"


def test_who_is_not_there(clients: Clients) -> None:
    """And what the user takes that for."""
    assert clients.ask("--client nobody").line == (
        "EXPECTED_RATE UNKNOWN: no client is called nobody"
    )
    assert clients.ask("--client nobody --missing ok").state == "OK"


def test_a_store_in_which_nothing_is_learned(simulation: Simulation) -> None:
    """It says who learns."""
    Transfers(simulation).over("anna", 100)

    said = simulation.ask("expected_rate")

    assert said.state == "UNKNOWN"
    assert "nothing is learned yet" in said.summary


def test_nothing_follows_while_nobody_listens(clients: Clients) -> None:
    """UNKNOWN with a sentence, and no figure shows a problem."""
    clients.learned("anna")
    clients.transfers.heard(behind=400, connected=False)

    said = clients.ask("--client anna")

    assert said.state == "UNKNOWN"
    assert "no source can be heard" in said.summary
    assert "anna_rate" not in said.perfdata


def test_minutes_that_were_not_heard_do_not_count(clients: Clients) -> None:
    """Neither as zeros, nor in what is expected."""
    clients.learned("anna")
    clients.move("anna", 25, minutes=3)
    clients.move("anna", 25, minutes=30, before=9)
    clients.simulation.gap(SINCE_MINUTE + 540, SINCE_MINUTE + 180, REPORTS)

    said = clients.ask("--client anna")

    assert said.state == "OK"
    assert said.summary.startswith("client anna: 25/min for 4m")


def test_a_time_of_which_nothing_was_heard(clients: Clients) -> None:
    """Nobody can tell."""
    clients.learned("anna")
    clients.move("anna", 25)
    clients.simulation.gap(700, 10, REPORTS)

    said = clients.ask("--client anna")

    assert said.state == "UNKNOWN"
    assert "client anna: nothing was heard in the last 10m" in said.summary


def test_what_is_excluded_does_not_alarm(clients: Clients) -> None:
    """As long as it lasts."""
    clients.learned("anna")
    clients.move("anna", 1, before=30)
    now = clients.simulation.now
    configure(clients.simulation, excluded=[[now - 3600, now + 3600]])

    said = clients.ask("--client anna")

    assert said.state == "OK"
    assert said.summary == "client anna: excluded, a holiday or a maintenance"

    configure(clients.simulation, excluded=[[now - 7200, now - 3600]])
    assert clients.ask("--client anna").state == "CRITICAL"


def test_a_planned_maintenance_does_not_alarm(clients: Clients) -> None:
    """That of some leaves the others alone."""
    for name in ("anna", "bert"):
        clients.learned(name)
        clients.move(name, 1, before=30)
    now = clients.simulation.now
    with StoreReader(parse_address(clients.simulation.url), 5) as store:
        plan(store, [Excluded("client", "a*", now - 3600, now + 3600)])

    said = clients.ask()

    assert said.state == "CRITICAL"
    assert said.number("excluded") == 1
    assert clients.ask("--client anna").line == (
        "EXPECTED_RATE OK: client anna: excluded, a holiday or a maintenance"
    )


def test_who_is_not_learned_any_more(clients: Clients) -> None:
    """An old expectation is none."""
    clients.learned("anna")
    clients.move("anna", 25)
    put(clients.simulation, "anna", usual(clients.simulation.now - 2 * 86400))

    said = clients.ask("--client anna")

    assert said.state == "UNKNOWN"
    assert said.summary == "client anna: nothing was learned for 2d 8m"


def test_a_time_of_which_little_was_heard(clients: Clients) -> None:
    """No other time is offered: the one that was asked for might do."""
    clients.learned("anna", peak=60)
    clients.move("anna", 5)
    clients.simulation.gap(SINCE_MINUTE + 700, SINCE_MINUTE + 130, REPORTS)

    said = clients.ask("--client anna")

    assert said.state == "OK"
    assert said.summary == "client anna: too few to judge, only 2m of the last 10m is known"
