"""Signals that come by POST: stored before they are answered, and judged like all others."""

import gzip
import json
import socket
import struct
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from blinkenlights.config import CollectorConfig
from blinkenlights.kinds.heartbeat import keys as heartbeat_keys
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.post_source import PostSource
from servers.faulty import FaultyProxy
from servers.simulation import Simulation
from servers.valkey import Valkey
from servers.waiting import wait_until
from web.conftest import Serve
from web.serving import SECONDS, Serving


@pytest.fixture
def web(serve: Serve) -> Serving:
    """Give a server that takes what is posted."""
    return serve(post=True, body_bytes=100_000)


@pytest.fixture
def writer(web: Serving) -> str:
    """Give a token for writing."""
    return web.token("writer", "write")


def facts(simulation: Simulation) -> dict[str, str]:
    with StoreReader(parse_address(simulation.url), 5) as store:
        pairs = store.ask(("HGETALL", heartbeat_keys.FACTS))[0]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def line(**keys: object) -> str:
    return json.dumps(keys)


def transfer(source: str) -> str:
    """Return a report of sr3 on a transfer that is just over."""
    return line(
        kind="transfer",
        pubTime="20260921T141300",
        source=source,
        relPath="a/b",
        baseUrl="https://source.example/",
        size=10,
        report={"code": 201, "timeCompleted": "20260921T141301", "host": "h", "user": "alice"},
    )


def heard(web: Serving) -> None:
    """Wait until the server has told the store that it listens."""
    wait_until(
        lambda: any(
            queue["address"] == "http on web" and queue["connected"]
            for queue in web.get("/api/v1/collectors").json["queues"]
        ),
        "the source for what is posted",
    )


def test_a_heartbeat_is_in_the_store_when_it_is_answered(
    simulation: Simulation, web: Serving, writer: str
) -> None:
    """200 says that it is stored, with everything that it carried."""
    answer = web.post("/api/v1/heartbeat", line(name="cron", depth=7), writer)

    assert answer.status == 200
    assert answer.json == {"stored": 1, "skipped": 0, "rejected": 0, "lines": []}
    assert '"depth":7' in facts(simulation)["cron"]


def test_lines_of_any_kind_are_stored(simulation: Simulation, web: Serving, writer: str) -> None:
    """Each line names its kind, as on the sockets of a collector."""
    body = "\n".join(
        [
            line(kind="heartbeat", name="a"),
            "",
            line(kind="heartbeat", name="b", system="s"),
            line(kind="nothing"),
        ]
    )

    answer = web.post("/api/v1/lines", body, writer)

    assert answer.json["stored"] == 2
    assert [each["line"] for each in answer.json["lines"]] == [3]
    assert facts(simulation).keys() == {"a", "s:b"}


def test_what_holds_nothing_to_store_is_not_called_stored(web: Serving, writer: str) -> None:
    """A post among reports, and a code that is no outcome, are skipped: in order, not stored."""
    own = {"client": "alice", "code": 201}
    body = "\n".join(
        [
            line(kind="transfer", **own),
            line(kind="transfer", pubTime="20260921T141301", baseUrl="http://h/", relPath="x"),
            line(kind="transfer", **own | {"code": 102}),
            line(kind="transfer", **own | {"code": 999}),
        ]
    )

    answer = web.post("/api/v1/lines", body, writer)

    assert answer.status == 422
    counts = {key: answer.json[key] for key in ("stored", "skipped", "rejected")}
    assert counts == {"stored": 1, "skipped": 2, "rejected": 1}


def test_what_is_no_signal_is_answered_with_its_reason(
    simulation: Simulation, web: Serving, writer: str
) -> None:
    """422 names each line that was rejected; it is counted and sampled like any other reject."""
    body = b'{"kind": "heartbeat", "name": "a"}\nnot JSON\n{"kind": "nothing"}\n{"name": "x"}'

    answer = web.post("/api/v1/lines", body, writer)

    assert answer.status == 422
    assert answer.json["stored"] == 1
    assert [(each["line"], each["reason"]) for each in answer.json["lines"]] == [
        (2, "not JSON"),
        (3, "unknown kind"),
        (4, "no kind"),
    ]
    simulation.now += 2
    rejected = web.get("/api/v1/rejected").json
    assert rejected["counts"] == {"not JSON": 1, "unknown kind": 1, "no kind": 1}
    assert {sample["source"] for sample in rejected["samples"]} == {"http on web"}


