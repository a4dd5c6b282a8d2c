"""`blinkenlights rules when`: when a rule would have fired, by what the store has kept."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from commands.calling import Command, Outcome
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import NOW, Simulation

RULES = """\
defaults: {missing: keep}
queue is long: {metric: "*.queue", warning: 100, critical: 1000, for: 10m}
queue is long on average: {metric: "*.queue", over: 10m, warning: avg > 100}
few: {client: "*", over: 10m, warning: rate < 1}
silent: {heartbeat: "*", critical: state == 'silent'}
old: {heartbeat: "*", critical: age > 600}
queue is old: {metric: "*.queue", critical: age > 600}
hot: {heartbeat: "*", critical: facts.heat > 90}
few of what is usual: {client: "*", critical: rate < expected_low}
"""
MINUTE = 60.0
When = Callable[..., Outcome]


@pytest.fixture
def when(
    command: Command, simulation: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> When:
    """Give what calls it about the store of the simulation."""
    (tmp_path / "a.yml").write_text(RULES)
    monkeypatch.setattr(
        "blinkenlights.commands.rules.past_firing.wall_clock", lambda: simulation.now
    )

    def call(*words: str) -> Outcome:
        return command("rules", "when", *words, "--redis", simulation.url, "--rules", tmp_path)

    return call


def minutes(metrics: SimulatedMetrics, name: str, values: Mapping[range, float]) -> None:
    """Store a value for each of some minutes ago."""
    ages = {age: value for ago, value in values.items() for age in ago}
    for age in sorted(ages, reverse=True):
        metrics.send(metrics.event(name, ages[age], age=age * MINUTE))


def test_it_says_when_and_for_how_long(when: When, metrics: SimulatedMetrics) -> None:
    """Judged as the evaluator does: the limit has to be left for as long as the rule wants."""
    minutes(
        metrics,
        "web.queue",
        {range(100, 180): 50, range(60, 100): 120, range(40, 60): 50, range(40): 1200},
    )
    minutes(metrics, "db.queue", {range(100, 180): 50, range(95, 100): 120, range(95): 50})

    said = json.loads(when("queue is long", "--json").out)

    assert said["things"] == ["db.queue", "web.queue"]
    first, second = said["fired"]
    assert (first["thing"], first["level"], first["how"]) == ("web.queue", "warning", "resolved")
    assert NOW - first["at"] == pytest.approx(88 * MINUTE, abs=3 * MINUTE)
    assert NOW - first["over"] == pytest.approx(58 * MINUTE, abs=3 * MINUTE)
    assert (second["level"], second["over"]) == ("critical", None)
    assert second["why"] == "value was 1200, limit 1000"


def test_it_lists_them(when: When, metrics: SimulatedMetrics) -> None:
    """One line each, and how many there were."""
    minutes(metrics, "web.queue", {range(40, 60): 50, range(40): 1200})

    said = when("queue is long").out.splitlines()

    assert said[0].split() == ["THING", "FIRED", "LEVEL", "OVER", "LASTED", "WHY"]
    assert said[1].split()[0] == "web.queue"
    assert "critical  fires on" in said[1]
    assert said[2].startswith("queue is long would have fired 1 time for 1 of 1 thing from 2026-")
    assert said[2].endswith("judged every 1m")


def test_numbers_over_a_window_are_those_of_then(when: When, metrics: SimulatedMetrics) -> None:
    """A short peak does not raise the average of ten minutes above a limit."""
    minutes(
        metrics,
        "web.queue",
        {range(80, 120): 50, range(79, 80): 300, range(30, 79): 50, range(15, 30): 300}
        | {range(15): 50},
    )

    [fired] = json.loads(when("queue is long on average", "--json").out)["fired"]

    assert NOW - fired["at"] == pytest.approx(27 * MINUTE, abs=3 * MINUTE)


def test_a_gap_of_hearing_neither_fires_nor_ends(when: When, metrics: SimulatedMetrics) -> None:
    """Nobody knew how it was."""
    minutes(metrics, "web.queue", {range(60, 120): 50, range(50, 60): 1200, range(20): 1200})
    metrics.simulation.gap(50 * MINUTE, 20 * MINUTE, "unix:///run/blinkenlights/lines.sock")

    [fired] = json.loads(when("queue is long", "--json").out)["fired"]

    assert NOW - fired["at"] < 20 * MINUTE


def test_clients_by_what_was_counted_each_minute(when: When, transfers: Transfers) -> None:
    """A minute in which nobody listened is not zero."""
    simulation = transfers.simulation
    ages = [*range(30, 1800, 15), *range(2400, 3540, 15)]
    transfers.over("alice", *map(float, ages))

    [fired] = json.loads(when("few", "--last", "1h", "--json").out)["fired"]
    assert NOW - fired["at"] == pytest.approx(1900, abs=400)

    simulation.gap(2400, 1800, REPORTS)
    assert json.loads(when("few", "--last", "1h", "--json").out)["fired"] == []


def test_a_state_counts_since_it_is_as_it_is_now(when: When, simulation: Simulation) -> None:
    """Of what was before nothing is kept, so nothing is said of it; and that is said."""
    simulation.beat("shop.api", age=30 * MINUTE)
    simulation.beat("shop.web")

    said = when("silent")
    found = json.loads(when("silent", "--json").out)

    [fired] = found["fired"]
    assert (fired["thing"], fired["over"]) == ("shop.api", None)
    assert 20 * MINUTE < NOW - fired["at"] <= 30 * MINUTE
    assert found["unknown"] == ["shop.web"]
    assert "shop.api: its state is known from 2026-" in said.out
    assert "of 1 more thing nothing is kept that silent looks at" in said.out


def test_an_age_is_exact_since_the_last_sign_of_life(when: When, simulation: Simulation) -> None:
    """Nothing came since; whether it was silent before that nobody knows any more."""
    simulation.beat("shop.api", age=30 * MINUTE)

    found = json.loads(when("old", "--json").out)

    [fired] = found["fired"]
    assert NOW - fired["at"] == pytest.approx(20 * MINUTE, abs=MINUTE)
    [part] = found["known_in_part"]
    assert NOW - part["known_from"] == pytest.approx(30 * MINUTE, abs=1)
    assert part["unkept"] == ["age"]


def test_an_age_is_exact_also_while_what_came_is_not_stored_yet(
    when: When, simulation: Simulation
) -> None:
    """It is as of then."""
    simulation.beat("shop.api", age=30 * MINUTE)
    simulation.collector(sources=[simulation.source(behind=5 * MINUTE)])

    [part] = json.loads(when("old", "--json").out)["known_in_part"]

    assert NOW - part["known_from"] == pytest.approx(30 * MINUTE, abs=1)


def test_an_age_of_what_has_numbers_is_known_by_them(when: When, metrics: SimulatedMetrics) -> None:
    """Also of a silence that is over."""
    minutes(metrics, "web.queue", {range(60, 120): 50, range(30): 50})

    [fired] = json.loads(when("queue is old", "--json").out)["fired"]

    assert NOW - fired["at"] == pytest.approx(50 * MINUTE, abs=3 * MINUTE)
    assert NOW - fired["over"] == pytest.approx(29 * MINUTE, abs=3 * MINUTE)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("silent", "silent looks at (state): numbers are kept, of a state when it began"),
        (
            "few of what is usual",
            "looks at expected_low, and what was expected then is not kept",
        ),
    ],
)
def test_what_nothing_is_kept_of_is_refused(
    when: When, simulation: Simulation, rule: str, complaint: str
) -> None:
    """With what it looks at, and what can be done instead."""
    simulation.beat("shop.api")

    said = when(rule)

    assert said.code == 2
    assert complaint in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("queue is lng",), "did you mean queue is long?"),
        (("queue is long",), "of nothing that the rule is about has any history been kept"),
        (("queue is long", "--last", "1y"), "1y"),
        (("queue is long", "--last", "40d"), "is not between 1s and 30d"),
    ],
)
def test_what_cannot_be_said_is(when: When, words: tuple[str, ...], complaint: str) -> None:
    """In one sentence."""
    said = when(*words)

    assert said.code == 2
    assert complaint in said.err
