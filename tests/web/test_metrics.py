"""/metrics and /health."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from servers.simulation import Simulation
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