@pytest.mark.parametrize("body", ["", "not JSON", "[]", "{}", '{"name": ""}', '{"name": 7}'])
def test_a_heartbeat_that_is_none_is_refused(web: Serving, writer: str, body: str) -> None:
    """Whatever is posted as a heartbeat has to be one."""
    answer = web.post("/api/v1/heartbeat", body, writer)

    assert answer.status == 422
    assert answer.json["lines"][0]["reason"]


def test_nothing_is_stored_where_nothing_is_taken(serve: Serve) -> None:
    """A server that only reads says so."""
    web = serve()
    token = web.token("writer", "write")

    answer = web.post("/api/v1/heartbeat", line(name="x"), token)

    assert answer.status == 403
    assert "post = true" in answer.json["detail"]


def test_a_body_that_is_too_long_is_refused(
    simulation: Simulation, web: Serving, writer: str
) -> None:
    """The limit is named, and nothing of it is stored."""
    answer = web.post("/api/v1/lines", line(kind="heartbeat", name="x", more="x" * 100_000), writer)

    assert answer.status == 413
    assert "100000 bytes" in answer.json["detail"]
    assert facts(simulation) == {}


BEAT = line(kind="heartbeat", name="x").encode()
ZIPPED = gzip.compress(BEAT, mtime=0)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", ZIPPED),
        ("x-gzip", ZIPPED),
        ("GZIP", gzip.compress(b"\n", mtime=0) + ZIPPED),
        ("deflate", zlib.compress(BEAT)),
        ("identity", BEAT),
    ],
    ids=["gzip", "x-gzip", "two parts", "deflate", "identity"],
)
def test_a_compressed_body_is_taken(
    simulation: Simulation, web: Serving, writer: str, coding: str, body: bytes
) -> None:
    """As Content-Encoding says, of one part or several."""
    answer = web.post("/api/v1/lines", body, writer, Content_Encoding=coding)

    assert answer.status == 200
    assert set(facts(simulation)) == {"x"}


@pytest.mark.parametrize(
    ("coding", "body", "status", "said"),
    [
        ("gzip", b"no gzip at all", 400, "is no gzip"),
        ("gzip", ZIPPED[:-9], 400, "ends too early"),
        ("gzip", ZIPPED[:12], 400, "ends too early"),
        ("gzip", ZIPPED[:-8] + b"12345678", 400, "is no gzip"),
        ("gzip", ZIPPED + b"and more", 400, "is no gzip"),
        ("deflate", b"\0\1nonsense", 400, "is no deflate"),
        ("gzip", gzip.compress(b" " * 100_001), 413, "100000 bytes"),
        ("br", b"zzzz", 415, "gzip or deflate"),
        ("gzip, gzip", ZIPPED, 415, "gzip or deflate"),
    ],
    ids=[
        "none",
        "cut in its end",
        "cut in its middle",
        "wrong sum",
        "more behind it",
        "no deflate",
        "a bomb",
        "another coding",
        "two codings",
    ],
)
def test_a_body_that_is_badly_compressed_is_the_senders_mistake(  # noqa: PLR0917 - fixtures
    simulation: Simulation,
    web: Serving,
    writer: str,
    caplog: pytest.LogCaptureFixture,
    coding: str,
    body: bytes,
    status: int,
    said: str,
) -> None:
    """It is told so, nothing of it is stored, and our log is spared."""
    answer = web.post("/api/v1/lines", body, writer, Content_Encoding=coding)

    assert answer.status == status
    assert said in answer.json["detail"]
    assert facts(simulation) == {}
    assert "our own code" not in caplog.text


POST = "POST /api/v1/lines HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n"


@pytest.mark.parametrize(
    "begun",
    [
        "GET /sta",
        "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"{POST}Content-Length: 100\r\n\r\nhalf",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
    ],
    ids=["half a head", "a stream", "half a body", "half a chunk"],
)
def test_who_resets_a_connection_writes_nothing_into_our_log(
    web: Serving, writer: str, caplog: pytest.LogCaptureFixture, begun: str
) -> None:
    """Whatever was under way, a line for each would be theirs to write."""
    assert web.server is not None
    places = web.server.listener.places
    for _ in range(5):
        connection = socket.create_connection((web.host, web.port), 20)
        connection.sendall(begun.format(writer).encode())
        wait_until(lambda: places.open == 1, "the connection")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        wait_until(lambda: places.open == 0, "its end")

    of_web = ("aiohttp", "asyncio", "blinkenlights.web")
    assert [each.getMessage() for each in caplog.records if each.name.startswith(of_web)] == []


