"""Who may see and do what: no token, tokens for all, and tokens of two sources."""

import base64
import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from blinkenlights.errors import ConfigError, UsageError
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.kinds.scanning import _label
from blinkenlights.kinds.transfer import keys as transfer_keys
from blinkenlights.web.routes import ROUTES
from blinkenlights.web.tokens import TokenFile
from servers.simulated_alerts import SimulatedAlerts
from servers.simulation import Simulation
from web.conftest import Serve
from web.reading import first_event
from web.serving import Answered, Serving
from web.transfers import Transfers

READS = [
    route.path
    for route in ROUTES
    # What a link may do its signature says, whoever has it: test_alert_pages.py.
    if route.method == "GET" and "{" not in route.path and route.path != "/link"
]
OPEN = {"/health", "/api/v1/openapi.json"}
STREAMS = {"/stream", "/stream/one"}


def filled(path: str) -> str:
    if path == "/respond":
        return f"{path}?kind=alert&name=slow:%20x"
    return f"{path}?kind=client&name=shared" if path in ("/one", "/stream/one") else path


def read(web: Serving, path: str, token: str = "") -> Answered:
    if path in STREAMS:
        return first_event(web, filled(path), token)
    return web.get(filled(path), token)


@pytest.fixture
def closed(serve: Serve, transfers: Transfers, alerts: SimulatedAlerts) -> Serving:
    """Give a server that nobody may read without a token, and some things to read."""
    alerts.evaluation()
    alerts.alert("slow", "x")
    transfers.count("shared", "metpx")
    return serve(anonymous="none", post=True)


@pytest.mark.parametrize("path", READS)
def test_reading_takes_a_token_where_it_is_demanded(closed: Serving, path: str) -> None:
    """Every path but /health and the document is closed without a token or with a wrong one."""
    token = closed.token("reader")

    answers = [read(closed, path, each) for each in ("", "wrong", token)]

    if path in OPEN:
        assert [answer.status for answer in answers] == [200, 401, 200]
    else:
        assert [answer.status for answer in answers] == [401, 401, 200]
        assert answers[0].headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", [path for path in READS if path not in OPEN | STREAMS])
def test_a_token_for_writing_reads_nothing(closed: Serving, path: str) -> None:
    """Who may only send learns nothing of others."""
    token = closed.token("writer", "write")

    answer = closed.get(filled(path), token)

    assert answer.status == 403


@pytest.mark.parametrize("path", ["/api/v1/heartbeat", "/api/v1/lines"])
def test_writing_takes_a_token_for_writing(closed: Serving, path: str) -> None:
    """Neither nobody nor a reader writes, also where everybody may read."""
    reader, writer = closed.token("reader"), closed.token("writer", "write")
    body = '{"kind": "heartbeat", "name": "x"}'

    assert closed.post(path, body).status == 401
    assert closed.post(path, body, reader).status == 403
    assert closed.post(path, body, writer).status == 200


def test_a_browser_reads_with_the_token_as_password(closed: Serving) -> None:
    """The password that a browser asks for is the token, and it does not write."""
    reader, writer = closed.token("reader"), closed.token("writer", "write")

    def basic(token: str) -> str:
        return "Basic " + base64.b64encode(f"anybody:{token}".encode()).decode()

    assert closed.get("/api/v1/status", Authorization=basic(reader)).status == 200
    assert closed.get("/api/v1/status", Authorization=basic("wrong")).status == 401
    assert closed.get("/api/v1/status", Authorization="Basic !").status == 401
    assert closed.get("/api/v1/status", Authorization="Digest x").status == 401
    assert closed.post("/api/v1/lines", "{}", Authorization=basic(writer)).status == 401


def test_a_token_that_was_taken_back_is_worth_nothing(closed: Serving) -> None:
    """Removing a token has an effect at once, without a restart."""
    token = closed.token("reader")
    assert closed.get("/api/v1/status", token).status == 200

    closed.tokens.remove("reader")

    assert closed.get("/api/v1/status", token).status == 401


class Two(NamedTuple):
    """A server with two sources that have a token each."""

    web: Serving
    left: str
    right: str
    whole: str


@pytest.fixture
def two(simulation: Simulation, transfers: Transfers, serve: Serve) -> Two:
    """Give a server where each of two sources has clients of its own and one that they share."""
    simulation.beat("some-component", age=600)
    transfers.count("left-client", "left-source", size=1111)
    transfers.count("shared", "left-source", size=1111)
    transfers.count("right-client", "right-source", size=2222)
    transfers.count("shared", "right-source", size=2222)
    transfers.count("shared", "right-source", code=500, size=3333)
    web = serve(anonymous="none", post=True)
    return Two(
        web,
        web.token("left", source="left-source"),
        web.token("right", source="right-source"),
        web.token("whole"),
    )


