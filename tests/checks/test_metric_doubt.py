"""check_metric while it is in doubt: nothing heard, clocks that are wrong, old evidence."""

from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import SOCKET

COUNTS = ["stale", "silent", "expected", "unheard", "says_critical", "says_warning"]


def figures(metrics: SimulatedMetrics, options: str = "") -> dict[str, float]:
    said = metrics.ask(options)
    return {label: n for label in COUNTS if (n := said.number(label))}


def test_a_series_is_stale(metrics: SimulatedMetrics) -> None:
    """After its ttl, else after three of its periods: UNKNOWN, without a number."""
    metrics.series("x", [1] * 5, every=10)
    metrics.series("y", [1] * 5, every=10, ttl=25.0)
    metrics.later(28)
    first = metrics.ask()
    metrics.later(5)

    said = metrics.ask("-v")

    assert first.summary == "1 of 2 series stale: y (28s), limit 25s"
    assert said.code == 3
    assert said.summary == "2 of 2 series stale: y (33s, limit 25s), x (33s, limit 30s)"
    assert said.details[0] == ("UNKNOWN: y stale for 33s, since 2026-09-21 14:13:20 UTC, limit 25s")
    assert figures(metrics) == {"stale": 2}
    assert metrics.ask("x -c 5").summary == "1 of 1 series stale: x (33s), limit 30s"
    assert "x" not in metrics.ask("x -c 5").perfdata
    assert metrics.ask("x --missing critical").code == 2


def test_it_is_not_known_how_often_a_series_comes(metrics: SimulatedMetrics) -> None:
    """Nobody is told of it, unless somebody asks for it: a dead one is never OK."""
    metrics.send(metrics.event("deployed", 1))
    metrics.later(400)

    assert metrics.ask().code == 0
    assert metrics.ask("deployed").summary == "1 of 1 series stale: deployed (6m 40s), limit 5m"


def test_we_could_not_hear(metrics: SimulatedMetrics) -> None:
    """Silence while we were deaf is held against nobody: UNKNOWN, with the reason."""
    metrics.series("www.heartbeat", [1] * 5, host="web1", ttl=16.0)
    metrics.series("x", [1] * 5)
    metrics.later(100)
    metrics.simulation.gap(95, 5, source=SOCKET)

    said = metrics.ask("-v")

    assert said.code == 3
    assert said.summary.startswith(
        "2 of 2 series not heard, unix:///run/blinkenlights/lines.sock away"
    )
    assert figures(metrics) == {"unheard": 2}


def test_blind_and_learning(metrics: SimulatedMetrics) -> None:
    """Without a collector nothing is said of any series."""
    metrics.series("x", [1] * 5)
    metrics.simulation.now += 600

    said = metrics.ask("x -c 0")

    assert said.code == 3
    assert said.summary.endswith("nothing can be judged")
    assert said.number("alive") == 0


def test_old_evidence_is_dated(metrics: SimulatedMetrics) -> None:
    """From five seconds on line 1 begins with how old it is; what is on its way is not late."""
    metrics.series("x", [1] * 5)
    metrics.simulation.now += 40
    metrics.hear(behind=40)

    said = metrics.ask("x")

    assert (said.code, said.summary) == (0, "as of 40s ago: x 1 40s ago")


def test_a_clock_was_ahead(metrics: SimulatedMetrics) -> None:
    """What came by a clock that was set back proves nothing."""
    metrics.series("x", [1] * 5)
    metrics.simulation.now -= 600
    metrics.hear()

    for options in ("", "x"):
        said = metrics.ask(options)
        assert said.code == 3
        assert said.summary == (
            "1 of 1 series last seen ahead of our clock, so nobody knows whether they go on: "
            "x (10m), limit 30s; set the clocks"
        )


def test_the_clock_of_a_sender_is_behind(metrics: SimulatedMetrics) -> None:
    """Its points are judged by its clock, and that is said."""
    for number in range(20):
        metrics.later(10)
        metrics.send(metrics.event("x", number, age=1000), age=0)

    said = metrics.ask("x --of max --over 1m -w 100")

    assert said.number("x") == 19
    assert said.summary == (
        "x max 19 over 1m; 1 wrong time: x (16m 40s behind, a clock or a backlog)"
    )