def test_who_was_heard_by_post_is_alive_and_falls_silent(web: Serving, writer: str) -> None:
    """The server is a source like others: its watermark lets silence be judged."""
    web.post("/api/v1/heartbeat", line(name="cron", interval=1), writer)

    def state() -> str:
        component = web.get("/api/v1/components/cron").json["row"]
        return str(component["state"])

    wait_until(lambda: state() == "alive", "it to be judged")
    wait_until(lambda: state() == "silent", "its silence")


def test_when_the_server_ends_nobody_is_silent_because_of_it(
    simulation: Simulation, web: Serving, writer: str
) -> None:
    """Who was heard by a server that is gone is unheard, not CRITICAL."""
    web.post("/api/v1/heartbeat", line(name="cron"), writer)
    heard(web)

    web.stop()
    simulation.now += 600
    simulation.collector()

    said = simulation.heartbeats("--name cron")
    assert said.state == "UNKNOWN"
    assert said.number("silent") == 0


def test_what_may_have_been_posted_before_is_counted_once(
    simulation: Simulation, web: Serving, writer: str
) -> None:
    """With again=true a transfer whose answer got lost can be sent until there is one."""
    report = transfer("metpx")
    first = web.post("/api/v1/lines", report, writer)
    assert first.status == 200, first.text

    for _ in range(3):
        assert web.post("/api/v1/lines?again=true", report, writer).status == 200

    simulation.now += 2
    clients = web.get("/api/v1/clients").json["items"]
    assert [each["facts"]["good"] for each in clients] == [1]


def test_a_token_of_one_source_sends_transfers_of_that_source_only(
    simulation: Simulation, web: Serving
) -> None:
    """Nobody can write in the name of another, nor heartbeats of what belongs to all."""
    token = web.token("left", "write", source="left-source")
    reports = [transfer(source) for source in ("left-source", "right-source")]
    body = "\n".join([*reports, line(kind="heartbeat", name="x")])

    answer = web.post("/api/v1/lines", body, token)

    assert answer.json["stored"] == 1
    assert [(each["line"], each["reason"]) for each in answer.json["lines"]] == [
        (2, "not yours"),
        (3, "not yours"),
    ]
    assert facts(simulation) == {}
    assert [item["name"] for item in web.get("/api/v1/sources").json["items"]] == ["left-source"]


def test_an_attempt_that_froze_does_not_count_after_its_repeat(
    simulation: Simulation,
    valkey: Valkey,
    web: Serving,
    faulty_proxy: Callable[[int], FaultyProxy],
    tmp_path: Path,
) -> None:
    """The sender gave up and repeated it to another server, with again=true as it should."""
    writer = web.token("writer", "write")
    proxy = faulty_proxy(valkey.port)
    began = time.monotonic()
    slow = Serving(
        proxy.url, tmp_path, lambda: simulation.now + time.monotonic() - began, post=True
    )
    slow.config = msgspec.structs.replace(slow.config, collector=CollectorConfig(name="slow"))
    slow.start()
    try:
        assert slow.post("/api/v1/lines", transfer("before"), writer).status == 200
        proxy.delay(1.5)
        with ThreadPoolExecutor(1) as pool:
            frozen = pool.submit(slow.post, "/api/v1/lines", transfer("metpx"), writer)
            wait_until(proxy_holds_the_batch(slow), "the first attempt to be on its way")
            repeated = web.post("/api/v1/lines?again=true", transfer("metpx"), writer)
            assert not frozen.done()
            assert (repeated.status, frozen.result(SECONDS).status) == (200, 200)
    finally:
        proxy.heal()
        slow.stop()

    simulation.now += 2
    sources = web.get("/api/v1/sources").json["items"]
    good = {each["name"]: each["facts"]["good"] for each in sources}
    assert good == {"before": 1, "metpx": 1}


def proxy_holds_the_batch(server: Serving) -> Callable[[], bool]:
    """Return what tells whether a server has something in hand that is not stored."""
    assert server.collector is not None
    [running] = server.collector._sources._running
    assert isinstance(running.source, PostSource)
    intake = running.source._intake
    return lambda: intake.in_hand > 0 and not intake._gathering
