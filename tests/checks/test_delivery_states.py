"""check_delivery: what it says of transfers in a real store."""

import pytest

from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.store.client import StoreClient
from servers.simulated_transfers import REPORTS, Transfers


@pytest.mark.parametrize(("age", "code"), [(500, 0), (700, 2)])
def test_a_deadline_of_the_configuration(transfers: Transfers, age: float, code: int) -> None:
    """A client is late when its last good transfer is older than its deadline."""
    transfers.over("alice", age)
    transfers.over("alice", 10, code=503)
    transfers.limits(deadline=600)

    said = transfers.simulation.ask("delivery")

    assert said.code == code, said.text
    assert said.number("late") == (code == 2)


@pytest.mark.parametrize(("silent", "code"), [(7190, 0), (7210, 2)])
def test_silent_for_two_of_its_usual_pauses(transfers: Transfers, silent: float, code: int) -> None:
    """Without a deadline a client is measured by its own habit: here once an hour."""
    transfers.over("alice", *[silent + 3600 * place for place in range(5)])

    said = transfers.simulation.ask("delivery")

    assert said.code == code, said.text
    if code:
        words = "alice (2h 10s, limit 2h, it pauses for up to 1h)"
        assert said.summary == f"1 of 1 client late: {words}"


def test_bursts_are_no_habit_of_seconds(transfers: Transfers) -> None:
    """Twenty reports within two seconds, once a minute: nobody is late between them."""
    simulation = transfers.simulation
    start = simulation.now
    for minute in range(40):
        simulation.now = start + 60 * minute
        transfers.over("radar", *[2 - place / 10 for place in range(20)])
        for second in (5, 58):
            simulation.now = start + 60 * minute + second
            transfers.heard()
            assert simulation.ask("delivery").code == 0

    simulation.now = start + 60 * 39 + 125
    transfers.heard()
    said = simulation.ask("delivery")

    assert said.summary == "1 of 1 client late: radar (2m 5s, limit 2m, it pauses for up to 1m)"


def test_one_burst_is_no_habit(transfers: Transfers) -> None:
    """Nobody knows when the next one is to come."""
    transfers.over("alice", *[1000 + place for place in range(600)])

    assert transfers.simulation.ask("delivery").code == 0


def test_one_outage_is_no_habit(transfers: Transfers) -> None:
    """A client of every hour that was away for two days is missed after four hours from then on."""
    pauses = [3600.0] * 4 + [2 * 86400.0] + [3600.0] * 20
    ages = [14_500 + sum(pauses[:place]) for place in range(len(pauses) + 1)]
    pauses = [3600.0] * 160 + pauses
    ages += [ages[-1] + 3600 * place for place in range(1, 160)]
    transfers.over("alice", *ages)

    said = transfers.simulation.ask("delivery")

    assert said.summary == "1 of 1 client late: alice (4h 1m, limit 4h, it pauses for up to 2h)"


def test_a_client_that_reports_late_is_not_late_itself(transfers: Transfers) -> None:
    """By a deadline, by its habit, and by -c: a warning while its reports come, then late."""
    simulation = transfers.simulation
    transfers.limits(deadline=600)
    transfers.over("alice", 700, live=True)
    transfers.over("bob", *[7300 + 3600 * place for place in range(5)], live=True)

    said = simulation.ask("delivery", "-v")
    demanded = simulation.ask("delivery", "--client alice -c 5m")
    simulation.now += 601
    transfers.heard()
    later = simulation.ask("delivery")

    assert said.code == demanded.code == 1
    assert said.summary == (
        "2 of 2 clients behind: bob (reports transfers of 2h 1m ago: backlog or clock), alice "
        "(reports transfers of 11m 40s ago: backlog or clock)"
    )
    assert said.details == [
        "WARNING: bob reports transfers of 2h 1m ago: backlog or clock",
        "WARNING: alice reports transfers of 11m 40s ago: backlog or clock",
    ]
    assert later.code == 2
    assert later.summary.startswith("1 of 2 clients late: alice (10m 1s, deadline 10m)")


def test_one_that_never_had_a_good_transfer_is_late_and_said_so(transfers: Transfers) -> None:
    """No time is made up for it."""
    transfers.over("alice", 10, code=503)

    said = transfers.simulation.ask("delivery", "-c 10m")

    assert said.code == 2
    assert "alice (never, limit 10m)" in said.text


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("-w 10m", 0, "1 client in time, longest without a good transfer alice (8m 20s)"),
        ("-w 5m", 1, "1 of 1 client waiting: alice (8m 20s, limit 5m)"),
        ("-w 500", 0, "1 client in time, longest without a good transfer alice (8m 20s)"),
        ("-w 5m -c 10m", 1, "1 of 1 client waiting: alice (8m 20s, limit 5m)"),
        ("-w 5m -c 8m", 2, "1 of 1 client late: alice (8m 20s, limit 8m)"),
        ("-c 5m", 2, "1 of 1 client late: alice (8m 20s, limit 5m)"),
        ("-w 5m -c 5m", 2, "1 of 1 client late: alice (8m 20s, limit 5m)"),
        ("--client 'a*' -w 5m", 1, "1 of 1 client waiting: alice (8m 20s, limit 5m)"),
        ("--source metpx -c 5m", 2, "1 of 1 source late: metpx (8m 20s, limit 5m)"),
    ],
)
def test_thresholds_of_delivery(transfers: Transfers, options: str, code: int, said: str) -> None:
    """Warning before critical, for all that are asked about, whatever their habit."""
    transfers.over("alice", 500)

    answer = transfers.simulation.ask("delivery", options)

    assert (answer.code, answer.summary) == (code, said)
    assert answer.number("late") == (code == 2)
    assert answer.number("waiting") == (code == 1)