@pytest.mark.parametrize("path", [path for path in READS if path not in OPEN])
def test_one_source_never_reads_a_word_of_another(two: Two, path: str) -> None:
    """Wherever one can read, with the token of a source nothing of another source is there."""
    mine, others = read(two.web, path, two.left), read(two.web, path, two.right)

    assert mine.status in (200, 403)
    for answer, name in ((mine, "right"), (others, "left")):
        for secret in (f"{name}-source", f"{name}-client", "some-component", "collector-1"):
            assert secret not in answer.text, secret
    if mine.status == 200 and path not in ("/api/v1/components", "/api/v1/machines", "/machines"):
        whole = read(two.web, path, two.whole)
        assert whole.status == 200
        assert whole.text != mine.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/sources/left-source", 200),
        ("/api/v1/sources/right-source", 404),
        ("/api/v1/clients/left-client", 200),
        ("/api/v1/clients/shared", 200),
        ("/api/v1/clients/right-client", 404),
        ("/api/v1/components/some-component", 404),
        ("/one?kind=source&name=right-source", 404),
        ("/one?kind=client&name=right-client", 404),
        ("/one?kind=client&name=left-client", 200),
        ("/one?kind=component&name=some-component", 404),
        ("/stream/one?kind=client&name=right-client", 404),
    ],
)
def test_one_source_has_pages_of_its_own_things_only(two: Two, path: str, status: int) -> None:
    """What belongs to others is as unknown as what never was."""
    answer = two.web.get(path, two.left)

    assert answer.status == status


@pytest.mark.parametrize(
    "query",
    ["", "name=*", "name=right*", "name=*client*", "state=alive", "state=expected", "limit=1"],
)
@pytest.mark.parametrize("kind", ["clients", "sources"])
def test_no_filter_leads_to_another_source(two: Two, kind: str, query: str) -> None:
    """Globs, states and pages stay within the one source."""
    answer = two.web.get(f"/api/v1/{kind}?{query}", two.left)

    assert answer.status == 200
    assert "right" not in answer.text


def test_a_shared_client_is_judged_by_what_the_source_sent(two: Two) -> None:
    """Of a client that takes from both, each source sees its own transfers only."""
    facts = [
        two.web.get("/api/v1/clients/shared", token).json["row"]["facts"]
        for token in (two.left, two.right, two.whole)
    ]

    assert [(each["good"], each["bad"]) for each in facts] == [(1, 0), (1, 1), (2, 1)]
    assert [each["bytes"] for each in facts] == [1111, 2222 + 3333, 1111 + 2222 + 3333]


def test_a_cursor_of_another_leads_nowhere(two: Two) -> None:
    """A cursor that somebody else was given opens nothing."""
    cursors = [
        f"{_label(key)}.0"
        for key in (
            f"{transfer_keys.GOOD}client",
            f"{transfer_keys.GOOD}source",
            f"{heartbeat_keys.SEEN_BY_INTERVAL}60",
        )
    ]
    for cursor in (*cursors, "after.a"):
        for kind in ("clients", "sources", "components", "machines"):
            answer = two.web.get(f"/api/v1/{kind}?cursor={cursor}", two.left)

            assert "right" not in answer.text
            assert "some-component" not in answer.text


def test_doubts_name_no_queue_to_a_source(two: Two, simulation: Simulation) -> None:
    """That something was not heard is said, but not where others send to."""
    simulation.collector(
        sources=[
            simulation.source("queue of right-source", kind="transfer", behind=300, connected=False)
        ]
    )

    answer = two.web.get("/api/v1/status", two.left)

    assert answer.json["doubts"]
    assert answer.json["status"] == "UNKNOWN"
    assert "right-source" not in answer.text
    assert "right-source" in two.web.get("/api/v1/status", two.whole).text


def test_the_token_file_holds_no_token(tmp_path: Path) -> None:
    """Who reads the file cannot use what stands there, and nobody else may read it."""
    path = tmp_path / "web.tokens"
    file = TokenFile(str(path))

    token = file.add("x", "read", None, 0.0)

    text = path.read_text()
    assert token not in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert file.find(token) is not None
    assert file.find(json.loads(text)["digest"]) is None


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Two tokens of one name could not be told apart when one is to be taken back."""
    file = TokenFile(str(tmp_path / "web.tokens"))
    file.add("x", "read", None, 0.0)

    with pytest.raises(UsageError, match="already"):
        file.add("x", "write", None, 0.0)


def test_a_line_that_is_no_token_is_named_and_not_repeated(tmp_path: Path) -> None:
    """What somebody wrote there by hand may be a secret."""
    path = tmp_path / "web.tokens"
    path.write_text("hunter2\n")

    with pytest.raises(ConfigError, match="line 1 of") as raised:
        TokenFile(str(path)).tokens()

    assert "hunter2" not in str(raised.value)


def test_permissions_that_an_administrator_gave_stay(tmp_path: Path) -> None:
    """A group that may read the file may read it after the next token as well."""
    path = tmp_path / "web.tokens"
    file = TokenFile(str(path))
    file.add("x", "read", None, 0.0)
    path.chmod(0o640)

    file.add("y", "read", None, 0.0)

    assert path.stat().st_mode & 0o777 == 0o640


def test_no_token_is_in_an_answer_or_in_the_log(
    closed: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is done with a token, it is not repeated."""
    token = closed.token("reader")
    wrong = "wrong-" + token

    answers = [
        closed.get("/api/v1/status", wrong),
        closed.get(f"/api/v1/status?token={token}", token),
        closed.get(f"/nowhere/{quote(token)}", token),
        closed.post("/api/v1/lines", token, token),
        closed.get("/", Authorization=f"Basic {token}"),
    ]

    assert all(answer.status >= 400 for answer in answers)
    for answer in answers:
        assert token not in answer.text
        assert token not in str(answer.headers)
    assert token not in caplog.text
