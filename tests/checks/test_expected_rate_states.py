"""What check_expected_rate answers: each state, and what it says."""

import pytest

from blinkenlights.expected.kept import Kept, Unusual
from blinkenlights.kinds.learnable import Pieces
from kinds.expected.learned import FIVE_MINUTES, after_rows, configure, put, usual
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import Simulation
from servers.usual_clients import EXPECTED, Clients


@pytest.fixture
def clients(simulation: Simulation) -> Clients:
    """Give a store that has learned."""
    return Clients(simulation)


def test_a_client_that_is_as_usual(clients: Clients) -> None:
    """How much comes, how much is expected, and on what that rests."""
    clients.learned("anna")
    clients.move("anna", 25)

    said = clients.ask("--client anna")

    assert said.line == f"EXPECTED_RATE OK: client anna: 25/min for 10m, {EXPECTED}"
    assert said.number("anna_rate") == 25
    assert said.number("anna_rate_expected_low") == 20.314
    assert said.number("anna_rate_expected_high") == 26.682


def test_thresholds_count_series_that_are_off_in_place_of_each(clients: Clients) -> None:
    """One client that is off may be nobody's trouble, and half of them somebody's."""
    for name in ("anna", "bert"):
        clients.learned(name)
        clients.move(name, 25, minutes=30, before=20)
        clients.move(name, 3, minutes=20)

    states = [clients.ask(options).state for options in ("", "-w 2 -c 5", "-w 1", "-c 1")]

    assert states == ["CRITICAL", "OK", "WARNING", "CRITICAL"]
    assert "client anna: 3/min for 20m" in clients.ask("-w 2").summary


def test_a_client_below_half_of_what_is_expected(clients: Clients) -> None:
    """Critical, with how long it is so, and the limit."""
    clients.learned("anna")
    clients.move("anna", 25, minutes=30, before=20)
    clients.move("anna", 3, minutes=20)

    said = clients.ask("--client anna")

    assert said.state == "CRITICAL"
    assert said.summary == (
        "client anna: 3/min for 20m, expected 22 to 26/min at this hour (2 weeks, 36 samples), "
        "limit below 50%"
    )


def test_a_full_stop_is_told_within_its_time(clients: Clients) -> None:
    """Ten minutes after the last one, of which it needs the half."""
    clients.learned("anna")
    clients.move("anna", 25, minutes=30, before=6)

    said = clients.ask("--client anna")

    assert said.state == "CRITICAL"
    assert "10/min for 10m" in said.summary


def test_a_small_client_that_stopped_is_told_as_soon_as_it_can_be(clients: Clients) -> None:
    """Ten minutes prove nothing of it, and the time before is looked at as well."""
    clients.learned("cora", peak=6)
    clients.move("cora", 0.5, minutes=90, before=32)

    said = clients.ask("--client cora")

    assert said.state == "CRITICAL"
    assert said.summary.startswith("client cora: 0/min for 30m, expected 0.")
    assert said.summary.endswith("limit below 50%")


def test_a_warning_before_it_is_critical(clients: Clients) -> None:
    """Of two shares the first one warns."""
    clients.learned("anna")
    clients.move("anna", 17, minutes=60)

    said = clients.ask("--client anna --below 80%,50% --for 1h")

    assert said.state == "WARNING"
    assert said.summary.endswith("limit below 80%")
    assert clients.ask("--client anna --below 50% --for 1h").state == "OK"


def test_above_a_share(clients: Clients) -> None:
    """Only when it is asked."""
    clients.learned("anna")
    clients.move("anna", 60)

    assert clients.ask("--client anna").state == "OK"
    said = clients.ask("--client anna --above 200%")
    assert said.state == "CRITICAL"
    assert said.summary.endswith("limit above 200%")


def test_all_clients_at_once(clients: Clients) -> None:
    """The worst is named first; who is learned or too small does not hide it, nor alarm."""
    for name, rate in (("anna", 25), ("bert", 2)):
        clients.learned(name)
        clients.move(name, rate, minutes=60)
    clients.learned("cora", peak=4)
    clients.move("cora", 0.2)

    said = clients.ask("-v")
    assert said.state == "CRITICAL"
    assert said.summary.startswith("client bert: 2/min for 1h")
    assert said.details[1] == "client cora: too few to judge in 10m, 3h would do"
    assert said.number("series") == 3
    assert said.number("off") == 1
    assert "anna" not in said.line

    assert clients.ask("--client 'a*'").state == "OK"
    assert clients.ask("--client anna --client cora").summary == (
        "1 client as expected; client cora: too few to judge in 10m, 3h would do"
    )


