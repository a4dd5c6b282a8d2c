"""All rules over all things of a store: who is found, why, and what nobody can know."""

from typing import Any

import pytest

from blinkenlights.rules.evaluation import Evaluation, group_of
from rules.looking import Looking, present, rule_of
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulated_machines import SimulatedMachines
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import REPORTS, Transfers
from servers.simulation import SOCKET, Simulation

LONG = """
queue is long:
  metric: "*.queue"
  warning: 100
"""
SILENT = """
silent:
  heartbeat: "*"
  critical: state == 'silent'
"""
NOBODY = {"connected": False, "behind": 600.0}


def test_a_series_outside_of_its_limit_is_found(metrics: SimulatedMetrics) -> None:
    """And one inside is not."""
    metrics.series("a.queue", [120] * 5)
    metrics.series("b.queue", [80] * 5)
    metrics.series("c.other", [120] * 5)

    looked = Looking(metrics.simulation, LONG).look()

    [found] = looked.found
    assert (found.thing.name, found.judged.outcome) == ("a.queue", "warning")
    assert found.judged.why == "value was 120, limit 100"
    assert found.up_to == metrics.now
    assert (looked.things, looked.pairs, looked.blind) == (2, 2, "")
    assert looked.counted["queue is long"].things == 2


@pytest.mark.parametrize(
    ("meant", "found"),
    [
        ("web.queue", ["web.queue@a", "web.queue@b"]),
        ("'*.queue'", ["web.queue@a", "web.queue@b"]),
        ("web.queue@a", ["web.queue@a"]),
        ("'*@b'", ["web.queue@b"]),
        ("web", []),
    ],
)
def test_a_series_is_meant_by_its_metric_and_by_its_own_name(
    metrics: SimulatedMetrics, meant: str, found: list[str]
) -> None:
    """Whoever writes a rule thinks of metrics, of which there is a series on each host."""
    for host in ("a", "b"):
        metrics.series("web.queue", [120] * 5, host=host)
    text = f"long:\n  metric: {meant}\n  where: {{host: '*'}}\n  critical: 100\n"

    looked = Looking(metrics.simulation, text).look()

    assert sorted(each.thing.name for each in looked.found) == found


def test_numbers_over_a_window(metrics: SimulatedMetrics) -> None:
    """Each rule has its own."""
    metrics.series("a.queue", [float(each) for each in range(60)])

    things = present(metrics.simulation, "metric", "a.queue", window=120.0)

    numbers = things["a.queue"].numbers
    assert numbers["value"] == 59.0
    assert numbers["max"] == 59.0
    assert 46 <= numbers["min"] <= 48
    assert 52 <= numbers["avg"] <= 54
    assert numbers["rate"] == pytest.approx(0.1)
    assert 11 <= numbers["count"] <= 13


def test_a_count_is_not_known_where_not_all_was_heard(metrics: SimulatedMetrics) -> None:
    """It is doubtful, and neither too small nor missing; the highest that came is what it is."""
    metrics.simulation.gap(100, 40)
    metrics.series("a.queue", [50.0] * 30)
    text = "few:\n  metric: '*'\n  over: 2m\n  warning: {}\n"

    assert Looking(metrics.simulation, text.format("count < 100")).found(("few", "a.queue")) == {
        "few: a.queue": "doubtful"
    }
    assert Looking(metrics.simulation, text.format("max < 100")).found() == {
        "few: a.queue": "warning"
    }


def test_a_stale_series_is_missing(metrics: SimulatedMetrics) -> None:
    """Somebody listened, and nothing came: its last number counts no more."""
    metrics.series("a.queue", [120] * 9)
    metrics.later(120)
    metrics.hear()
    looking = Looking(metrics.simulation, LONG)

    assert looking.found() == {}
    assert looking.found(("queue is long", "a.queue")) == {"queue is long: a.queue": "missing"}
    assert looking.look().counted["queue is long"].missing_names == ["a.queue"]


def test_a_stale_series_is_doubtful_when_nobody_listened(metrics: SimulatedMetrics) -> None:
    """The collector is away: nothing is known, and nothing changes."""
    metrics.series("a.queue", [120] * 9)
    metrics.later(600)
    metrics.hear(**NOBODY)
    looking = Looking(metrics.simulation, LONG)

    looked = looking.look(("queue is long", "a.queue"))
    assert [each.judged.outcome for each in looked.found] == ["doubtful"]
    assert looked.blind
    assert looked.counted["queue is long"].doubtful == 1
    assert looked.counted["queue is long"].doubt


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"behind": 180.0, "connected": False, "error": "connection refused"}, "not heard for 3m"),
        ({"behind": 180.0}, "the collector is 3m behind with"),
    ],
    ids=["away", "behind"],
)
def test_why_not_everything_can_be_judged_is_known(
    metrics: SimulatedMetrics, other: dict[str, Any], words: str
) -> None:
    """One source is heard, another one is away or far behind."""
    metrics.series("a.queue", [120] * 9)
    simulation = metrics.simulation
    looking = Looking(simulation, LONG)
    whole = looking.look()
    sources = [simulation.source(SOCKET), simulation.source("unix:///other", **other)]
    simulation.collector(sources=sources)

    partial = looking.look()

    assert (whole.blind, whole.deaf) == ("", "")
    assert partial.blind == ""
    assert words in partial.deaf
    assert "unix:///other" in partial.deaf


