"""What /api/v1/ answers to who may read."""

from typing import NoReturn
from urllib.parse import quote

import pytest

from blinkenlights.errors import StoreUnreachable
from servers.simulation import Simulation
from web.serving import Serving
from web.transfers import Transfers


def all_pages(web: Serving, path: str) -> list[dict[str, object]]:
    """Return the items of all pages of a list."""
    items: list[dict[str, object]] = []
    cursor = ""
    for _ in range(200):
        separator = "&" if "?" in path else "?"
        page = web.get(f"{path}{separator}cursor={quote(cursor)}").json
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items
    raise AssertionError("there is no end of pages")


def test_the_status_is_the_snapshot(simulation: Simulation, web: Serving) -> None:
    """/status gives what the page shows, as JSON."""
    simulation.beat("x", age=600)

    answer = web.get("/api/v1/status")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json["status"] == "CRITICAL"
    assert answer.json["sections"][0]["counts"] == {"silent": 1}
    assert answer.json["sections"][0]["rows"][0]["name"] == "x"


def test_the_snapshot_is_taken_once_for_all_who_ask_within_a_second(
    simulation: Simulation, web: Serving
) -> None:
    """What was made a moment ago is given again, without asking the store."""
    simulation.beat("x")
    first = web.get("/api/v1/status").json
    simulation.now += 0.5

    second = web.get("/api/v1/status").json

    assert second["made"] == first["made"]


@pytest.mark.parametrize("query", ["kind=component", "name=s*", "state=silent"])
def test_the_status_can_be_narrowed(simulation: Simulation, web: Serving, query: str) -> None:
    """Filters are those of the page."""
    simulation.beat("alive")
    simulation.beat("silent", age=600)

    rows = web.get(f"/api/v1/status?{query}").json["sections"][0]["rows"]

    assert rows[0]["name"] == "silent"
    assert len(rows) == (2 if "kind" in query else 1)


def test_what_fails_is_no_transfer_a_minute(
    simulation: Simulation, transfers: Transfers, web: Serving
) -> None:
    """The column "good a minute" does not rise by errors, of which another tells the share."""
    simulation.collector(sources=[simulation.source("transfers", kind="transfer")])
    for code in (201, 201, 503, 503, 503, 503):
        transfers.count("alice", "metpx", age=90, code=code)

    facts = web.get("/api/v1/clients/alice").json["row"]["facts"]

    assert (facts["per_minute"], facts["errors_percent"]) == (0.4, 66.7)


def test_a_large_list_is_given_page_by_page(simulation: Simulation, web: Serving) -> None:
    """Every component is on some page, whatever happens between two pages."""
    names = {f"c{number}" for number in range(2500)}
    simulation.store(*[simulation.heartbeat(name, age=5) for name in sorted(names)])
    simulation.store(*[simulation.heartbeat(f"daily{n}", interval=86400) for n in range(300)])
    simulation.expect("never", age=3000)
    simulation.beat("gone")
    simulation.retire("gone")

    items = all_pages(web, "/api/v1/components?limit=400")

    states = {str(item["name"]): item["state"] for item in items}
    assert names | {f"daily{n}" for n in range(300)} <= states.keys()
    assert states["never"] == "expected"
    assert states["gone"] == "retired"
    assert states["c1"] == "alive"


def test_a_page_is_no_larger_than_it_has_to_be(simulation: Simulation, web: Serving) -> None:
    """A page of a large fleet never holds the fleet."""
    simulation.store(*[simulation.heartbeat(f"c{n}", age=5) for n in range(3000)])

    page = web.get("/api/v1/components?limit=100").json

    assert 100 <= len(page["items"]) < 400
    assert page["next"]


def test_those_in_one_state_are_listed_by_name(simulation: Simulation, web: Serving) -> None:
    """The few that are silent among many are found at once, and paged by name."""
    simulation.store(*[simulation.heartbeat(f"c{n}", age=5) for n in range(2000)])
    simulation.store(*[simulation.heartbeat(f"s{n:02}", age=600) for n in range(25)])

    first = web.get("/api/v1/components?state=silent&limit=10").json
    items = all_pages(web, "/api/v1/components?state=silent&limit=10")

    assert [item["name"] for item in first["items"]] == [f"s{n:02}" for n in range(10)]
    assert [item["name"] for item in items] == [f"s{n:02}" for n in range(25)]


