"""check_speedo, check_delivery and check_inflight: what they say of transfers in a real store."""

import pytest

from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.store import layout
from blinkenlights.store.client import StoreClient
from blinkenlights.store.report import source_id
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import QUEUE, Simulation
from servers.valkey import Valkey


@pytest.fixture
def transfers(simulation: Simulation) -> Transfers:
    """Give a store without transfers, that hears them."""
    return Transfers(simulation)


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


@pytest.mark.parametrize("check", ["speedo", "inflight"])
def test_what_nobody_can_know_has_no_figures(transfers: Transfers, check: str) -> None:
    """When the collector is down neither a zero nor an old number is drawn."""
    transfers.over("alice", 30)
    transfers.begun("node", "file", 30)
    transfers.simulation.now += 100

    said = transfers.simulation.ask(check, "-w 5")

    assert said.code == 3
    assert set(said.perfdata) <= {"total"}


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


def test_nodes_of_whom_nothing_can_be_known(transfers: Transfers) -> None:
    """Without a collector of heartbeats nobody knows whether a node lives: never OK."""
    transfers.simulation.beat("node", age=10)
    transfers.begun("node", "file", 30)
    reports = transfers.simulation.source(REPORTS, kind="transfer")
    transfers.simulation.collector(sources=[reports])

    said = transfers.simulation.ask("inflight")

    assert said.code == 3
    assert "of no node is known whether it lives: no collector has a source" in said.text


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


def test_while_nobody_listens_all_flows_are_unheard(transfers: Transfers) -> None:
    """The figures keep their labels, and nobody is drawn as being in time."""
    transfers.over("alice", 10)
    transfers.simulation.collector(age=100)

    said = transfers.simulation.ask("delivery", "-w 1s")

    assert said.code == 3
    assert [said.number(label) for label in ("total", "late", "waiting", "unheard")] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ("--node ndoe1", 3, "no node is called ndoe1"),
        ("--node 'x*' --node y", 3, "no node is called x*, y"),
        ("--node node1 --node ndoe1", 3, "no node is called ndoe1"),
        ("--node ndoe1 --missing critical", 2, "no node is called ndoe1"),
        ("--node ndoe1 --missing ok", 0, "0 transfers in flight"),
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