def test_a_series_that_was_retired_has_ended(metrics: SimulatedMetrics) -> None:
    """Nobody has to be alarmed any more."""
    metrics.series("a.queue", [120] * 9)
    metrics.retire("a.queue")

    looking = Looking(metrics.simulation, LONG)
    assert looking.found(("queue is long", "a.queue")) == {"queue is long: a.queue": "ended"}


def test_a_series_that_is_not_known_any_more_is_missing(metrics: SimulatedMetrics) -> None:
    """Whether it was forgotten or the store emptied, nobody can tell."""
    looked = Looking(metrics.simulation, LONG).look(("queue is long", "gone.queue"))

    [found] = looked.found
    assert (found.judged.outcome, found.judged.is_known) == ("missing", False)


def test_what_a_rule_asks_for_by_name_is_missing_until_it_comes(metrics: SimulatedMetrics) -> None:
    """It was declared, or only a rule knows of it."""
    text = "queue:\n  metric: [a.queue, b.queue]\n  missing: critical\n  warning: 100\n"
    metrics.expect("b.queue", age=3000)

    assert Looking(metrics.simulation, text).found() == {
        "queue: a.queue": "missing",
        "queue: b.queue": "missing",
    }


def test_in_a_new_store_nothing_is_missing(new_simulation: Simulation) -> None:
    """It has not heard everybody yet."""
    new_simulation.collector()
    text = "queue:\n  metric: a.queue\n  missing: critical\n  warning: 100\n"
    looking = Looking(new_simulation, text)

    assert looking.found() == {}
    assert looking.found(("queue", "a.queue")) == {"queue: a.queue": "doubtful"}


def test_what_a_rule_is_not_about_any_more_has_ended(metrics: SimulatedMetrics) -> None:
    """The rule was edited while its alert fired."""
    metrics.series("a.queue", [120] * 5)
    looking = Looking(metrics.simulation, LONG)
    looking.follow(LONG.replace("*.queue", "b*"))

    looked = looking.look(("queue is long", "a.queue"))

    [found] = looked.found
    assert (found.judged.outcome, found.judged.why) == (
        "ended",
        "the rule is not about it any more",
    )


def test_alerts_of_rules_that_are_gone_are_left_out(metrics: SimulatedMetrics) -> None:
    """Whoever keeps them ends them."""
    assert Looking(metrics.simulation, LONG).found(("another", "a.queue")) == {}


def test_a_tracked_pair_is_found_when_it_is_well(metrics: SimulatedMetrics) -> None:
    """So that its alert can be over."""
    metrics.series("a.queue", [80] * 5)

    looking = Looking(metrics.simulation, LONG)
    assert looking.found(("queue is long", "a.queue")) == {"queue is long: a.queue": "well"}


def test_a_silent_component(simulation: Simulation) -> None:
    """It is found by its state, which is known although nothing comes."""
    simulation.beat("shop.api", age=600)
    simulation.beat("shop.web", age=10)

    assert Looking(simulation, SILENT).found() == {"silent: shop.api": "critical"}


def test_a_component_that_nobody_could_hear(simulation: Simulation) -> None:
    """It is silent only because we were deaf."""
    simulation.beat("shop.api", age=600)
    simulation.collector(sources=[simulation.source(connected=False, behind=590)])

    assert Looking(simulation, SILENT).found(("silent", "shop.api")) == {
        "silent: shop.api": "doubtful"
    }


@pytest.mark.parametrize("behind", [25, 45])
def test_nobody_is_old_by_what_was_not_stored_yet(simulation: Simulation, behind: float) -> None:
    """A broker or a collector that is away for less than a minute makes no alarms."""
    simulation.beat("shop.api", age=behind + 10)
    simulation.beat("shop.web", age=behind + 30)
    simulation.collector(sources=[simulation.source(connected=False, behind=behind)])
    text = "silent:\n  heartbeat: '*'\n  critical: 20\n"

    [found] = Looking(simulation, text).look().found

    assert found.thing.name == "shop.web"
    assert found.judged.why == "age was 30s, limit 20s"


