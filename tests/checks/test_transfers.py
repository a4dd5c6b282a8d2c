"""What all checks of transfers have in common, by a real store."""

import pytest

from servers.simulated_transfers import REPORTS, Transfers


@pytest.mark.parametrize("check", ["speedo", "delivery", "inflight"])
def test_nothing_is_certain_while_the_broker_is_away(transfers: Transfers, check: str) -> None:
    """Silence in a time in which nobody could hear is UNKNOWN, never CRITICAL."""
    transfers.over("alice", 400)
    transfers.heard(behind=350, connected=False)

    assert transfers.simulation.ask(check).code == 3


@pytest.mark.parametrize("check", ["speedo", "delivery", "inflight"])
def test_a_backlog_of_reports_is_unknown(transfers: Transfers, check: str) -> None:
    """While it drains nobody is at zero."""
    transfers.over("alice", 400)
    transfers.heard(behind=350)

    assert transfers.simulation.ask(check).code == 3


@pytest.mark.parametrize("check", ["speedo", "inflight"])
def test_what_nobody_can_know_has_no_figures(transfers: Transfers, check: str) -> None:
    """When the collector is down neither a zero nor an old number is drawn."""
    transfers.over("alice", 30)
    transfers.begun("node", "file", 30)
    transfers.simulation.now += 100

    said = transfers.simulation.ask(check, "-w 5")

    assert said.code == 3
    assert set(said.perfdata) <= {"total"}


def test_who_never_had_one_and_has_no_deadline_is_not_called_in_time(transfers: Transfers) -> None:
    """Nothing is demanded of it, and check_speedo says that it is at zero."""
    transfers.over("alice", 10)
    transfers.over("bob", 10, code=503)

    said = transfers.simulation.ask("delivery")

    assert said.code == 0
    assert said.summary == (
        "1 client in time, longest without a good transfer alice (10s); 1 never had one, and no "
        "deadline"
    )


@pytest.mark.parametrize("check", ["speedo", "delivery -c 5m"])
def test_what_the_store_has_lost_is_held_against_nobody(transfers: Transfers, check: str) -> None:
    """A good transfer may have been among it; what was not heard since counts again."""
    transfers.over("alice", 400)
    transfers.simulation.gap(390, 60, source=REPORTS, lost="transfers")
    name, _, options = check.partition(" ")

    said = transfers.simulation.ask(name, options)
    transfers.simulation.now += 700
    transfers.heard()

    assert said.state == "UNKNOWN", said.text
    assert "not heard" in said.text
    assert transfers.simulation.ask(name, options).state == "CRITICAL"
