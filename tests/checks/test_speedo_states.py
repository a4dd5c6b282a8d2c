"""check_speedo: what it says of transfers in a real store."""

import pytest

from blinkenlights.store import layout
from blinkenlights.store.report import source_id
from servers.simulated_transfers import REPORTS, Transfers
from servers.valkey import Valkey


def test_speedo_of_clients_that_move(transfers: Transfers) -> None:
    """OK says how many move and how fast; the figures are those of whole minutes."""
    transfers.over("alice", 70, 80, 90, 130)
    transfers.over("bob", 100, code=201, source="other")
    transfers.over("bob", 110, code=503)

    said = transfers.simulation.ask("speedo")

    assert said.code == 0, said.text
    assert "2 clients moving" in said.text
    assert said.number("total") == 2
    assert said.number("zero") == 0
    assert said.number("messages_per_minute") == pytest.approx(6 / 5)
    assert said.number("errors") == pytest.approx(100 / 6, abs=0.01)


def test_speedo_names_who_is_at_zero(transfers: Transfers) -> None:
    """Longest first; only good transfers count as life, and one that never had any is named."""
    transfers.over("alice", 60)
    transfers.over("bob", 1800)
    transfers.over("carol", 60, code=503)

    said = transfers.simulation.ask("speedo")

    assert said.code == 2
    assert "2 of 3 clients at zero: carol (never), bob (30m)" in said.text
    assert said.number("zero") == 2
    facts = transfers.simulation.ask("speedo", "--json").json
    assert [(one["name"], one["silence"]) for one in facts["at_zero"]] == [
        ("carol", None),
        ("bob", 1800),
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--window 1h", 0),
        ("--client alice", 0),
        ("--client bob", 2),
        ("--client 'b*'", 2),
        ("--client nobody", 3),
        ("--source metpx", 0),
        ("--all", 0),
        ("--client alice --source metpx", 3),
        ("--client alice -c 1:", 2),
        ("--client alice -w 1:", 1),
        ("--client alice -c 0.1:", 0),
        ("--client alice --errors 10", 1),
        ("--client alice --errors ,10", 2),
        ("--client alice --errors 10,20", 2),
        ("--client alice --errors 10,60", 1),
        ("--client alice --errors 60,80", 0),
        ("--client alice --errors ,", 3),
        ("--client alice --errors 1,2,3", 3),
        ("--client alice --bytes ,1000000:", 2),
    ],
)
def test_options_of_speedo(transfers: Transfers, options: str, code: int) -> None:
    """Which flows, how long, and thresholds for rate, errors and bytes."""
    transfers.over("alice", 90)
    transfers.over("alice", 100, code=503)
    transfers.over("bob", 1800)

    assert transfers.simulation.ask("speedo", options).code == code


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"min_rate": 5.0}, "below their minimum rate: alice (0.2 good/min, minimum 5), in 5m"),
        ({"max_errors": 10.0}, "above their share of errors: alice (50% bad, at most 10%), in 5m"),
    ],
)
def test_speedo_knows_the_limits_of_the_configuration(
    transfers: Transfers, limit: dict[str, float], words: str
) -> None:
    """They hold for the client they name, without any option of the check."""
    transfers.over("alice", 90)
    transfers.over("alice", 100, code=503)
    transfers.over("bob", 90)
    transfers.limits(**limit)

    said = transfers.simulation.ask("speedo")

    assert (said.code, said.summary) == (2, f"1 of 2 clients {words}")


@pytest.mark.parametrize(
    ("deadline", "age", "code", "words"),
    [
        (3600, 1800, 0, "2 clients moving, 0.2 transfers a minute in all, 0% bad"),
        (3600, 3700, 2, "1 of 2 clients at zero: alice (1h 1m, deadline 1h), limit 5m"),
        (60, 90, 2, "1 of 2 clients at zero: alice (1m 30s, deadline 1m), limit 5m"),
    ],
)
def test_a_deadline_stands_in_place_of_the_window(
    transfers: Transfers, deadline: float, age: float, code: int, words: str
) -> None:
    """One service covers the hourly client and the busy one: each is at zero by its own measure."""
    transfers.over("alice", age)
    transfers.over("bob", 90)
    transfers.limits(deadline=deadline)

    said = transfers.simulation.ask("speedo")

    assert said.code == code, said.text
    assert said.summary.startswith(words[:12]), said.text
    assert code == 0 or said.summary == words


