"""Alerts and rules on the page and in the API: what is bad, since when, and who knows of it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from blinkenlights.kinds.alert import keys
from servers.chromium import Window
from servers.simulated_alerts import SimulatedAlerts
from servers.simulated_metrics import SimulatedMetrics
from web.serving import Serving
from web.test_page import SCREENS, at

Open = Callable[..., Window]
RULE, THING = "queue is long", "web1.queue"
NAME = f"{RULE}: {THING}"


def section(web: Serving, subject: str) -> Any:  # noqa: ANN401 - as it is
    [found] = web.get(f"/api/v1/status?kind={subject}").json["sections"]
    return found


def one(web: Serving, name: str, subject: str = "alerts") -> Any:  # noqa: ANN401 - as it is
    return web.get(f"/api/v1/{subject}/{quote(name, safe='')}").json


@pytest.fixture
def fires(alerts: SimulatedAlerts, metrics: SimulatedMetrics) -> SimulatedAlerts:
    """Give a rule with alerts in every state, about series with numbers."""
    metrics.series(THING, [50, 90, 120, 130, 120])
    alerts.evaluation()
    alerts.rule(RULE, limits={"critical": "value > 100", "warning": "value > 80"})
    alerts.alert(RULE, THING, told=["oncall", "chat"], text="120 waiting", runbook="https://wiki/q")
    alerts.alert(RULE, "web2.queue", "warning", since=3000)
    alerts.alert(RULE, "web3.queue", since=4000)
    alerts.acknowledged(RULE, "web3.queue", "ann", reason="rebooting")
    alerts.alert(RULE, "web4.queue", since=2000, held="silenced by bob for another 1h: upgrade")
    alerts.alert(RULE, "web5.queue", fired=None, told=())
    alerts.told(NAME, age=400)
    alerts.told(NAME, f"{RULE}: web4.queue", age=300, receiver="chat", how="failed", error="429")
    alerts.told("slow: db1", age=100)
    return alerts


def test_alerts_are_worst_first_with_what_how_much_since_when_and_who_knows(
    fires: SimulatedAlerts, web: Serving
) -> None:
    """Each row says what, how much, against which limit, since when, and who takes care of it."""
    assert fires.now
    rows = section(web, "alert")["rows"]

    assert [(row["name"], row["state"], row["status"]) for row in rows] == [
        (NAME, "firing", "CRITICAL"),
        (f"{RULE}: web3.queue", "acknowledged", "CRITICAL"),
        (f"{RULE}: web4.queue", "held", "CRITICAL"),
        (f"{RULE}: web2.queue", "firing", "WARNING"),
        (f"{RULE}: web5.queue", "pending", "OK"),
    ]
    assert rows[0]["sentence"] == f"{NAME}: value was 120, limit 100, for 12m"
    assert rows[0]["facts"]["told"] == "chat, oncall"
    assert rows[1]["sentence"].endswith("; acknowledged by ann: rebooting")
    assert rows[2]["sentence"].endswith("; silenced by bob for another 1h: upgrade")


def test_an_alert_has_its_thing_with_the_curve_and_the_threshold(
    fires: SimulatedAlerts, web: Serving
) -> None:
    """Its thing is linked; its numbers have the limits of the rule, and when it began to fire."""
    found = one(web, NAME)

    assert (found["about"]["kind"], found["about"]["name"]) == ("metric", THING)
    hour = found["curves"][0]
    assert hour["limits"] == [80, 100]
    assert [mark["text"] for mark in hour["marks"]] == ["left its limit", "fires"]
    assert found["episode"] == keys.episode_of(RULE, THING, fires.now - 420)


def test_a_rule_says_whether_a_test_covers_it(fires: SimulatedAlerts, web: Serving) -> None:
    """As far as it was recorded, and whether the rule is still the one that was tested."""
    unknown = one(web, RULE, "rules")["row"]["facts"]["tests"]
    fires.rule(RULE, digest="1")
    fires.tested({RULE: {"digest": "1", "files": ["tests/x.yml"], "failed": []}}, age=7200)
    covered = one(web, RULE, "rules")["row"]["facts"]["tests"]
    fires.tested({RULE: {"digest": "2", "files": [], "failed": []}}, age=7200)
    untouched = one(web, RULE, "rules")["row"]["facts"]["tests"]

    assert unknown.startswith("no run of tests is recorded")
    assert covered == "covered by tests/x.yml, passed 2h ago"
    assert untouched == "no test touches this rule, of 3 that ran 2h ago"


def test_an_alert_has_the_history_of_who_was_told(fires: SimulatedAlerts, web: Serving) -> None:
    """Of exactly this alert, newest first, also what did not arrive."""
    assert fires.now

    told = one(web, NAME)["told"]

    assert [(row["receiver"], row["how"], row["error"]) for row in told] == [
        ("chat", "failed", "429"),
        ("oncall", "told", ""),
    ]


def test_an_alert_that_is_over_is_still_found(fires: SimulatedAlerts, web: Serving) -> None:
    """Links in messages lead to it; it says so, and what was told last."""
    assert fires.now

    found = one(web, "slow: db1")

    assert (found["row"]["state"], found["row"]["status"]) == ("over", "OK")
    assert "is over; the last that was told of it, to oncall: CRITICAL" in found["row"]["sentence"]
    assert len(found["told"]) == 1
    assert found["episode"] == ""
    assert web.get("/api/v1/alerts/slow%3A%20db2").status == 404


def test_a_rule_has_its_limits_its_place_its_alerts_and_its_history(
    fires: SimulatedAlerts, web: Serving
) -> None:
    """What it is about and where it stands, what came of it, and who was told."""
    assert fires.now

    found = one(web, RULE, "rules")

    assert found["row"]["facts"]["file"] == "queues.yml:3"
    assert found["row"]["facts"]["critical"] == "value > 100"
    assert [row["name"].rpartition(" ")[2] for row in found["parts"]] == [
        "web1.queue",
        "web3.queue",
        "web4.queue",
        "web2.queue",
        "web5.queue",
    ]
    assert len(found["told"]) == 2


@pytest.mark.parametrize("name", ["a*b: c", "[x]: y?", "ü: \u202e", "..: /"])
def test_names_with_anything_in_them_have_a_page(
    alerts: SimulatedAlerts, web: Serving, name: str
) -> None:
    """Wildcards in a name stand for themselves."""
    rule, _, thing = name.partition(": ")
    alerts.evaluation()
    alerts.rule(rule)
    alerts.rule("aXb")
    alerts.alert(rule, thing)
    alerts.told(name)
    alerts.told("aXb: c")

    found = one(web, name)

    assert found["row"]["name"] == name
    assert len(found["told"]) == 1
    assert web.get(f"/one?kind=alert&name={quote(name)}").status == 200


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["", f"one?kind=alert&name={quote(NAME)}", "one?kind=rule&name="])
def test_it_fits_and_puts_up_no_barrier(
    screen: str, path: str, fires: SimulatedAlerts, web: Serving, window: Open
) -> None:
    """On no screen is there anything for axe-core to find, nor a page wider than the window."""
    assert fires.now
    page = window(**SCREENS[screen])

    status = page.open(at(web, path + quote(RULE) if path.endswith("=") else path))

    assert status == 200
    assert page.overflow == 0
    assert page.barriers() == []