def test_a_collector_is_as_old_as_its_report(simulation: Simulation) -> None:
    """Whatever its sources are."""
    simulation.collector(age=40, sources=[simulation.source(connected=False, behind=50)])
    text = "old:\n  collector: '*'\n  critical: 20\n"

    assert Looking(simulation, text).found() == {"old: collector-1": "critical"}


def test_tags_select(metrics: SimulatedMetrics) -> None:
    """A host is one of them."""
    for host in ("web1", "db1"):
        metrics.series("queue", [120] * 5, host=host, tags={"env": "prod"})
    text = "queue:\n  metric: '*'\n  where: {host: 'web*', env: prod}\n  warning: 100\n"

    assert Looking(metrics.simulation, text).found() == {"queue: queue@web1{env=prod}": "warning"}


def test_clients_by_how_much_went_through(transfers: Transfers) -> None:
    """Counted over whole minutes, a minute."""
    simulation = transfers.simulation
    transfers.over("alice", *[61.0 + each for each in range(-40, 600, 10)])
    transfers.over("bob", 200.0)

    things = present(simulation, "client", "alice", "bob", window=300.0)

    assert things["alice"].numbers["rate"] == pytest.approx(6.0)
    assert things["bob"].numbers["count"] == 1.0
    text = "slow:\n  client: '*'\n  over: 5m\n  warning: rate < 3\n"
    assert Looking(simulation, text).found() == {"slow: bob": "warning"}


def test_clients_of_which_not_all_was_heard(transfers: Transfers) -> None:
    """A count that is too small alarms nobody."""
    simulation = transfers.simulation
    transfers.over("bob", 200.0)
    simulation.gap(150, 100, REPORTS)
    text = "slow:\n  client: '*'\n  over: 5m\n  warning: rate < 3\n"

    assert Looking(simulation, text).found(("slow", "bob")) == {"slow: bob": "doubtful"}


def test_endpoints_by_labels_and_by_how_long_they_take(endpoints: SimulatedEndpoints) -> None:
    """Their state, and what was found of them, are facts."""
    endpoints.probed("www", "gggff")
    endpoints.probed("api", "ggggg")
    text = "down:\n  endpoint: '*'\n  critical: state == 'failing'\n"

    assert Looking(endpoints.simulation, text).found() == {"down: www": "critical"}
    assert present(endpoints.simulation, "endpoint", "api")["api"].age is not None


def test_machines_by_their_pool(machines: SimulatedMachines) -> None:
    """It is a tag."""
    machines.told("mdc1:t-osx-1", age=60)

    [thing] = present(machines.simulation, "machine", "mdc1:t-osx-1").values()

    assert thing.tags["pool"] == str(thing.facts["pool"])


def test_a_collector_that_is_down_is_no_doubt_about_itself(simulation: Simulation) -> None:
    """Everything else is doubtful then."""
    simulation.collector(age=600)
    text = "down:\n  collector: '*'\n  critical: state == 'down'\n"

    assert Looking(simulation, text).found() == {"down: collector-1": "critical"}


def test_a_collector_says_how_much_waits(simulation: Simulation) -> None:
    """And how much it rejects."""
    simulation.collector(sources=[simulation.source(ready=12)], rejects_per_minute=3.0)

    facts = present(simulation, "collector", "collector-1")["collector-1"].facts

    assert (facts["waiting"], facts["rejects_per_minute"]) == (12, 3.0)


def test_rules_with_one_window_are_judged_together() -> None:
    """Those that use no number over it are, whatever it is."""
    text = "a:\n  metric: '*'\n  over: {}\n  warning: {}\n"

    assert group_of(rule_of(text.format("1h", "value > 1"))) == ("metric", 0.0)
    assert group_of(rule_of(text.format("1h", "avg > 1"))) == ("metric", 3600.0)
    said = text.format("1h", "value > 1") + "  text: '{avg} on average'\n"
    assert group_of(rule_of(said)) == ("metric", 3600.0)


def test_without_rules_nothing_is_found(simulation: Simulation) -> None:
    """There is nothing to look at."""
    looking = Looking(simulation, SILENT)
    looking.evaluation = Evaluation()

    assert looking.look()[:1] == ([],)


def test_edited_rules_leave_others_as_they_were(metrics: SimulatedMetrics) -> None:
    """What was judged of these is kept."""
    metrics.series("a.queue", [120] * 5)
    looking = Looking(metrics.simulation, LONG + SILENT)
    assert looking.found() == {"queue is long: a.queue": "warning"}

    looking.follow(LONG + SILENT.replace("critical:", "warning:"))
    assert looking.found() == {"queue is long: a.queue": "warning"}