def told(kept: Kept, moment: float, score: float, value: float) -> Kept:
    """Return what is kept when a row was unusual."""
    row = Unusual(score, moment, value, 100.0, 140.0)
    return kept._replace(below=row) if value < 100 else kept._replace(above=row)


def test_what_is_unusual(clients: Clients) -> None:
    """It is told for an hour, in the direction that is asked for, from a score on."""
    now = clients.simulation.now
    clients.move("anna", 25)
    put(clients.simulation, "anna", told(usual(now), now - 500, 0.62, 0.0))

    said = clients.ask("--client anna --unusual")
    assert said.state == "WARNING"
    assert said.summary == (
        "client anna: 0/min 8m 20s ago is unusual, expected 20 to 28/min (score 0.62, limit 0.50)"
    )
    assert clients.ask("--client anna --unusual 0.7").line == (
        f"EXPECTED_RATE OK: client anna: 25/min for 10m, {EXPECTED}"
    )
    assert clients.ask("--client anna --unusual --direction high").state == "OK"
    assert clients.ask("--client anna --unusual --direction both").state == "WARNING"
    assert clients.ask("--client anna").state == "OK"

    put(clients.simulation, "anna", told(usual(now), now - 4000, 0.62, 0.0))
    assert clients.ask("--client anna --unusual").state == "OK"
    clients.learned("bert")
    clients.move("bert", 25)
    assert clients.ask("--unusual 0.7").summary == "2 clients without anything unusual"


def test_a_new_level_is_said(clients: Clients) -> None:
    """For a week: since when, and what was usual before."""
    now = clients.simulation.now // FIVE_MINUTES * FIVE_MINUTES
    rows = [(now - 21 * 86400 + FIVE_MINUTES * place, 100.0) for place in range(4608)]
    rows = [(at, value + place % 7) for place, (at, value) in enumerate(rows)]
    rows += [(rows[-1][0] + FIVE_MINUTES * place, 300.0 + place % 9) for place in range(1, 1440)]
    put(clients.simulation, "anna", after_rows(rows))
    clients.move("anna", 60)

    said = clients.ask("--client anna")

    assert said.state == "OK"
    assert "; new level since Wednesday" in said.summary
    assert said.summary.endswith("before 21/min")


def test_a_metric_is_judged_by_its_mean(simulation: Simulation) -> None:
    """Without a unit; where nothing comes it is missing."""
    metrics = SimulatedMetrics(simulation)
    configure(simulation)
    put(simulation, "queue", usual(simulation.now), "metric")
    metrics.series("queue", [124.0] * 16, every=60)

    said = simulation.ask("expected_rate", "--metric queue")
    assert said.state == "OK"
    assert said.summary.startswith("metric queue: 124 for 10m, expected 101 to 133 at this hour")
    assert said.number("queue_value") == 124

    simulation.now += 900
    metrics.series("queue", [12.0] * 12, every=60)
    metrics.hear()
    said = simulation.ask("expected_rate", "--metric 'q*' --below 30%")
    assert said.state == "CRITICAL"

    simulation.now += 3600
    metrics.hear()
    said = simulation.ask("expected_rate", "--metric queue")
    assert said.state == "UNKNOWN"
    assert said.summary == "metric queue: nothing came in the last 10m"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--client a --source b", "give one of --client, --source and --metric"),
        ("--below 50%,80%", "the first share warns, and is the larger one"),
        ("--above 200%,150%", "the first share warns, and is the smaller one"),
        ("--below 100%", "so below 100%"),
        ("--below 120%,50%", "so below 100%"),
        ("--above 50%", "so above 100%"),
        ("--below much", "is not a share"),
        ("--below 0", "is not a share"),
        ("--unusual 2", "is not a score"),
        ("--for 10s", "is not between 1m and 1d"),
    ],
)
def test_what_cannot_be_asked(clients: Clients, options: str, sentence: str) -> None:
    """It is UNKNOWN, and says why."""
    said = clients.ask(options)

    assert said.state == "UNKNOWN"
    assert sentence in said.line


def test_everything_as_one_object(clients: Clients) -> None:
    """For programs."""
    clients.learned("anna")
    clients.move("anna", 3)

    [one] = clients.ask("--client anna --json").json["series"]

    assert one["state"] == "critical"
    assert one["value"] < 10 < one["expected_low"] < one["expected_high"]


def test_pieces_know_where_they_begin_and_end() -> None:
    """One after the other, without a hole."""
    pieces = Pieces(600.0, 60.0, 3)

    assert pieces.starts == [600, 660, 720]
    assert pieces.end == 780
