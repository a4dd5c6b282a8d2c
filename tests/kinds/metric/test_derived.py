"""Series made of others: what each figure is, and that nothing is made where nothing came."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.config import load
from blinkenlights.kinds.metric import derived, keys
from blinkenlights.kinds.metric.derived_settings import DerivedConfig
from blinkenlights.kinds.metric.identity import series_of
from servers.duties import DutifulCollector
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import SOCKET

OTHER = "tcp://127.0.0.1:3334"
Made = Callable[..., dict[str, float]]


@pytest.fixture
def made(metrics: SimulatedMetrics) -> Made:
    """Give a function that does what is due by a table, and returns the newest of its points."""
    # A minute has begun 20 s ago, and is settled.
    assert metrics.now % 60 == 20

    def make(of: str, figure: str = "avg", **keys_of_it: Any) -> dict[str, float]:  # noqa: ANN401 - those of the table
        table = DerivedConfig(name="made", of=of, figure=figure, **keys_of_it)
        DutifulCollector(metrics.simulation, table).work()
        return values(metrics, "made")

    return make


def values(metrics: SimulatedMetrics, name: str) -> dict[str, float]:
    """Return the newest points of the series of a name, if they are of the last full minute."""
    packed: Any = metrics.run(lambda redis: redis.hgetall(keys.FACTS))
    facts = {series.decode(): keys.parse_facts(each) for series, each in packed.items()}
    end = metrics.now // 60 * 60
    return {
        series.removeprefix(name): each.value
        for series, each in facts.items()
        if series.startswith(name) and each.event == end
    }


def events(
    metrics: SimulatedMetrics,
    name: str,
    *ages: float,
    value: float = 1.0,
    host: str = "",
    source: str = SOCKET,
    **tags: str,
) -> None:
    """Store an event at each of these ages, as it came."""
    for age in sorted(ages, reverse=True):
        event = metrics.event(name, value, age=age, host=host, tags=tags)
        metrics.send(event, source=source)


@pytest.mark.parametrize(
    ("figure", "value"),
    [("sum", 60.0), ("avg", 15.0), ("min", 0.0), ("max", 30.0), ("count", 4.0)],
)
def test_figures_of_all_points_of_a_time(
    metrics: SimulatedMetrics, made: Made, figure: str, value: float
) -> None:
    """Of all series together, up to the end of the minute; what is older or newer is not in it."""
    events(metrics, "a.size", 400, value=1000)
    events(metrics, "a.size", 300, 200, value=30)
    events(metrics, "b.size", 100, 30, value=0)
    events(metrics, "b.size", 5, value=-1000)
    events(metrics, "c.other", 30, value=77)

    assert made("*.size", figure) == {"": value}


@pytest.mark.parametrize("figure", ["sum", "avg", "min", "max", "count", "rate"])
def test_without_points_there_is_a_gap(metrics: SimulatedMetrics, made: Made, figure: str) -> None:
    """Neither zero nor what was before: not for what stopped, and not for what never was."""
    events(metrics, "a.size", 900, 840, value=5)

    assert made("*.size", figure) == {}


def test_one_series_for_each_of_something(metrics: SimulatedMetrics, made: Made) -> None:
    """Host, tag and a part of the name make the series; who sent nothing has no point."""
    events(metrics, "www.time", 30, value=1, host="web1", verb="GET")
    events(metrics, "www.time", 30, value=3, host="web1", verb="GET", more="x")
    events(metrics, "shop.api.time", 30, value=5, host="web2", verb="PUT")
    events(metrics, "old.time", 800, value=5, host="web2", verb="PUT")

    by = ["app=*", "host", "verb"]
    assert made("*.time", "sum", by=by) == {
        "@web1{app=www,verb=GET}": 4,
        "@web2{app=shop.api,verb=PUT}": 5,
    }


def test_counters_grow_together(metrics: SimulatedMetrics, made: Made) -> None:
    """Each by what it grew a second; one that was set to 0 grew by what it has since."""
    metrics.series("a.bytes", [0, 600, 1200, 1800, 2400], every=60, age=30)
    metrics.series("b.bytes", [900, 1200, 0, 300, 600], every=60, age=30)
    metrics.series("c.bytes", [7], age=30)

    assert made("*.bytes", "rate") == {"": pytest.approx(10 + 900 / 240)}


def responses(metrics: SimulatedMetrics, app: str, code: str, *ages: float) -> None:
    """Store events of numbat, as its emitter sends them."""
    events(metrics, f"{app}.response", *ages, value=1, host="web1", statusCode=code)


NO_SUCCESS = ("statusCode!=2*", "statusCode!=3*")


def test_status_rates(metrics: SimulatedMetrics, made: Made) -> None:
    """What share of responses was no 2xx or 3xx, for each app, over five minutes."""
    responses(metrics, "www", "200", 40, 80, 120, 160, 200)
    responses(metrics, "www", "304", 50)
    responses(metrics, "www", "204", 60)
    responses(metrics, "www", "500", 90)
    responses(metrics, "www", "404", 500, 400, 35)
    responses(metrics, "shop", "200", 100, 250)
    responses(metrics, "dead", "500", 400)

    found = made("*.response", "ratio", tags=list(NO_SUCCESS), by=["app=*"])

    # Of shop all was well, which was measured; of the dead nothing is known.
    assert found == {"{app=www}": 2 / 9, "{app=shop}": 0.0}


def test_the_documented_rule(metrics: SimulatedMetrics, tmp_path: Path) -> None:
    """The table of docs/metrics.md does what is said of it, and its check judges it."""
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")
    [rule] = [
        each for each in re.findall("```toml\n(.*?)```", page, re.DOTALL) if "[[derived]]" in each
    ]
    path = tmp_path / "blinkenlights.toml"
    path.write_text(rule, "utf-8")
    responses(metrics, "www", "200", 40, 80, 120)
    responses(metrics, "www", "500", 90)
    responses(metrics, "shop", "302", 40)

    DutifulCollector(metrics.simulation, *load(str(path)).of_kinds).work()

    assert values(metrics, "response.bad") == {"{app=www}": 25, "{app=shop}": 0}
    said = metrics.ask("response.bad -w 1 -c 10")
    assert said.state == "CRITICAL"
    assert "response.bad{app=www}" in said.text


def test_a_ratio_in_percent(metrics: SimulatedMetrics, made: Made) -> None:
    """The unit says so."""
    responses(metrics, "www", "200", 40, 80, 120)
    responses(metrics, "www", "500", 90)

    assert made("*.response", "ratio", tags=list(NO_SUCCESS), unit="%") == {"": 25.0}


def test_a_ratio_of_sums(metrics: SimulatedMetrics, made: Made) -> None:
    """Of numbers of one name to those of another; to nothing, or to 0, there is none."""
    events(metrics, "a.used", 30, 90, value=30)
    events(metrics, "a.size", 30, 90, value=40)
    events(metrics, "b.used", 30, value=30)
    events(metrics, "c.used", 30, value=30)
    events(metrics, "c.size", 30, value=0)

    found = made("*.used", "ratio", to="*.size", ratio_of="sum", by=["app=*"])

    assert found == {"{app=a}": 0.75}


def test_a_burst_counts_as_many_as_it_has(metrics: SimulatedMetrics, made: Made) -> None:
    """Also of what comes seldom, whose slots of a minute mostly hold one point."""
    responses(metrics, "www", "500", *range(1235, 235, -100))
    responses(metrics, "www", "500", *(130 + number for number in range(6)))
    responses(metrics, "www", "500", 30)

    assert made("*.response", "count") == {"": 6 + 1}


@pytest.mark.parametrize("figure", ["count", "sum"])
def test_what_was_not_heard_is_neither_counted_nor_summed(
    metrics: SimulatedMetrics, made: Made, figure: str
) -> None:
    """A part of the points would be too few. What the mean was is known."""
    events(metrics, "a.size", 30, 200, value=5)
    metrics.simulation.gap(150, 140, SOCKET)

    assert made("*.size", figure) == {}


def two_sources(metrics: SimulatedMetrics, **other: Any) -> None:  # noqa: ANN401 - those of `source`
    """Let the collector hear two sources; the keywords are about the second."""
    metrics.simulation.collector(sources=[metrics.source(), metrics.source(OTHER, **other)])


AWAY = {"behind": 400, "connected": False}


@pytest.mark.parametrize(("other", "found"), [({}, {"": 0.0}), (AWAY, {})])
def test_a_share_of_what_comes_by_another_source(
    metrics: SimulatedMetrics, made: Made, other: dict[str, Any], found: dict[str, float]
) -> None:
    """That no failure came is no zero while nobody hears the source by which failures come."""
    two_sources(metrics)
    events(metrics, "www.response", 100, 40, source=SOCKET, statusCode="200")
    events(metrics, "www.response", 600, source=OTHER, statusCode="500")
    two_sources(metrics, **other)

    assert made("*.response", "ratio", tags=["statusCode!=2*"]) == found


@pytest.mark.parametrize(("other", "found"), [({}, {"": 10.0}), (AWAY, {})])
def test_a_rate_of_counters_that_come_by_another_source(
    metrics: SimulatedMetrics, made: Made, other: dict[str, Any], found: dict[str, float]
) -> None:
    """What some of them grew by is not what all did."""
    two_sources(metrics)
    metrics.series("a.bytes", [0, 600, 1200, 1800, 2400], every=60, age=30)
    events(metrics, "b.bytes", 700, 600, value=5, source=OTHER)
    two_sources(metrics, **other)

    assert made("*.bytes", "rate") == found


def test_what_another_source_missed_is_no_matter(metrics: SimulatedMetrics, made: Made) -> None:
    """What is counted did not come by it."""
    sources = [metrics.source(), metrics.source(OTHER)]
    metrics.simulation.collector(sources=sources)
    events(metrics, "a.size", 30, 200, value=5)
    metrics.simulation.gap(150, 140, OTHER)

    assert made("*.size", "count") == {"": 2}


def test_a_mean_of_what_was_heard(metrics: SimulatedMetrics, made: Made) -> None:
    """A short gap leaves enough of the points for it."""
    events(metrics, "a.size", 30, 200, value=5)
    metrics.simulation.gap(150, 140, SOCKET)

    assert made("*.size", "avg") == {"": 5}


def test_nothing_is_made_of_what_is_made(metrics: SimulatedMetrics) -> None:
    """Neither of itself nor of one another, so that nothing grows round and round."""
    events(metrics, "a.size", 30, value=5)
    tables = [
        DerivedConfig(name="x.size", of="*.size", figure="sum"),
        DerivedConfig(name="y.size", of="*.size", figure="sum"),
    ]
    collector = DutifulCollector(metrics.simulation, *tables)
    collector.work()
    metrics.later(60)

    collector.work()

    assert values(metrics, "x.size") == values(metrics, "y.size") == {"": 5}


def test_it_is_shown_and_judged_like_any_other(metrics: SimulatedMetrics, made: Made) -> None:
    """It carries how it wants to be shown, and what it is made of says by which source it lives."""
    events(metrics, "a.size", 30, value=5)
    made("*.size", title="sizes", unit="MB", graph="bar", range=[0, 100])

    facts = metrics.facts("made")
    assert json.loads(facts.extras) == {
        "title": "sizes",
        "unit": "MB",
        "range": [0, 100],
        "graph": "bar",
    }
    assert facts.source == metrics.facts("a.size").source
    assert facts.seen == metrics.now - 20
    assert metrics.ask("made -c 4").code == 2


def test_it_goes_stale_when_its_series_do(metrics: SimulatedMetrics) -> None:
    """The last number of somebody who died is not repeated."""
    table = DerivedConfig(name="made", of="*.size", figure="avg", over="2m")
    collector = DutifulCollector(metrics.simulation, table)
    for _ in range(6):
        events(metrics, "a.size", 30, value=5)
        collector.work()
        metrics.later(60)
    alive = metrics.ask("made")
    for _ in range(8):
        collector.work()
        metrics.later(60)

    assert alive.code == 0
    assert metrics.ask("made").summary == "1 of 1 series stale: made (8m 20s), limit 3m"


def test_each_at_its_own_time(metrics: SimulatedMetrics) -> None:
    """`every` says how often, and by that the moments are whole multiples of it."""
    table = DerivedConfig(name="made", of="*.size", figure="count", over="10m", every="5m")
    collector = DutifulCollector(metrics.simulation, table)
    for _ in range(11):
        events(metrics, "a.size", 30, value=5)
        collector.work()
        metrics.later(60)

    facts = metrics.facts("made")
    assert facts.event % 300 == 0
    # At the first of them nothing had come.
    assert (facts.open[3600].number, facts.open[3600].low, facts.value) == (2, 3, 8)


def test_too_many_series(
    metrics: SimulatedMetrics,
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is made of more than are read, and the log says so."""
    monkeypatch.setattr(derived, "MOST_SERIES", 2)
    for name in ("a", "b", "c"):
        events(metrics, f"{name}.size", 30)

    assert made("*.size", "count") == {}
    assert "derived series made would be made of more than 2 series" in caplog.text


def test_too_many_groups(
    metrics: SimulatedMetrics, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Further ones are left out and counted, whatever room there is for other numbers."""
    monkeypatch.setattr(derived, "MOST_GROUPS", 2)
    for name in ("a", "b", "c"):
        events(metrics, f"{name}.size", 30)

    assert len(made("*.size", "count", by=["name"])) == 2
    assert metrics.counted("trimmed:no room for a number") == 1


def test_a_sum_that_is_too_large_is_a_gap(metrics: SimulatedMetrics, made: Made) -> None:
    """What has no number has no point."""
    events(metrics, "a.size", 30, value=3e38)
    events(metrics, "b.size", 30, value=3e38)

    assert made("*.size", "sum") == {}


def test_names_with_characters_of_their_own(metrics: SimulatedMetrics, made: Made) -> None:
    """A name that holds what ends a name elsewhere is meant all the same."""
    events(metrics, "a@b.size", 30, value=5, host="h{1}")

    assert made("*.size", "sum", by=["host", "app=*"]) == {series_of("", "h{1}", {"app": "a@b"}): 5}
