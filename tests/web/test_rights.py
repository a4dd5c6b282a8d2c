"""The users of the store that docs/security.md has for the web server can do all that it does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from blinkenlights.web.routes import ROUTES
from servers.simulated_alerts import SimulatedAlerts
from servers.simulation import NOW, Simulation
from servers.valkey import Valkey
from web.reading import first_event
from web.serving import Serving
from web.transfers import Transfers

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
READS = [
    route.path
    for route in ROUTES
    if route.method == "GET" and "{" not in route.path and "one" not in route.path
    # What these are about is in the query.
    if route.path not in ("/respond", "/link")
]
NAME = "slow: x"


def rules(user: str) -> list[str]:
    """Return the words of a user's line in the documentation."""
    line = re.search(rf"^user {user} (.*)$", DOCUMENTED, re.MULTILINE)
    assert line is not None
    return line[1].split()


@pytest.fixture(params=["blinkenlights-web", "blinkenlights-web-post"])
def web(
    request: pytest.FixtureRequest,
    valkey: Valkey,
    simulation: Simulation,
    tmp_path: Path,
) -> Iterator[Serving]:
    """Give a server whose user of the store has exactly the documented rights."""
    simulation.beat("x", extras={"depth": 7})
    Transfers(simulation).count("alice", "metpx")
    alerts = SimulatedAlerts(simulation)
    alerts.evaluation()
    alerts.rule("slow")
    alerts.alert("slow", "x")
    alerts.told(NAME)
    client: Any = valkey.client()
    client.execute_command("ACL", "SETUSER", request.param, "reset", *rules(request.param))
    password = next(word[1:] for word in rules(request.param) if word.startswith(">"))
    url = simulation.url.replace("redis://", f"redis://{request.param}:{password}@")
    serving = Serving(url, tmp_path, lambda: NOW, post=request.param.endswith("-post"))
    serving.start()
    yield serving
    serving.stop()
    client.execute_command("ACL", "DELUSER", request.param)


@pytest.mark.usefixtures("bare_environment")
def test_everything_can_be_read(web: Serving) -> None:
    """No route is refused by the store."""
    paths = [*READS, "/api/v1/components/x", "/api/v1/clients/alice", "/one?kind=client&name=alice"]
    about = urlencode({"kind": "alert", "name": NAME})
    paths += [f"/one?{about}", f"/respond?{about}", "/one?kind=rule&name=slow"]
    for path in paths:
        answer = first_event(web, path) if path == "/stream" else web.get(path)

        assert answer.status == 200, path
    for kind in ("components", "clients", "sources"):
        for query in ("name=*", "state=silent", "state=retired", "limit=1"):
            assert web.get(f"/api/v1/{kind}?{query}").status == 200


def test_what_is_posted_is_stored(web: Serving) -> None:
    """The user for posting writes; the one for reading has no need to."""
    token = web.token("writer", "write")

    answer = web.post("/api/v1/heartbeat", '{"name": "cron"}', token)

    assert answer.status == (200 if web.config.web.post else 403)


def test_what_people_do_about_alerts_is_kept(web: Serving) -> None:
    """By the user for posting, which has the rights for that."""
    token, allowed = web.token("writer", "write"), web.config.web.post
    body = json.dumps({"match": {"thing": "x"}, "end": NOW + 60})

    acknowledged = web.post("/api/v1/alerts/acknowledge", json.dumps({"alert": NAME}), token)
    silenced = web.post("/api/v1/silences", body, token)

    assert [acknowledged.status, silenced.status] == ([200, 200] if allowed else [403, 403])
    if allowed:
        path = f"/api/v1/silences/{silenced.json['id']}"
        assert web.ask("DELETE", path, token, None).status == 200


def test_the_user_for_reading_is_that_of_the_checks() -> None:
    """Whatever checks may not do, a page may not do either."""
    assert rules("blinkenlights-web")[2:] == rules("blinkenlights-checks")[2:]
