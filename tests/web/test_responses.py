"""What people do about alerts by the API: acknowledge, silence, take back, look up."""

import json
from base64 import b64encode
from typing import Any

import pytest

from blinkenlights.kinds.alert import keys
from blinkenlights.store.address import parse_address
from blinkenlights.store.annotations import annotations
from blinkenlights.store.reader import StoreReader
from servers.simulated_alerts import SimulatedAlerts
from web.conftest import Serve
from web.serving import Answered, Serving

NAME = "queue is long: web1.queue"


@pytest.fixture
def web(serve: Serve) -> Serving:
    """Give a server that takes what is posted."""
    return serve(post=True)


@pytest.fixture
def writer(web: Serving) -> str:
    """Give a token for writing."""
    return web.token("ann", "write")


@pytest.fixture(autouse=True)
def fires(alerts: SimulatedAlerts) -> SimulatedAlerts:
    """Give an alert that fires, and one that is pending."""
    alerts.evaluation()
    alerts.rule("queue is long")
    alerts.alert("queue is long", "web1.queue")
    alerts.alert("queue is long", "web2.queue", fired=None, told=())
    return alerts


def acknowledge(web: Serving, token: str, alert: str = NAME, **keys: Any) -> Answered:  # noqa: ANN401 - JSON
    return web.post("/api/v1/alerts/acknowledge", json.dumps({"alert": alert, **keys}), token)


def silence(web: Serving, token: str, **keys: Any) -> Answered:  # noqa: ANN401 - JSON
    return web.post("/api/v1/silences", json.dumps(keys), token)


def noted(alerts: SimulatedAlerts) -> list[tuple[str, str]]:
    """Return what was annotated, and by whom, the latest first."""
    with StoreReader(parse_address(alerts.simulation.url), 5.0) as reader:
        return [(one.text, one.by) for one in annotations(reader)]


def state(web: Serving, alert: str = NAME) -> tuple[str, str]:
    row = web.get(f"/api/v1/alerts/{alert.replace(' ', '%20')}").json["row"]
    return row["state"], row["sentence"].rpartition("; ")[2]


def test_an_alert_is_acknowledged_in_the_name_of_the_token(
    fires: SimulatedAlerts, web: Serving, writer: str
) -> None:
    """The page shows it at once, and it is noted for all to see."""
    until = fires.now + 3600

    answer = acknowledge(web, writer, until=until, reason="rebooting")

    assert answer.status == 200
    episode = keys.episode_of("queue is long", "web1.queue", fires.now - 420)
    known = {"alert": NAME, "episode": episode, "by": "ann", "until": until, "reason": "rebooting"}
    assert {key: answer.json[key] for key in known} == known
    assert state(web) == ("acknowledged", "acknowledged by ann: rebooting")
    assert noted(fires) == [(f"acknowledged {NAME}: rebooting", "ann")]