@pytest.mark.parametrize(
    ("options", "code"), [("", 2), ("-w 5m", 2), ("-w 1h", 2), ("-c 1h", 0), ("-w 5m -c 1h", 1)]
)
def test_a_warning_leaves_the_deadlines_in_force(
    transfers: Transfers, options: str, code: int
) -> None:
    """-w only adds; it is -c that stands in place of the configuration."""
    transfers.over("alice", 700)
    transfers.limits(deadline=600)

    said = transfers.simulation.ask("delivery", options)

    assert said.code == code, said.text
    if code == 2:
        assert said.summary == "1 of 1 client late: alice (11m 40s, deadline 10m)"


def test_the_figures_of_delivery(transfers: Transfers) -> None:
    """The flow that waits longest, with both limits; one that never had any has no age."""
    transfers.over("alice", 500)
    transfers.over("bob", 5)
    transfers.over("carol", 5, code=503)

    said = transfers.simulation.ask("delivery", "-w 5m -c 10m")

    assert said.perfdata == {
        "total": "3;;;0",
        "late": "1;;;0",
        "waiting": "1;;;0",
        "unheard": "0;;;0",
        "longest": "500s;300;600;0",
    }


@pytest.mark.parametrize("options", ["-c 5m", "-c 5m --client alice", "-w 5m"])
def test_who_could_not_be_heard_is_not_called_in_time(transfers: Transfers, options: str) -> None:
    """Past its limit by the clock and not by what we heard is UNKNOWN, with the reason."""
    transfers.over("alice", 500)
    transfers.simulation.gap(490, 100, REPORTS)

    said = transfers.simulation.ask("delivery", options)

    assert said.code == 3
    assert said.summary == (
        "1 of 1 client not heard, blinkenlights.transfer at 127.0.0.1:5672/ away for 6m 30s until "
        "1m 40s ago (the broker was away): alice (8m 20s, limit 5m)"
    )
    assert said.number("unheard") == 1


@pytest.mark.parametrize("options", ["-c 5m", "-c 5m --client alice", ""])
def test_a_delivery_ahead_of_our_clock_proves_nothing(transfers: Transfers, options: str) -> None:
    """Reported by a collector whose clock was wrong, it would keep a dead client in time."""
    transfers.simulation.now += 700
    transfers.over("alice", 0)
    transfers.simulation.now -= 700

    said = transfers.simulation.ask("delivery", options)

    assert said.code == 3
    assert said.summary == (
        "1 of 1 client last delivered ahead of our clock, so nobody knows when: alice (11m 40s), "
        "limit 30s; set the clocks"
    )
    assert "longest" not in said.perfdata


def test_a_name_that_is_misspelt_is_not_lost_among_others(transfers: Transfers) -> None:
    """Asked for by name and unknown is UNKNOWN, though the others are in time."""
    transfers.over("alice", 10)

    said = transfers.simulation.ask("delivery", "--client alice --client alcie")

    assert (said.code, said.summary) == (
        3,
        "not known: alcie, no transfer reported since this store began 1h ago",
    )


def test_more_late_ones_than_can_be_listed_are_counted(
    transfers: Transfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many the longest silent are listed, and all are counted."""
    monkeypatch.setattr("blinkenlights.store.sets.MOST_LISTED", 3)
    for number in range(8):
        transfers.over(f"c{number}", 1000 - number if number < 5 else 500)

    said = transfers.simulation.ask("delivery", "-w 5m -c 10m")

    assert said.summary.startswith(
        "5 of 8 clients late: c0 (16m 40s, limit 10m), c1 (16m 39s, limit 10m), "
        "c2 (16m 38s, limit 10m) and 2 more; 3 of 8 clients waiting"
    )
    assert (said.number("late"), said.number("waiting")) == (5, 3)


@pytest.mark.parametrize(
    ("age", "code", "said"),
    [
        (500, 0, "2 clients in time, longest without a good transfer bob (10s); 1 never had one"),
        (
            700,
            2,
            "1 of 2 clients late: alice (never in 11m 40s since it was declared, deadline 10m)",
        ),
    ],
)
def test_a_declared_one_has_its_deadline_from_then(
    transfers: Transfers, age: float, code: int, said: str
) -> None:
    """It is not late as soon as it is declared, and later it is said since when it is awaited."""
    transfers.over("bob", 10)
    simulation = transfers.simulation
    store = FlowStore(StoreClient(simulation.url))
    simulation.run(store.expect("client", "alice", simulation.now - age))
    simulation.run(store.close())
    transfers.limits(deadline=600)

    answer = transfers.simulation.ask("delivery", "-w 1h")

    assert (answer.code, answer.summary) == (code, said)


def test_while_nobody_listens_all_flows_are_unheard(transfers: Transfers) -> None:
    """The figures keep their labels, and nobody is drawn as being in time."""
    transfers.over("alice", 10)
    transfers.simulation.collector(age=100)

    said = transfers.simulation.ask("delivery", "-w 1s")

    assert said.code == 3
    assert [said.number(label) for label in ("total", "late", "waiting", "unheard")] == [1, 0, 0, 1]
