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
from blinkenlights.config import LinesConfig
from blinkenlights.kinds.transfer import keys
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


@pytest.mark.sr3
def test_a_real_flow(
    rabbitmq: Broker, socket_url: str, valkey: Valkey, stored: Stored, tmp_path: Path
) -> None:
    """What sr3 fetched was in flight on its node, from its beginning to its end, and is counted."""
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
        f"blinkenlightsUrl {socket_url}\nblinkenlightsNode pump1\n"
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
            post = {
                "pubTime": "20261128T060000.0",
                "baseUrl": f"http://127.0.0.1:{port}/",
                "relPath": "bulletins/one",
                "source": "metpx",
                "size": 5,
            }
            body = json.dumps(post).encode()
            rabbitmq.publish(EXCHANGE, "v03.bulletins", [body], properties=JSON)
            wait_until(lambda: stored.count("stored:transfer") == 2, "beginning and end", 60)
        finally:
            # It starts a process of its own, and both go together.
            os.killpg(flow.pid, signal.SIGKILL)
            flow.wait(30)

    found: Any = stored.client.zrange(keys.FLOWN, 0, -1)
    [(node, name, _, facts)] = [member.split("\0") for member in found]
    assert (node, name) == ("pump1", "bulletins/one")
    assert json.loads(facts)[2] == "bulletins/one"
    assert in_flight(valkey) == []
    assert (tmp_path / "fetched").exists()
