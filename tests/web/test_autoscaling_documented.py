"""What docs/autoscaling.md tells autoscalers to follow is what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from blinkenlights.probing.jobs import routes
from blinkenlights.rules.files.read import read_rules
from servers.simulated_endpoints import SimulatedEndpoints
from web.serving import Serving
from web.test_metrics import figures

PAGE = (Path(__file__).parents[2] / "docs" / "autoscaling.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
DOCUMENTS: list[dict[str, Any]] = [yaml.safe_load(block) for block in BLOCKS]
GAUGE = re.compile(r"blinkenlights_probe_[a-z_]+")
OF_ADAPTER = "blinkenlights_probe_busy_workers"


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in DOCUMENTS if each.get("kind") == kind]


@pytest.fixture
def there(endpoints: SimulatedEndpoints, web: Serving) -> dict[str, dict[str, float]]:
    """Give the gauges that /metrics has, each with its values by location."""
    endpoints.schedule(endpoints.limited(), endpoints.location("nyc"))
    found: dict[str, dict[str, float]] = {}
    for (name, *labels), value in figures(web.get("/metrics").text).items():
        if name.startswith("blinkenlights_probe_"):
            found.setdefault(name, {})[labels[0]] = value
    return found


def test_each_gauge_is_named_and_each_that_is_named_is_there(
    there: dict[str, dict[str, float]],
) -> None:
    """In texts, queries and tables alike."""
    assert {*GAUGE.findall(PAGE)} - {OF_ADAPTER} == {*there}


def test_queries_give_the_workers_that_are_needed(there: dict[str, dict[str, float]]) -> None:
    """42 probes at a time are needed, and one worker carries 20: three, with a fifth of each free.

    The arithmetic of the query is done here with what /metrics says.
    """
    scaled = next(each for each in of_kind("ScaledObject") if "by-queue" not in str(each))
    [trigger] = scaled["spec"]["triggers"]
    query = trigger["metadata"]["query"]
    location = re.search(r'location="(\w+)"', query)
    assert location is not None
    busy = GAUGE.sub(lambda found: str(there[found[0]][location[1]]), query)
    busy = re.sub(r"sum\(max by \(prober\) \(([\d.]+)\{[^}]*\}\)\)", r"\1", busy)
    busy = busy.replace(" > 0", "")

    workers = eval(busy, {})  # noqa: S307 - digits and signs

    assert workers == pytest.approx(41.2 / 20)
    assert -(-workers // float(trigger["metadata"]["threshold"])) == 3


def test_a_second_web_server_that_is_asked_doubles_nothing() -> None:
    """It has the same gauges; schedulers of several names are added."""
    asked = r"blinkenlights_probe_\w+\{(?:location=|<<)"

    assert len(re.findall(asked, PAGE)) == 6
    assert len(re.findall(rf"sum\(max by \(prober\) \({asked}", PAGE)) == 6


def test_scaled_objects_have_the_form_of_keda() -> None:
    """Metadata of triggers are texts, a fallback goes with an average value, nothing is for 0."""
    for each in of_kind("ScaledObject"):
        assert each["apiVersion"] == "keda.sh/v1alpha1"
        spec = each["spec"]
        assert spec["scaleTargetRef"]["name"]
        assert 0 < spec["minReplicaCount"] < spec["maxReplicaCount"]
        for trigger in spec["triggers"]:
            assert all(isinstance(value, str) for value in trigger["metadata"].values())
            assert trigger.get("metricType", "AverageValue") == "AverageValue"
    [by_prometheus, by_queue] = [each["spec"] for each in of_kind("ScaledObject")]
    assert by_prometheus["fallback"]["behavior"] == "currentReplicasIfHigher"
    assert by_prometheus["triggers"][0]["metadata"]["ignoreNullValues"] == "false"
    assert by_queue["triggers"][0]["metadata"]["queueName"] == f"{routes.JOBS}fra"


def test_the_autoscaler_asks_for_what_the_adapter_gives() -> None:
    """By the same name, and by a label that the gauges have."""
    [adapter] = [each["externalRules"] for each in DOCUMENTS if "externalRules" in each]
    [autoscaler] = of_kind("HorizontalPodAutoscaler")
    [rule], [metric] = adapter, autoscaler["spec"]["metrics"]

    assert autoscaler["apiVersion"] == "autoscaling/v2"
    assert metric["type"] == "External"
    assert metric["external"]["metric"]["name"] == rule["name"]["as"] == OF_ADAPTER
    assert [*metric["external"]["metric"]["selector"]["matchLabels"]] == ["location"]
    assert metric["external"]["target"] == {"type": "AverageValue", "averageValue": "800m"}
    assert rule["resources"] == {"namespaced": False}


def test_the_rule_is_read() -> None:
    """Without a mistake or a doubt."""
    found = read_rules(BLOCKS[-1].encode(), "workers.yml", {}, 0.0)

    assert [each.name for each in found.rules] == ["workers are short"]
    assert [*found.receivers]
    assert found.doubts == ()