@pytest.mark.parametrize("state", ["alive", "late", "retired"])
def test_lists_hold_what_is_in_the_state(simulation: Simulation, web: Serving, state: str) -> None:
    """A filter for a state leaves out all others."""
    simulation.beat("alive")
    simulation.beat("late", age=100)
    simulation.beat("retired")
    simulation.retire("retired")

    items = all_pages(web, f"/api/v1/components?state={state}")

    assert [item["name"] for item in items] == [state]


def test_a_name_with_anything_in_it_has_its_page(simulation: Simulation, web: Serving) -> None:
    """Slashes, globs, dots and letters of any script are names like others."""
    names = ["a/b", "a[1]*?", "..", "größe", "a:b c", "%2F", '<b>"', "a" * 255]
    for name in names:
        simulation.beat(name)

    for name in names:
        answer = web.get(f"/api/v1/components/{quote(name, safe='').replace('.', '%2E')}")

        assert answer.status == 200, name
        assert answer.json["row"]["name"] == name


def test_what_is_not_known_is_not_found(web: Serving) -> None:
    """The answer says so as RFC 9457 has it."""
    answer = web.get("/api/v1/components/nobody")

    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json == {
        "title": "Not Found",
        "status": 404,
        "detail": "no component of that name is known",
    }


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=many",
        "limit=1&limit=2",
        "colour=red",
        "cursor=nowhere",
        "cursor=60.x",
        f"name={'x' * 256}",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    simulation: Simulation, web: Serving, query: str
) -> None:
    """A typo is an answer, never a list of everything."""
    simulation.beat("x")

    answer = web.get(f"/api/v1/components?{query}")

    assert answer.status == 400
    assert answer.json["detail"]


@pytest.mark.parametrize("cursor", ["61.0", "0123456789ab.0", "abc.99999999999999999999"])
def test_a_cursor_that_leads_nowhere_is_said(
    simulation: Simulation, web: Serving, cursor: str
) -> None:
    """A cursor of a list that is gone does not begin another one."""
    simulation.beat("x")

    answer = web.get(f"/api/v1/components?cursor={cursor}")

    assert answer.status == 404


def test_a_list_that_has_not_changed_is_not_sent_again(
    simulation: Simulation, web: Serving
) -> None:
    """Who names the ETag gets 304 until a state, a time or a fact is another."""
    simulation.beat("x", age=10)
    etag = web.get("/api/v1/components").headers["ETag"]
    simulation.now += 2
    simulation.collector()

    same = web.get("/api/v1/components", If_None_Match=etag)
    simulation.beat("x", age=0)
    other = web.get("/api/v1/components", If_None_Match=etag)

    assert (same.status, same.body) == (304, b"")
    assert same.headers["ETag"] == etag
    assert other.status == 200
    assert other.headers["ETag"] != etag


def test_an_etag_does_not_outlive_the_state(simulation: Simulation, web: Serving) -> None:
    """That somebody fell silent is a change, though nothing was stored."""
    simulation.beat("x", age=10)
    etag = web.get("/api/v1/components/x").headers["ETag"]
    simulation.now += 300
    simulation.collector()

    answer = web.get("/api/v1/components/x", If_None_Match=etag)

    assert answer.status == 200
    assert answer.json["row"]["state"] == "silent"


def test_clients_and_sources_are_listed(web: Serving, transfers: Transfers) -> None:
    """Flows have their lists and pages as components have."""
    transfers.count("alice", "metpx")

    clients = all_pages(web, "/api/v1/clients")
    detail = web.get("/api/v1/clients/alice").json

    assert [(item["name"], item["state"]) for item in clients] == [("alice", "alive")]
    assert detail["row"]["facts"]["good"] == 1
    assert len(detail["minutes"]) == 60
    assert [item["name"] for item in all_pages(web, "/api/v1/sources")] == ["metpx"]


def test_the_collectors_are_listed(simulation: Simulation, web: Serving) -> None:
    """Who listens, how far each queue is stored, and when it could not be heard."""
    simulation.collector("collector-2", age=100)
    simulation.gap(400, 300)

    answer = web.get("/api/v1/collectors").json

    assert [(each["name"], each["running"]) for each in answer["collectors"]] == [
        ("collector-2", False),
        ("collector-1", True),
    ]
    assert answer["queues"][0]["connected"] is True
    assert [each["end"] - each["start"] for each in answer["missed"]] == [100]


