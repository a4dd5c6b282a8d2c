"""/metrics and /health."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from blinkenlights.store.annotations import Annotation, annotate
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import Simulation
from web.conftest import Serve
from web.serving import Serving


def figures(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_prometheus_gets_the_counts(simulation: Simulation, web: Serving) -> None:
    """States, freshness and collectors are figures that Prometheus' own parser reads."""
    simulation.beat("x")
    simulation.beat("y", age=600)
    simulation.collector(names=7, new_names_per_minute=2.0)

    answer = web.get("/metrics")

    found = figures(answer.text)
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert found["blinkenlights_things", "component", "alive"] == 1
    assert found["blinkenlights_things", "component", "silent"] == 1
    assert found["blinkenlights_status", "all"] == 2
    assert found[("blinkenlights_judged_at_seconds",)] == simulation.now
    assert found["blinkenlights_collector_running", "collector-1"] == 1
    assert found[("blinkenlights_names",)] == 7
    assert found["blinkenlights_new_names_per_minute", "collector-1"] == 2


@pytest.mark.parametrize(
    ("age", "behind", "reason"),
    [
        (0, 0, ""),
        (300, 0, "no collector has reported for 5m, limit 30s"),
        (0, 120, "what is stored is 2m old, limit 1m"),
    ],
)
def test_health_says_whether_answers_can_be_relied_on(
    simulation: Simulation, web: Serving, age: float, behind: float, reason: str
) -> None:
    """200 while a collector writes and keeps up; else 503 with the reason, and no names."""
    simulation.collector(age=age, sources=[simulation.source(behind=behind)])

    answer = web.get("/health")

    assert answer.status == (503 if reason else 200)
    assert answer.json == {"status": "failing" if reason else "ok", "reason": reason}


def test_series_are_scraped_only_when_asked_for(
    simulation: Simulation, metrics: SimulatedMetrics, serve: Serve
) -> None:
    """Without the key nothing is there of what senders call their metrics."""
    metrics.series("www.latency", [1, 2, 3, 4, 5])
    assert simulation.now

    assert "latency" not in serve().get("/metrics").text

    found = figures(serve(scrape_series=True).get("/metrics").text)
    assert found[("www_latency",)] == 5
    assert found[("blinkenlights_series",)] == 1
    assert found["blinkenlights_series_left_out", "too many"] == 0
    assert found["blinkenlights_things", "metric", "alive"] == 1


def test_whatever_names_hold_prometheus_reads_them(metrics: SimulatedMetrics, serve: Serve) -> None:
    """Names and labels follow its rules, each metric is declared once, and values are as sent."""
    metrics.series(
        "a b.c-d", [1.5] * 5, host="web1", tags={"x.y": 'q"\\\n', "x-y": "2", "__n": "é"}
    )
    metrics.series("5xx", [1e38] * 5)
    metrics.series("blinkenlights_status", [-7] * 5)
    metrics.series("errors_total", [3] * 5, tags={"le": "+Inf"})
    metrics.series("réponse:x", [0] * 5)

    text = serve(scrape_series=True).get("/metrics").text

    families = [*text_string_to_metric_families(text)]
    names = [family.name for family in families]
    assert len(names) == len({*names})
    found = {
        sample.name: (sample.labels, sample.value)
        for family in families
        for sample in family.samples
        if not sample.name.startswith("blinkenlights_")
    }
    assert found == {
        "a_b_c_d": ({"host": "web1", "x_y": '2;q"\\\n', "tag_n": "é"}, 1.5),
        "_5xx": ({}, 1e38),
        "_blinkenlights_status": ({}, -7),
        "errors_total": ({"le": "+Inf"}, 3),
        "r_ponse_x": ({}, 0),
    }
    assert "# HELP a_b_c_d Metric a b.c-d.\n# TYPE a_b_c_d gauge\n" in text


def test_two_names_that_become_one_are_counted(metrics: SimulatedMetrics, serve: Serve) -> None:
    """With the same labels one is given; with others both are, below one name."""
    for name, host in (("a.b", ""), ("a_b", ""), ("a-b", "web1")):
        metrics.series(name, [1] * 5, host=host)

    text = serve(scrape_series=True).get("/metrics").text

    found = figures(text)
    assert found["blinkenlights_series_left_out", "same name"] == 1
    assert found[("blinkenlights_series",)] == 2
    assert found[("a_b",)] == found["a_b", "web1"] == 1
    assert text.count("# TYPE a_b gauge") == 1


def test_no_more_are_scraped_than_allowed(metrics: SimulatedMetrics, serve: Serve) -> None:
    """How many are left out is a figure."""
    for number in range(30):
        metrics.series(f"load{number:02}", [1] * 5)

    found = figures(serve(scrape_series=True, scrape_most=10).get("/metrics").text)

    assert [key[0] for key in found if key[0].startswith("load")] == [
        f"load{number:02}" for number in range(10)
    ]
    assert found["blinkenlights_series_left_out", "too many"] == 20
    assert found[("blinkenlights_series",)] == 10


def test_what_does_not_come_any_more_is_not_scraped(
    metrics: SimulatedMetrics, serve: Serve
) -> None:
    """Nor what went in good order, is retired, measured nothing, or of which nobody knows."""
    metrics.series("stale", [1] * 5, age=3600)
    metrics.series("once", [1], age=3600)
    metrics.series("just", [1])
    metrics.series("retired", [1] * 5)
    metrics.retire("retired")
    metrics.send(metrics.event("nothing"))
    metrics.series("lives", [1] * 5)
    metrics.hear()

    names = {key[0] for key in figures(serve(scrape_series=True).get("/metrics").text)}

    assert {"lives", "just"} <= names
    assert not names & {"stale", "once", "retired", "nothing"}


def test_a_collector_that_is_down_proves_no_number(metrics: SimulatedMetrics, serve: Serve) -> None:
    """Old numbers would look like new ones."""
    metrics.series("lives", [1] * 5)
    metrics.hear(age=120)

    found = figures(serve(scrape_series=True).get("/metrics").text)

    assert ("lives",) not in found
    assert found[("blinkenlights_series",)] == 0


def test_who_may_see_one_source_scrapes_no_series(metrics: SimulatedMetrics, serve: Serve) -> None:
    """They are not that source's."""
    metrics.series("lives", [1] * 5)
    server = serve(scrape_series=True)

    text = server.get("/metrics", server.token("metpx", source="metpx")).text

    assert "lives" not in text


def test_what_happened_is_seen_on_the_page_and_in_the_api(
    simulation: Simulation, metrics: SimulatedMetrics, serve: Serve
) -> None:
    """A line across the curve, the same in words, and nothing of it is markup."""
    metrics.series("load", [1, 2, 3, 4, 5])
    moment = simulation.now - 60
    made = Annotation(time=moment, text="<b>1.4</b>", title="deploy", tags={"app": "www"})
    simulation.run(annotate(simulation.client, made))
    server = serve()

    page = server.get("/one?kind=metric&name=load").text
    listed = server.get("/api/v1/annotations")

    assert page.count('<line class="mark"') == 3
    assert "deploy: &lt;b&gt;1.4&lt;/b&gt;" in page
    assert "<b>1.4" not in page
    assert listed.json == [
        {"time": moment, "text": "<b>1.4</b>", "title": "deploy", "tags": {"app": "www"}}
    ]
    one = server.get("/api/v1/annotations", server.token("metpx", source="metpx"))
    assert one.status == 403