@pytest.mark.parametrize("errors", [0, 30])
@pytest.mark.parametrize("limit", ["configuration", "option"])
def test_an_error_is_no_transfer_that_went_through(
    transfers: Transfers, limit: str, errors: int
) -> None:
    """A client that acknowledges with errors only does not keep its minimum, however busy it is."""
    transfers.over("alice", 90, *[280] * 4)
    transfers.over("alice", *[100] * errors, code=503)
    if limit == "configuration":
        transfers.limits(min_rate=1.1)

    said = transfers.simulation.ask("speedo", "-c 1.1:" if limit == "option" else "")

    assert said.code == 2
    assert "alice (1 good/min" in said.summary, said.text


def test_limits_of_others_are_not_judged(transfers: Transfers) -> None:
    """Who asks for one client hears nothing of the minimum of another."""
    transfers.over("alice", 90)
    transfers.over("bob", 90)
    transfers.limits(min_rate=5.0)

    assert transfers.simulation.ask("speedo", "--client bob").code == 0
    assert transfers.simulation.ask("speedo", "--client alice").code == 2


@pytest.mark.parametrize("options", ["", "--client alice", "--client 'a*'", "--source metpx"])
def test_a_client_ahead_of_our_clock_does_not_move(transfers: Transfers, options: str) -> None:
    """Counted by a collector whose clock was wrong, a dead client would move for hours."""
    transfers.simulation.now += 700
    transfers.over("alice", 0)
    transfers.simulation.now -= 700

    said = transfers.simulation.ask("speedo", options)

    name, noun = ("metpx", "source") if "source" in options else ("alice", "client")
    assert said.code == 3
    assert said.summary == (
        f"1 of 1 {noun} last moved ahead of our clock, so nobody knows when: {name} (11m 40s), "
        "limit 30s; set the clocks"
    )
    assert said.number("unheard") == 1


def test_a_misspelt_client_is_not_lost_beside_a_good_one(transfers: Transfers) -> None:
    """Nobody watches whom nobody knows, though the other moves."""
    transfers.over("alice", 10)

    said = transfers.simulation.ask("speedo", "--client alice --client alcie")

    assert (said.code, said.summary) == (3, "no client is called alcie")


def test_each_reason_for_not_hearing_is_said_once(transfers: Transfers) -> None:
    """Clients that nobody heard in different gaps are not all excused with the first one's."""
    simulation = transfers.simulation
    other = "reports.europe at 127.0.0.1:5673/"
    both = [simulation.source(address, kind="transfer") for address in (REPORTS, other)]
    simulation.collector(sources=both)
    transfers.over("alice", 1000)
    transfers.over("bob", 326)
    transfers.over("carol", 325)
    simulation.gap(990, 450, REPORTS)
    simulation.gap(320, 100, other)

    said = simulation.ask("speedo", "-v")

    assert said.code == 3
    assert said.summary.startswith(
        f"1 of 3 clients not heard, {REPORTS} away for 9m until 7m 30s ago (the broker was away): "
        f"alice (16m 40s), limit 5m; 2 of 3 clients not heard, {other} away for 3m 40s until "
    )
    assert said.details[2] == (
        f"UNKNOWN: carol (5m 25s) without a good transfer, {other} away for 3m 40s until 1m 40s "
        "ago (the broker was away)"
    )


def test_a_gap_in_what_was_heard_is_forgiven(transfers: Transfers) -> None:
    """A client is not at zero because the broker was away in its minutes."""
    transfers.over("alice", 400)
    transfers.simulation.gap(390, 100, REPORTS)

    said = transfers.simulation.ask("speedo")

    assert said.code == 3
    assert said.summary == (
        f"1 of 1 client not heard, {REPORTS} away for 4m 50s until 1m 40s ago (the broker was "
        "away): alice (6m 40s), limit 5m"
    )
    assert source_id(REPORTS) not in said.text


@pytest.mark.parametrize(
    ("limit", "code"), [("5:", 3), ("@0:5", 3), ("0.1", 2), ("~:0.1", 2), ("0.1:5", 0)]
)
def test_a_low_rate_in_a_gap_proves_nothing(transfers: Transfers, limit: str, code: int) -> None:
    """Some may not have been heard; what is too much is too much all the same."""
    transfers.over("alice", 90, 100)
    transfers.simulation.gap(390, 200, REPORTS)

    said = transfers.simulation.ask("speedo", f"--client alice -c {limit}")

    assert said.code == code, said.text
    if code == 3:
        assert "1 of 1 client outside their limits or not heard: alice (0.4 good/min, " in said.text