def test_a_store_that_is_away_is_logged_once(
    web: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    """However many ask meanwhile, the log says when it went and when it came back."""
    assert web.server is not None
    store = web.server._site.store
    connect = store._connect
    store._connect = _nowhere
    assert [web.get("/api/v1/components").status for _ in range(5)] == [503] * 5

    store._connect = connect
    assert web.get("/api/v1/components").status == 200

    assert caplog.text.count("the store fails: ") == 1
    assert caplog.text.count("the store works again after ") == 1
    assert "not answered" not in caplog.text


def test_a_doubt_is_about_all_and_not_about_each(simulation: Simulation, web: Serving) -> None:
    """With one the whole is not OK; a row says whether it is about that."""
    away = simulation.source("away at somewhere", connected=False, behind=600)
    simulation.collector(sources=[simulation.source(), away])
    simulation.beat("x")

    status = web.get("/api/v1/status").json
    listed = web.get("/api/v1/components").json
    one = web.get("/api/v1/components/x").json

    assert [bool(each["doubts"]) for each in (status, listed, one)] == [True, True, False]
    assert (status["status"], status["sections"][0]["status"]) == ("UNKNOWN", "UNKNOWN")
    assert [each["status"] for each in listed["items"]] == ["OK"]
    assert one["row"]["status"] == "OK"


def test_a_store_that_is_away_is_said_without_its_address(web: Serving) -> None:
    """Nothing is made up when the store does not answer, and no address is given away."""
    assert web.server is not None
    web.server._site.store._connect = web.server._site.health._store._connect = _nowhere

    answer = web.get("/api/v1/status")

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.json["detail"] == "the store does not answer; try again in 5 s"
    assert web.get("/health").json == {"status": "failing", "reason": "the store does not answer"}


def _nowhere() -> NoReturn:
    raise StoreUnreachable("the store at redis://secret.example:6379/0 cannot be reached")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "/api/v1/status", 405), ("GET", "/api/v2/status", 404), ("GET", "/x", 404)],
)
def test_what_no_route_answers_is_an_answer(
    web: Serving, method: str, path: str, status: int
) -> None:
    """Wrong paths and methods are said as problems."""
    answer = web.ask(method, path, "", None)

    assert answer.status == status
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    ("path", "takes"),
    [
        ("/", "GET and HEAD"),
        ("/health", "GET and HEAD"),
        ("/stream", "GET"),
        ("/static/style.css", "GET and HEAD"),
        ("/api/v1/status", "GET and HEAD"),
        ("/api/v1/lines", "POST"),
    ],
)
def test_a_method_that_an_address_does_not_take(web: Serving, path: str, takes: str) -> None:
    """It is said in HTML and in JSON alike that there is something, and what it takes."""
    for accept in ("text/html", "application/json", "text/plain"):
        answer = web.ask("DELETE", path, "", None, Accept=accept)

        assert answer.status == 405
        assert answer.headers["Allow"].replace(",", " and ") == takes
        assert f"his address takes {takes}" in answer.text
        assert "nothing at this address" not in answer.text
        is_html = accept == "text/html" and not path.startswith("/api/")
        kind = "text/html; charset=utf-8" if is_html else "application/problem+json"
        assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize("path", ["/static/nope", "/stream/one", "/static/a%2Fb"])
def test_a_page_that_refuses_leads_back_from_where_it_is(web: Serving, path: str) -> None:
    """A link to where the page is goes up as far as the address went down."""
    answer = web.get(path)

    assert answer.status in (400, 404)
    assert '<a href="../">Back to everything</a>' in answer.text
    assert 'href="../static/style.css?' in answer.text


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_fault_of_ours_is_said_to_people_as_a_page(
    web: Serving, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    """Whoever looks with a browser gets no JSON."""
    assert web.server is not None

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(web.server._site.access, "visitor", fail)

    answer = web.get("/", Accept=accept)

    assert answer.status == 500
    assert "our own code failed; see the server" in answer.text
    assert ("<h1>Internal Server Error</h1>" in answer.text) == (accept == "text/html")


def test_every_answer_has_the_headers_that_protect_it(web: Serving) -> None:
    """Also an error tells a browser what it must not do."""
    for path in ("/", "/api/v1/status", "/nowhere", "/metrics"):
        headers = web.get(path).headers

        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["Server"] == "blinkenlights"
