"""The callback for Sarracenia: in a stand-in of sr3's flow, and in a real sr3."""

import importlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pika
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import AmqpConfig, LinesConfig
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.inflight.flown import Flown, in_flight_at
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from collector.running import RunningCollector, Stored, config
from servers.rabbitmq import Broker
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]
ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "blinkenlights"
EXCHANGE = "xpublic"
JSON = pika.BasicProperties(content_type="application/json", headers={})


def in_flight(valkey: Valkey) -> list[Flown]:
    """Return what is in flight now."""
    now = wall_clock()
    with StoreReader(parse_address(valkey.url), 5.0) as store:
        return in_flight_at(store, now, now).flown


@pytest.fixture
def socket_url(valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path) -> str:
    """Give the socket of a collector."""
    url = f"unix://{tmp_path}/lines"
    collect(config(valkey.url, lines=[LinesConfig(listen=url)]))
    stored.wait_until_caught_up()
    return url


class Options(SimpleNamespace):
    """The options of a flow, as sr3 gives them to a callback."""

    def add_option(self, name: str, _kind: str, default: object) -> None:
        """Give an option its default, where the flow does not set it."""
        if not hasattr(self, name):
            setattr(self, name, default)


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Give a function that makes the callback, with sr3's base class replaced by its least."""

    class FlowCB:
        def __init__(self, options: Options, _log: object) -> None:
            self.o = options

    flowcb = ModuleType("sarracenia.flowcb")
    flowcb.FlowCB = FlowCB  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sarracenia", ModuleType("sarracenia"))
    monkeypatch.setitem(sys.modules, "sarracenia.flowcb", flowcb)
    monkeypatch.delitem(sys.modules, "blinkenlights.sarracenia", raising=False)
    module = importlib.import_module("blinkenlights.sarracenia")
    return lambda url: module.InFlight(Options(blinkenlightsUrl=url, blinkenlightsNode="pump1"))


def worklist(**lists: list[dict[str, Any]]) -> SimpleNamespace:
    """Return the lists of messages of one turn of a flow."""
    empty: dict[str, list[Any]] = {"incoming": [], "ok": [], "rejected": [], "failed": []}
    return SimpleNamespace(**(empty | lists))


def test_what_a_flow_accepts_is_in_flight_until_it_is_worked_on(
    callback: Callable[[str], Any], socket_url: str, valkey: Valkey, stored: Stored
) -> None:
    """What failed is over as well, and counts as bad; when it is tried again it begins again."""
    flow = callback(socket_url)
    messages = [{"relPath": f"file{number}", "source": "metpx", "size": 5} for number in (1, 2)]
    flow.on_start()

    flow.after_accept(worklist(incoming=messages))
    wait_until(lambda: len(in_flight(valkey)) == 2, "both to be in flight")
    flow.after_work(worklist(ok=messages[:1], failed=messages[1:]))
    wait_until(lambda: in_flight(valkey) == [], "both to be over")
    flow.after_accept(worklist(incoming=messages[1:]))
    wait_until(lambda: len(in_flight(valkey)) == 1, "the retry")
    flow.on_stop()

    [again] = in_flight(valkey)
    assert (again.node, again.client, again.source, again.name) == (
        "pump1",
        "pump1",
        "metpx",
        "file2",
    )
    assert stored.count("stored:transfer") == 5


def recorded(flow: SimpleNamespace) -> list[dict[str, Any]]:
    """Return the list that what the callback posts is put into, instead of being sent."""
    lines: list[dict[str, Any]] = []
    flow._posting = SimpleNamespace(post=lambda line: lines.append(json.loads(line)))
    return lines


