"""Endpoints and probers on the page, in the API and in /metrics, as their checks judge them."""

from typing import Any
from urllib.parse import quote

import pytest

from blinkenlights.store import layout
from servers.simulated_endpoints import SimulatedEndpoints
from servers.simulated_metrics import SimulatedMetrics
from servers.simulation import SOCKET
from web.serving import Serving
from web.test_metrics import figures

CART, PAY, HEALTH = "shop/cart", "shop/pay", "www.example.net/health"
WHY = "json.status was 'degraded', want 'ok'"


def section(web: Serving, subject: str = "endpoint", query: str = "") -> Any:  # noqa: ANN401 - as it is
    [found] = web.get(f"/api/v1/status?kind={subject}{query}").json["sections"]
    return found


def one(web: Serving, name: str, subject: str = "endpoints") -> Any:  # noqa: ANN401 - as it is
    return web.get(f"/api/v1/{subject}/{quote(name, safe='')}").json


@pytest.fixture
def shop(endpoints: SimulatedEndpoints) -> SimulatedEndpoints:
    """Give an endpoint in every state."""
    endpoints.probed("late/one", "g", age=200)
    endpoints.probed(CART, "gf", age=5, status=500, address="192.0.2.1:443")
    endpoints.probed(PAY, "gd", age=5)
    endpoints.probed("gone/one", "f", age=100)
    endpoints.removed("gone/one", age=50)
    endpoints.probed("old/one", "f")
    endpoints.retire("old/one")
    endpoints.expect("new/one", age=400)
    endpoints.expect("newer/one", age=4)
    endpoints.probed(
        HEALTH,
        "g",
        age=10,
        status=200,
        certificate={"days": 30.52},
        values={"queue.depth": 3},
        labels={"team": "web"},
    )
    return endpoints


def test_every_state(shop: SimulatedEndpoints, web: Serving) -> None:
    """Worst first; what is removed or retired is counted beside."""
    assert shop.now
    found = section(web)

    assert {row["name"]: (row["state"], row["status"]) for row in found["rows"]} == {
        CART: ("failing", "CRITICAL"),
        "new/one": ("expected", "CRITICAL"),
        "late/one": ("overdue", "UNKNOWN"),
        PAY: ("degraded", "WARNING"),
        "newer/one": ("expected", "OK"),
        HEALTH: ("good", "OK"),
    }
    assert [row["status"] for row in found["rows"]][:2] == ["CRITICAL", "CRITICAL"]
    assert found["counts"] == {
        "failing": 1,
        "expected": 2,
        "overdue": 1,
        "degraded": 1,
        "good": 1,
        "removed": 1,
        "retired": 1,
    }


def test_what_is_said_of_one(shop: SimulatedEndpoints, web: Serving) -> None:
    """State and reason, and what was seen: status, time, certificate, values, labels."""
    assert shop.now
    bad, good = one(web, CART)["row"], one(web, HEALTH)["row"]

    assert bad["sentence"] == f"failing for 5s, 1 in a row: {WHY}"
    assert bad["facts"]["http_status"] == 500
    assert bad["facts"]["reason"] == WHY
    assert bad["facts"]["address"] == "192.0.2.1:443"
    assert good["sentence"] == "probed 10s ago in 0.081s, next in 50s"
    assert good["facts"] == {
        "http_status": 200,
        "time": 0.081,
        "cert_days": 30.5,
        "prober": "berlin",
        "file": "shop.yml",
        "queue.depth": 3,
        "label team": "web",
    }
    assert one(web, "late/one")["row"]["sentence"].startswith("not probed in time: last 3m 20s ago")
    assert one(web, "gone/one")["row"]["state"] == "removed"
    assert one(web, "old/one")["row"]["state"] == "retired"
    assert web.get("/api/v1/endpoints/nobody").status == 404


def test_whoever_was_probed_is_known_to_a_new_store(
    endpoints: SimulatedEndpoints, web: Serving
) -> None:
    """It is good as check_endpoint has it by its name; that not all are known is said above."""
    client = endpoints.simulation.client
    endpoints.simulation.run(client.ask(client.redis.set(layout.BORN, f"{endpoints.now - 10}")))
    endpoints.probed(HEALTH, "g")
    endpoints.expect(CART, age=4)

    row, expected = one(web, HEALTH)["row"], one(web, CART)["row"]

    assert (row["state"], row["status"]) == ("good", "OK")
    assert row["sentence"].startswith("probed ")
    assert (expected["state"], expected["status"]) == ("expected", "UNKNOWN")
    assert "learning: this store is " in web.get("/").text


def test_filters(shop: SimulatedEndpoints, web: Serving) -> None:
    """By name, glob and state."""
    assert shop.now

    def names(query: str) -> set[str]:
        return {row["name"] for row in section(web, query=query)["rows"]}

    assert names("&name=shop/*") == {CART, PAY}
    assert names(f"&name={CART}") == {CART}
    assert names("&state=degraded") == {PAY}
    assert names("&state=retired") == {"old/one"}
    assert names("&state=removed") == {"gone/one"}
    assert names("&state=good") == {HEALTH}