@pytest.mark.parametrize(
    ("alert", "more", "status"),
    [
        ("queue is long: web2.queue", {}, 404),
        ("queue is long: web3.queue", {}, 404),
        ("", {}, 400),
        (NAME, {"episode": "0123456789abcdef"}, 409),
        (NAME, {"until": 1.0}, 400),
        (NAME, {"until": 1e300}, 400),
        (NAME, {"until": "soon"}, 400),
        (NAME, {"reason": "x" * 501}, 400),
        (NAME, {"by": "somebody else"}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_acknowledged_is_refused(  # noqa: PLR0917 - fixtures
    fires: SimulatedAlerts,
    web: Serving,
    writer: str,
    alert: str,
    more: dict[str, object],
    status: int,
) -> None:
    """What does not fire, or another firing, or a moment that is over; nobody acts for others."""
    assert acknowledge(web, writer, alert, **more).status == status
    assert state(web)[0] == "firing"
    assert noted(fires) == []


def test_what_is_silenced_is_listed_until_it_is_taken_back(
    fires: SimulatedAlerts, web: Serving, writer: str
) -> None:
    """With who, until when and why."""
    made = silence(web, writer, match={"thing": "web*"}, end=fires.now + 600, reason="upgrade").json

    assert (made["by"], made["match"], made["reason"]) == ("ann", {"thing": "web*"}, "upgrade")
    assert web.get("/api/v1/silences").json["silences"] == [made]

    answer = web.ask("DELETE", f"/api/v1/silences/{made['id']}", writer, None)

    assert (answer.status, answer.json) == (200, made)
    assert web.get("/api/v1/silences").json["silences"] == []
    assert web.ask("DELETE", f"/api/v1/silences/{made['id']}", writer, None).status == 404
    assert [text for text, _ in noted(fires)] == [
        "silenced no more thing=web*",
        "silenced thing=web*: upgrade",
    ]


def test_a_silence_that_is_over_is_not_listed(
    fires: SimulatedAlerts, web: Serving, writer: str
) -> None:
    """Whether or not anybody has forgotten it yet."""
    fires.silence("old", {"thing": "x"}, until=-1)
    silence(web, writer, match={"thing": "web*"}, end=fires.now + 600)

    assert [each["match"] for each in web.get("/api/v1/silences").json["silences"]] == [
        {"thing": "web*"}
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"match": {}, "end": 9e9},
        {"match": {"thing": ""}, "end": 9e9},
        {"match": {"": "x"}, "end": 9e9},
        {"match": {"thing": "x"}, "end": 5},
        {"match": {"thing": "x"}, "end": 9e9, "start": 9.5e9},
        {"match": {"thing": "x"}},
        {"match": {"thing": 7}, "end": 9e9},
        {"match": {str(number): "x" for number in range(21)}, "end": 9e9},
        [],
    ],
    ids=str,
)
def test_a_silence_that_makes_no_sense_is_refused(web: Serving, writer: str, body: object) -> None:
    """Of everything, of nothing, for no time."""
    assert web.post("/api/v1/silences", json.dumps(body), writer).status == 400
    assert web.get("/api/v1/silences").json["silences"] == []


def test_history_has_what_was_told_and_what_was_not(fires: SimulatedAlerts, web: Serving) -> None:
    """Newest first; and what could not be delivered, with the last error."""
    fires.told(NAME, age=60)
    fires.told(NAME, age=30, receiver="chat", how="dead", error="no such channel")
    fires.dead("chat", "no such channel")

    found = web.get("/api/v1/alerts/history").json

    assert [(row["receiver"], row["how"]) for row in found["told"]] == [
        ("chat", "dead"),
        ("oncall", "told"),
    ]
    assert [letter["error"] for letter in found["dead"]] == ["no such channel"]


ACTIONS = {
    "acknowledge": ("POST", "/api/v1/alerts/acknowledge", {"alert": NAME}),
    "silence": ("POST", "/api/v1/silences", {"match": {"thing": "x"}, "end": 9e9}),
    "unsilence": ("DELETE", "/api/v1/silences/old", None),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_not_write_does_nothing(fires: SimulatedAlerts, web: Serving, action: str) -> None:
    """Without a token, with one for reading, for one source, or by what a browser sends itself."""
    method, path, keys = ACTIONS[action]
    body = None if keys is None else json.dumps(keys).encode()
    fires.silence("old", {"thing": "x"})
    reader, source = web.token("reader"), web.token("source", "write", "metpx")
    by_itself = b64encode(f"x:{web.token('ann', 'write')}".encode()).decode()

    assert web.ask(method, path, "", body).status == 401
    assert web.ask(method, path, reader, body).status == 403
    assert web.ask(method, path, source, body).status == 403
    assert web.ask(method, path, "", body, Authorization=f"Basic {by_itself}").status == 401
    assert web.ask("GET", path, reader, None).status != 200 or action == "silence"
    assert state(web)[0] == "firing"
    assert [each["id"] for each in web.get("/api/v1/silences").json["silences"]] == ["old"]


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_where_nothing_is_taken(serve: Serve, action: str) -> None:
    """A server that only reads says so."""
    web = serve()
    method, path, keys = ACTIONS[action]
    body = None if keys is None else json.dumps(keys).encode()

    answer = web.ask(method, path, web.token("ann", "write"), body)

    assert answer.status == 403
    assert "post = true" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/api/v1/silences", "/api/v1/alerts/history"])
def test_who_may_see_one_source_sees_no_alerts(web: Serving, path: str) -> None:
    """They are about everything."""
    assert web.get(path, web.token("source", "read", "metpx")).status == 403
