"""Locations with workers on the page, in the API and in /metrics, as check_probe judges them."""

from collections.abc import Callable
from typing import Any

import pytest

from servers.chromium import Window
from servers.simulated_endpoints import SimulatedEndpoints
from web.serving import Serving
from web.test_endpoints import one, section
from web.test_metrics import figures

WHY = "all of 5 hosts in 3 networks failed"
FRA = "probe-schedule/fra"


@pytest.fixture
def sites(endpoints: SimulatedEndpoints) -> SimulatedEndpoints:
    """Give a location in every state that a scheduler may report."""
    blind = endpoints.worker("w2", capacity=0, blind_since=endpoints.now - 180, blind=WHY)
    endpoints.schedule(
        endpoints.limited(workers=[endpoints.worker(ahead=1.5), blind]),
        endpoints.location("gva", workers=[blind]),
        endpoints.location("lon", workers=[]),
        endpoints.location("nyc"),
        endpoints.location("rom", workers=[endpoints.worker(), endpoints.worker("w9", age=60)]),
    )
    return endpoints


def test_every_state(sites: SimulatedEndpoints, web: Serving) -> None:
    """Worst first."""
    assert sites.now
    found = section(web, "location")

    assert [(row["name"], row["state"], row["status"]) for row in found["rows"]] == [
        ("probe-schedule/lon", "unmanned", "CRITICAL"),
        ("probe-schedule/gva", "blind", "UNKNOWN"),
        (FRA, "limited", "WARNING"),
        ("probe-schedule/rom", "ailing", "WARNING"),
        ("probe-schedule/nyc", "alive", "OK"),
    ]
    assert found["columns"] == [
        "endpoints",
        "workers",
        "capacity",
        "needed",
        "waiting",
        "limited_for",
    ]


def test_what_is_said_of_one(sites: SimulatedEndpoints, web: Serving) -> None:
    """What is carried and needed, since when that is too little, and each worker."""
    row = one(web, FRA, "locations")["row"]

    assert row["sentence"].startswith("location fra: scaling limit hit for 12m: endpoints are")
    assert row["since"] == sites.now - 720
    figures_of_w2 = "12 of 0 probes at a time busy, 1200 run, 0 given back, last report 1s ago"
    assert row["facts"] == {
        "endpoints": 40,
        "workers": 2,
        "capacity": 20,
        "needed": 41.2,
        "waiting": 40,
        "busy": 0,
        "limited_for": 720,
        "worker w2": f"reaches nothing for 3m: {WHY}; {figures_of_w2}",
        "worker w1": "12 of 20 probes at a time busy, 1200 run, 0 given back, last report 1s ago, "
        "clock 1.5s ahead of the scheduler's, corrected",
    }
    assert web.get("/api/v1/locations/nowhere").status == 404
    assert {item["name"] for item in web.get("/api/v1/locations?name=*/n*").json["items"]} == {
        "probe-schedule/nyc"
    }


def test_its_scheduler_is_as_its_worst_location(sites: SimulatedEndpoints, web: Serving) -> None:
    """As check_probe has it of that prober; its facts are those of all locations together."""
    row = one(web, "probe-schedule", "probers")["row"]

    assert (row["state"], row["status"]) == ("unmanned", "CRITICAL")
    assert row["sentence"].startswith("prober probe-schedule: location lon has no worker")
    assert sites.ask_probers("--prober probe-schedule").code == 2
    facts = row["facts"]
    assert (facts["locations"], facts["workers"], facts["limited"]) == (5, 5, 1)


def test_old_reports_prove_nothing(sites: SimulatedEndpoints, web: Serving) -> None:
    """When the scheduler is down each location is, and there are no numbers of its workers."""
    sites.later(31)

    found = section(web, "location")

    assert {row["state"] for row in found["rows"]} == {"down"}
    assert [*found["rows"][0]["facts"]] == ["endpoints"]


GAUGES = ["capacity", "needed", "waiting", "workers", "scaling_limit"]


def gauges(web: Serving, location: str) -> list[Any]:
    found = figures(web.get("/metrics").text)
    return [
        found.get((f"blinkenlights_probe_{each}", location, "probe-schedule")) for each in GAUGES
    ]


def test_gauges_for_autoscalers(sites: SimulatedEndpoints, web: Serving) -> None:
    """Each location has its own, with 0 where nothing is carried."""
    assert sites.now
    assert gauges(web, "fra") == [20, 41.2, 40, 2, 1]
    assert gauges(web, "nyc") == [20, 11.5, 0, 1, 0]
    assert gauges(web, "lon") == [0, 11.5, 0, 0, 0]


def test_no_gauge_is_made_of_an_old_report(sites: SimulatedEndpoints, web: Serving) -> None:
    """An autoscaler that gets nothing keeps what it has; by 0 it would take all workers away."""
    sites.later(31)

    assert gauges(web, "fra") == [None] * 5


def test_an_endpoint_says_who_probed_it(endpoints: SimulatedEndpoints, web: Serving) -> None:
    """From where, by whom, how often instead of how often, and what each who was asked found."""
    asked = [
        {"worker": "w1", "result": "failed", "reason": "timed out"},
        {"worker": "w3", "result": "ok"},
    ]
    endpoints.probed(
        "shop/cart", "f", age=5, worker="w1", location="fra", asked=asked, period=180, planned=60
    )

    row = one(web, "shop/cart")["row"]
    [listed] = section(web)["rows"]

    assert ", probed every 3m instead of 1m: json.status" in row["sentence"]
    facts = row["facts"]
    assert (facts["location"], facts["worker"]) == ("fra", "w1")
    assert (facts["asked w1"], facts["asked w3"]) == ("failed: timed out", "good")
    assert "asked w1" not in listed["facts"]


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("settings", [{"width": 1280}, {"width": 360}, {"dark": True}])
@pytest.mark.parametrize("path", ["/", "/one?kind=location&name=probe-schedule%2Ffra"])
def test_the_pages(
    sites: SimulatedEndpoints,
    web: Serving,
    window: Callable[..., Window],
    path: str,
    settings: dict[str, Any],
) -> None:
    """In any width and scheme they fit and can be read; one leads to the check of its location."""
    assert sites.now
    page = window(**settings)
    page.open(f"http://{web.host}:{web.port}{path}")

    text = page.text("main")
    assert "scaling limit hit for 12m" in text
    assert path == "/" or "check_probe --location=probe-schedule/fra -v" in text
    assert path == "/" or "worker w2" in page.text("#facts-table")
    assert (page.overflow, page.barriers(), page.complaints) == (0, [], [])
