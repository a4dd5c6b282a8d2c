"""What is expected is seen behind the curve, and said in words."""

import re
from html import unescape

import pytest

from kinds.expected.learned import configure, put, usual
from servers.simulated_metrics import SimulatedMetrics
from servers.simulated_transfers import Transfers
from servers.simulation import Simulation
from web.serving import Serving


def test_what_is_expected_of_a_client_is_behind_its_minutes(
    simulation: Simulation, web: Serving
) -> None:
    """As long as nothing is learned there is no such curve."""
    Transfers(simulation).over("anna", 100, 200)
    before = web.get("/one?kind=client&name=anna").text
    configure(simulation)
    put(simulation, "anna", usual(simulation.now))

    page = web.get("/one?kind=client&name=anna").text

    assert 'class="expected"' not in before
    assert page.count('<polygon class="expected"') == 1
    assert "Good transfers a minute in the last hour: last 0" in page
    assert re.search(r"at the end 1\d(\.\d)? to 3\d(\.\d)? is expected", page)


def test_what_is_expected_of_a_metric_is_behind_its_curves(
    simulation: Simulation, web: Serving
) -> None:
    """In each of the hour, the day and the month."""
    metrics = SimulatedMetrics(simulation)
    metrics.series("queue", [120.0, 130.0])
    configure(simulation)
    put(simulation, "queue", usual(simulation.now), "metric")

    page = web.get("/one?kind=metric&name=queue").text
    [hour, *_] = web.get("/api/v1/metrics/queue").json["curves"]

    assert page.count('<polygon class="expected"') == 3
    assert 90 < hour["expected_low"][-1] < 120 < hour["expected_high"][-1] < 150


def test_what_is_still_learned_has_no_band(simulation: Simulation, web: Serving) -> None:
    """Nothing is expected yet."""
    Transfers(simulation).over("dora", 100)
    configure(simulation)
    put(simulation, "dora", usual(simulation.now, days=1))

    page = web.get("/one?kind=client&name=dora").text
    assert 'class="expected"' not in page
    assert "check_expected_rate" not in page


@pytest.mark.parametrize("sort", ["client", "source", "metric"])
def test_it_is_said_how_to_ask_what_is_expected(
    simulation: Simulation, web: Serving, sort: str
) -> None:
    """Once it is learned: the lines can be copied, and answer."""
    SimulatedMetrics(simulation).series("-que[1]", [120.0, 130.0])
    Transfers(simulation).over("-que[1]", 100, source="-que[1]")
    configure(simulation)
    put(simulation, "-que[1]", usual(simulation.now), sort)

    page = unescape(web.get(f"/one?kind={sort}&name=-que[1]").text)

    [option] = re.findall(r"check_expected_rate (.*?) -v", page)
    assert "<code>blinkenlights expected show -- '-que[1]'</code>" in page
    assert f"{sort} -que[1]: " in simulation.ask("expected_rate", option).summary