def test_minutes_before_the_store_was_new_are_no_zeros(
    transfers: Transfers, valkey: Valkey
) -> None:
    """Two transfers a minute since then are two a minute, though the window is longer."""
    valkey.client().set(layout.BORN, transfers.simulation.now - 185)
    transfers.over("alice", 65, 70, 130, 140)

    said = transfers.simulation.ask("speedo", "-c 2:2")

    assert said.code == 0, said.text


@pytest.mark.parametrize(
    ("options", "code"), [("-c 5:", 3), ("--client alice --errors 5", 3), ("", 0)]
)
def test_without_a_whole_minute_no_limit_is_kept(
    transfers: Transfers, valkey: Valkey, options: str, code: int
) -> None:
    """What is not measured is not OK, where intervals are so short that nothing is learnt."""
    sources = [transfers.simulation.source(REPORTS, kind="transfer")]
    transfers.simulation.collector(sources=sources, interval=2)
    valkey.client().set(layout.BORN, transfers.simulation.now - 30)
    transfers.over("alice", 1)

    said = transfers.simulation.ask("speedo", options)

    assert said.code == code, said.text
    if code:
        assert said.summary == (
            "no whole minute is counted yet: 1 of 1 client not measured against their limits"
        )


def test_without_a_whole_minute_no_rate_is_known(transfers: Transfers, valkey: Valkey) -> None:
    """A store that counts since seconds draws no rate, rather than one of zero."""
    valkey.client().set(layout.BORN, transfers.simulation.now - 5)
    transfers.over("alice", 1)

    said = transfers.simulation.ask("speedo", "-c 5:")

    assert "learning" in said.text
    assert "messages_per_minute" not in said.perfdata
    assert "bytes_per_minute" not in said.perfdata


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("", "no transfer has been reported since this store began, 1h ago"),
        ("--client 'zz*' --client x", "no client is called zz*, x"),
    ],
)
def test_nothing_to_judge(transfers: Transfers, options: str, words: str) -> None:
    """UNKNOWN says what was looked for."""
    said = transfers.simulation.ask("speedo", options)

    assert said.code == 3
    assert words in said.text


@pytest.mark.parametrize("check", ["speedo", "speedo --source metpx", "speedo --all"])
def test_a_client_that_reports_late_is_not_at_zero(transfers: Transfers, check: str) -> None:
    """Its backlog, or its clock, is behind; zero counts from the report that came last."""
    simulation = transfers.simulation
    name = {"speedo --source metpx": "metpx", "speedo --all": "all"}.get(check, "alice")
    transfers.over("alice", 330, 331, live=True)
    ask, _, options = check.partition(" ")

    late = simulation.ask(ask, options)
    simulation.now += 299
    transfers.heard()
    still_late = simulation.ask(ask, options)
    simulation.now += 10
    transfers.heard()
    gone = simulation.ask(ask, options)

    assert late.code == still_late.code == 1
    assert f"1 behind: {name} (reports transfers of 5m 30s ago: backlog or clock)" in (
        late.summary.replace("1 of 1 client ", "1 ")
        .replace("1 of 1 source ", "1 ")
        .replace("1 of 1 flow ", "1 ")
    )
    assert late.number("zero") == 0
    assert gone.code == 2
    assert f"at zero: {name} (5m 9s), limit 5m" in gone.summary


def test_what_waited_is_no_sign_of_life(transfers: Transfers) -> None:
    """Neither a queue that is drained nor a report that is delivered again moves anybody."""
    transfers.over("alice", 330)
    transfers.over("bob", 330, live=True, again=True)

    said = transfers.simulation.ask("speedo")

    assert said.code == 2
    assert said.number("zero") == 2


def test_a_failure_that_is_reported_just_now_is_no_good_transfer(transfers: Transfers) -> None:
    """Only good ones move anybody."""
    transfers.over("alice", 330)
    transfers.over("alice", 330, code=503, live=True)

    assert transfers.simulation.ask("speedo").number("zero") == 1