def test_every_endpoint_is_listed_once(endpoints: SimulatedEndpoints, web: Serving) -> None:
    """In the state in which the section has it."""
    endpoints.send_together(endpoints.result(f"e/{number}") for number in range(40))
    endpoints.probed("f/0", "f")

    items = web.get("/api/v1/endpoints").json["items"]

    assert len(items) == 41
    assert {item["name"] for item in items if item["state"] == "failing"} == {"f/0"}


def test_without_a_collector_nothing_is_well(endpoints: SimulatedEndpoints, web: Serving) -> None:
    """Neither good nor failing: unheard."""
    endpoints.probed(CART, "f")
    endpoints.probed(PAY, "g")
    endpoints.simulation.now += 300

    found = section(web)

    assert (found["status"], found["counts"]) == ("UNKNOWN", {"unheard": 2})


def test_the_page(shop: SimulatedEndpoints, web: Serving) -> None:
    """It has the section, a link to the page of each, and there the command that says the same."""
    assert shop.now
    page = web.get("/?kind=endpoint").text
    own = web.get(f"/one?kind=endpoint&name={quote(CART)}").text

    assert "Endpoints" in page
    assert quote(CART, safe="") in page
    assert f"check_endpoint --name={CART} -v" in own
    assert f"blinkenlights probe once -- {CART}" in own
    assert "192.0.2.1:443" in own


def test_a_small_curve(
    endpoints: SimulatedEndpoints, metrics: SimulatedMetrics, web: Serving
) -> None:
    """How long its probes took is drawn beside an endpoint, and larger on its page."""
    metrics.series("probe.total", [0.1, 0.2, 0.3], every=60, tags={"endpoint": CART})
    endpoints.probed(CART, "ggg")
    endpoints.probed(PAY, "ggg")
    endpoints.simulation.collector(
        sources=[endpoints.source(), metrics.source("tcp://127.0.0.1:3334")]
    )

    page = web.get("/?kind=endpoint").text

    assert page.count("<svg") >= 1
    assert one(web, CART)["curves"]
    assert not one(web, PAY)["curves"]


def test_probers(endpoints: SimulatedEndpoints, web: Serving) -> None:
    """Each has a row with what it reports, in the words of check_probe."""
    endpoints.report("riga", age=60)
    endpoints.report("rome", blind_since=endpoints.now - 5, blind="nothing answers")
    endpoints.report(waiting=7, problems=[{"file": "a.yml", "sentence": "is empty"}])

    found = section(web, "prober")

    assert [(row["name"], row["state"], row["status"]) for row in found["rows"]] == [
        ("riga", "down", "CRITICAL"),
        ("rome", "blind", "UNKNOWN"),
        ("berlin", "broken", "WARNING"),
    ]
    berlin = one(web, "berlin", "probers")["row"]
    assert berlin["sentence"].startswith("a.yml cannot be used: is empty")
    assert berlin["facts"] == {
        "endpoints": 100,
        "lag": 0.012,
        "missed": 0,
        "waiting": 7,
        "used": 0.25,
        "bad_files": 1,
        "capacity": 100,
        "limited": 0,
    }
    assert "check_probe --prober=berlin -v" in web.get("/one?kind=prober&name=berlin").text


def test_a_prober_whose_results_cannot_be_posted(
    endpoints: SimulatedEndpoints, web: Serving
) -> None:
    """Said first, with what is lost; after five minutes it is a trouble, as check_probe has it."""
    worst = {
        "endpoint": CART,
        "output": "http",
        "to": "https://events.example.net",
        "times": 9,
        "error": "the output at events.example.net answered 500",
        "lost": 12,
    }
    outputs = {"outputs": 4, "dropped": 12, "dead": 1, "failing": 1}

    def row(seconds: float) -> dict[str, Any]:
        failing = worst | {"since": endpoints.now - seconds}
        endpoints.report(outputs=outputs | {"worst": [failing]})
        found: dict[str, Any] = one(web, "berlin", "probers")["row"]
        return found

    soon, late = row(200), row(720)

    assert (soon["state"], soon["status"]) == ("alive", "OK")
    assert (
        "; results of shop/cart cannot be posted to https://events.example.net" in soon["sentence"]
    )
    assert (late["state"], late["status"]) == ("unposted", "WARNING")
    assert late["sentence"].startswith("results of shop/cart cannot be posted")
    assert late["since"] == pytest.approx(endpoints.now - 720)
    facts = {name: late["facts"][name] for name in ("outputs", "outputs_failing", "results_lost")}
    assert facts == {"outputs": 4, "outputs_failing": 1, "results_lost": 13}


def test_figures_for_prometheus(shop: SimulatedEndpoints, web: Serving) -> None:
    """How many are in each state."""
    shop.report()

    found = figures(web.get("/metrics").text)

    assert found["blinkenlights_things", "endpoint", "failing"] == 1
    assert found["blinkenlights_things", "endpoint", "good"] == 1
    assert found["blinkenlights_things", "prober", "alive"] == 1


def test_a_source_that_is_away(endpoints: SimulatedEndpoints, web: Serving) -> None:
    """What looks good may not be."""
    endpoints.probed(CART, "g", age=100)
    endpoints.hear(behind=90, connected=False)

    assert section(web)["counts"] == {"unheard": 1}
    assert SOCKET in one(web, CART)["row"]["sentence"]