def ended(lines: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return name and code of what is over."""
    return [(line["name"], line["code"]) for line in lines if line["state"] == "finished"]


def test_what_sr3_took_away_to_try_again_is_over(callback: Callable[[str], Any]) -> None:
    """Its own callback empties the list of failures before ours is asked."""
    flow = callback("unix:///nowhere")
    lines = recorded(flow)
    flow.after_accept(worklist(incoming=[{"relPath": "file"}]))

    flow.after_work(worklist())

    assert ended(lines) == [("file", 499)]


def test_a_file_that_is_there_already_is_no_failure(callback: Callable[[str], Any]) -> None:
    """What sr3 refuses counts by the code that sr3 gives, good or bad."""
    flow = callback("unix:///nowhere")
    lines = recorded(flow)
    messages: list[dict[str, Any]] = [{"relPath": "there"}, {"relPath": "gone"}]
    flow.after_accept(worklist(incoming=messages))
    messages[0]["report"] = {"code": 204}
    messages[1]["report"] = {"code": 410}

    flow.after_work(worklist(rejected=messages))

    assert ended(lines) == [("there", 204), ("gone", 410)]


def test_a_file_for_several_publishers_counts_once(callback: Callable[[str], Any]) -> None:
    """Nor does it count again when its post is tried again in a later turn."""
    flow = callback("unix:///nowhere")
    lines = recorded(flow)
    message = {"relPath": "file", "size": 5}
    flow.after_accept(worklist(incoming=[message]))

    flow.after_work(worklist(ok=[dict(message, relPath=f"{place}/file") for place in "ab"]))
    flow.after_work(worklist(ok=[message]))

    assert ended(lines) == [("file", 201)]


@pytest.mark.parametrize(
    ("scheme", "tls"), [("amqp", False), ("amqps", {"server_hostname": "127.0.0.1"})]
)
def test_a_broker_gets_what_a_collector_takes(
    scheme: str, tls: object, callback: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The routing key is none of Sarracenia's, under which it would be skipped as a post.

    With TLS the broker has to be who it is said to be.
    """
    sent: list[tuple[bytes, str]] = []

    class Connection:
        def __init__(self, **given: object) -> None:
            assert given["ssl"] == tls

        def connect(self) -> None: ...

        def close(self) -> None: ...

        def channel(self) -> SimpleNamespace:
            def publish(body: bytes, exchange: str, routing_key: str) -> None:
                assert exchange == "blinkenlights"
                sent.append((body, routing_key))

            return SimpleNamespace(basic_publish=publish)

    amqp = SimpleNamespace(Connection=Connection, Message=lambda body, **_: body)
    monkeypatch.setitem(sys.modules, "amqp", amqp)
    flow = callback(f"{scheme}://u:p@127.0.0.1/?exchange=blinkenlights")
    flow.on_start()
    message = {"relPath": "file"}

    flow.after_accept(worklist(incoming=[message]))
    flow.after_work(worklist(ok=[message]))
    flow.on_stop()

    assert [type(parse(body, key)) for body, key in sent] == [Started, Transfer]


def test_a_collector_that_is_away_stops_nobody(
    callback: Callable[[str], Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The flow goes on at once, and the log says it once, without a password."""
    flow = callback(f"amqp://u:SESAME@127.0.0.1:1/{tmp_path.name}")
    flow.on_start()

    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            flow.after_accept(worklist(incoming=[{"relPath": "file"}] * 500))
        wait_until(lambda: caplog.records, "it to be said")
        flow.on_stop()

    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "does not take beginnings and ends of transfers" in said[0]
    assert "SESAME" not in said[0]


def sarracenia() -> Path:
    """Return the program of sr3, in a virtual environment of its own that is made once."""
    folder = CACHE / "sr3"
    if not (folder / "bin" / "sr3").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        wanted = ["metpx-sr3==3.3.*", "amqp==5.*"]
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", *wanted], check=True)
    return folder / "bin" / "sr3"


@contextmanager
def files() -> Iterator[int]:
    """Serve a file at any path; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("broken"):
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(params=["socket", "broker"])
def taken_at(request: pytest.FixtureRequest) -> str:
    """Give the url at which a collector takes what the callback posts."""
    if request.param == "socket":
        return str(request.getfixturevalue("socket_url"))
    broker: Broker = request.getfixturevalue("rabbitmq")
    valkey: Valkey = request.getfixturevalue("valkey")
    source = AmqpConfig(
        url=broker.url,
        exchange="blinkenlights",
        keys=["transfer.#"],
        queue="blinkenlights.transfer",
        kind="transfer",
    )
    request.getfixturevalue("collect")(config(valkey.url, amqp=[source]))
    request.getfixturevalue("stored").wait_until_caught_up()
    broker.wait_for_consumer(source.queue)
    return f"{broker.url}?exchange=blinkenlights"


@pytest.mark.sr3
def test_a_real_flow(
    rabbitmq: Broker, taken_at: str, valkey: Valkey, stored: Stored, tmp_path: Path
) -> None:
    """What sr3 fetched, or gave up for now, was in flight on its node until its end."""
    program = sarracenia()
    with rabbitmq.channel() as channel:
        channel.exchange_declare(EXCHANGE, "topic", durable=True)
    folder = tmp_path / "config" / "sr3"
    (folder / "subscribe").mkdir(parents=True)
    (folder / "credentials.conf").write_text(rabbitmq.url + "\n")
    (folder / "subscribe" / "one.conf").write_text(
        f"broker {rabbitmq.url.replace(':secret', '')}\n"
        f"exchange {EXCHANGE}\ntopicPrefix v03\nsubtopic #\ninstances 1\n"
        f"directory {tmp_path}/fetched\naccept .*\nsourceFromExchange off\n"
        "callback blinkenlights.sarracenia.InFlight\n"
        f"blinkenlightsUrl {taken_at}\nblinkenlightsNode pump1\n"
    )
    environment = os.environ | {
        "HOME": str(tmp_path),
        "USER": "sr3",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(ROOT / "lib"),
    }
    log = (tmp_path / "sr3.log").open("wb")
    with files() as port, log:
        flow = subprocess.Popen(
            [str(program), "foreground", "subscribe/one"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_until(rabbitmq.connections, "sr3 to connect", 60)
            wait_until(lambda: b"binding" in Path(log.name).read_bytes(), "its queue", 60)
            posts = [
                {
                    "pubTime": "20261128T060000.0",
                    "baseUrl": f"http://127.0.0.1:{port}/",
                    "relPath": path,
                    "source": "metpx",
                    "size": 5,
                }
                for path in ("bulletins/one", "bulletins/broken")
            ]
            bodies = [json.dumps(post).encode() for post in posts]
            rabbitmq.publish(EXCHANGE, "v03.bulletins", bodies, properties=JSON)
            wait_until(lambda: stored.count("stored:transfer") == 4, "beginnings and ends", 90)
        finally:
            # It starts a process of its own, and both go together.
            os.killpg(flow.pid, signal.SIGKILL)
            flow.wait(30)

    found: Any = stored.client.zrange(keys.FLOWN, 0, -1)
    flown = [member.split("\0") for member in found]
    assert {(node, name) for node, name, _, _ in flown} == {
        ("pump1", "bulletins/one"),
        ("pump1", "bulletins/broken"),
    }
    assert in_flight(valkey) == []
    assert float(stored.client.zscore(keys.BAD + "all", "all") or 0) > 0
    assert (tmp_path / "fetched").exists()
