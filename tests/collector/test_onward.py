"""Metrics that a collector has stored go on to InfluxDB."""

import asyncio
import base64
import json
import logging
import socket
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import Config, InfluxConfig, LinesConfig
from blinkenlights.influx import sender
from blinkenlights.kinds.line_protocol import head, text_field
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.client import StoreClient
from collector.running import RunningCollector, SettableClock, Stored, config
from servers.influxdb import ADMIN, PASSWORD, Database
from servers.process import ServerProcess
from servers.series import values_in
from servers.valkey import Valkey
from servers.waiting import wait_until
from servers.written_lines import Taker

Collect = Callable[..., RunningCollector]
Send = Callable[[list[dict[str, object]]], None]


class Site:
    """A collector that sends on, and a socket that it reads."""

    def __init__(self, valkey: Valkey, folder: Path, port: int, collect: Collect) -> None:
        self.buffer = folder / "buffer"
        self._valkey = valkey
        self._place = ("127.0.0.1", port)
        self._collect = collect
        self.listen = f"tcp://127.0.0.1:{port}"
        self._source = LinesConfig(listen=self.listen, kind="metric")

    def config(self, influx: InfluxConfig) -> Config:
        """Return the configuration with another table [influx]."""
        made = config(self._valkey.url, lines=[self._source])
        buffered = msgspec.structs.replace(influx, buffer=str(self.buffer))
        return msgspec.structs.replace(made, influx=buffered)

    def start(
        self, influx: InfluxConfig, clock: Callable[[], float] = wall_clock
    ) -> RunningCollector:
        """Start a collector."""
        running = self._collect(self.config(influx), clock)
        Stored(self._valkey.client()).wait_until_caught_up()
        return running

    def send(self, events: list[dict[str, object]]) -> None:
        """Send events, and wait until they are stored."""
        counted = Stored(self._valkey.client())
        kind = events[0].get("kind", "metric")
        before = counted.count(f"stored:{kind}")
        with socket.create_connection(self._place) as connection:
            connection.sendall(b"".join(json.dumps(each).encode() + b"\n" for each in events))
        wait_until(
            lambda: counted.count(f"stored:{kind}") == before + len(events),
            "the events to be stored",
            20,
        )

    def files(self) -> list[Path]:
        """Return the files of what waits."""
        return sorted(self.buffer.glob("*/*.lines"))


@pytest.fixture
def site(
    valkey: Valkey,
    tmp_path: Path,
    free_port: Callable[[], int],
    collect: Collect,
) -> Site:
    """Give a site."""
    return Site(valkey, tmp_path, free_port(), collect)


@pytest.fixture
def of_debian(influxdb: Database, tmp_path: Path) -> InfluxConfig:
    """Give the configuration for a real InfluxDB 1, which wants a login."""
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    return InfluxConfig(
        url=influxdb.url, database=influxdb.name, username=ADMIN, password_file=str(password)
    )


def test_points_arrive_with_time_and_tags(
    site: Site, of_debian: InfluxConfig, influxdb: Database
) -> None:
    """Name, host and tags make the series; the time is the event's own; nothing is left to send."""
    site.start(of_debian)
    now = int(wall_clock() * 1000)

    site.send(
        [
            {
                "name": "www.latency",
                "value": 12.5,
                "host": "web1",
                "verb": "GET",
                "time": now - 1000,
            },
            {"name": "www.latency", "value": 13, "host": "web1", "verb": "GET", "time": now},
            {
                "name": "disk used, in %",
                "value": 1e38,
                "host": "a=b c",
                "path": "C:\\",
                "time": now,
            },
            {"name": "#odd", "value": -0.25, "time": now, "tag": 'x"y,\\z\\,', "\\": "back"},
            {"name": "nothing", "value": None, "time": now},
        ]
    )

    wait_until(lambda: len(influxdb.points("_#odd")) == 1, "the points to arrive", 20)
    assert influxdb.points("www.latency") == [
        {"time": (now - 1000) * 1000, "value": 12.5, "host": "web1", "verb": "GET"},
        {"time": now * 1000, "value": 13, "host": "web1", "verb": "GET"},
    ]
    assert influxdb.points("disk used, in %") == [
        {"time": now * 1000, "value": 1e38, "host": "a=b c", "path": "C:/"}
    ]
    assert influxdb.points("_#odd") == [
        {"time": now * 1000, "value": -0.25, "tag": 'x"y,\\z/,', "/": "back"}
    ]
    assert influxdb.points("nothing") == []
    wait_until(lambda: not site.files(), "nothing to wait", 10)


def write_line(influxdb: Database, line: str) -> None:
    """Have somebody else write a line."""
    url = f"{influxdb.url}/write?db={influxdb.name}&precision=u"
    login = base64.b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310
        url, line.encode(), {"Authorization": f"Basic {login}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert answer.status == 204


@pytest.mark.parametrize(
    "name",
    [
        "a,b",
        "a b",
        "a=b",
        'a"b',
        "a\\b",
        "a\\",
        "\\",
        "a\\,b",
        "a\\ b",
        "é→",
        "time",
        "#",
        "'",
        "a\nb",
    ],
)
def test_whatever_a_name_holds_it_is_one(influxdb: Database, name: str) -> None:
    """As a measurement, a tag, the value of a tag and of a field."""
    line = f"{head(name, {name: name})} value=1,text={text_field(name)} 1000"
    write_line(influxdb, line)

    replaced = {"a\\": "a/", "\\": "/", "a\\,b": "a/,b", "a\\ b": "a/ b", "a\nb": "a b"}
    ended = replaced.get(name, name)
    key = "time_" if name == "time" else ended
    found = influxdb.points("_#" if name == "#" else ended)
    assert found == [{"time": 1000, "value": 1, "text": name.replace("\n", " "), key: ended}]


def test_a_clock_ahead_does_not_make_a_future(
    site: Site, of_debian: InfluxConfig, influxdb: Database
) -> None:
    """The point goes where the store has it: to when it came."""
    site.start(of_debian)
    began = wall_clock()

    site.send([{"name": "ahead", "value": 1, "time": int((began + 3600) * 1000)}])

    wait_until(lambda: len(influxdb.points("ahead")) == 1, "the point to arrive", 20)
    assert began - 1 <= influxdb.points("ahead")[0]["time"] / 1e6 <= wall_clock() + 1


def test_while_influxdb_is_away_points_wait(
    site: Site, taker: Taker, caplog: pytest.LogCaptureFixture, valkey: Valkey
) -> None:
    """They outlive the collector; what was down is said once, and that it is back."""
    caplog.set_level(logging.WARNING, "blinkenlights")
    taker.answer = lambda _: (404, b'{"error":"database not found: \\"m\\""}')
    influx = InfluxConfig(url=taker.url, database="m")
    running = site.start(influx)
    for number in range(5):
        site.send([{"name": "load", "value": number}])
    wait_until(lambda: len(taker.written) > 1, "a second attempt", 20)
    running.stop()
    assert values_in(valkey) == {"load": 4.0}
    assert len(site.files()) >= 1
    said = [each.getMessage() for each in caplog.records if "InfluxDB" in each.getMessage()]
    assert len(said) == 1
    assert said[0].startswith(f"InfluxDB at {taker.url} fails: answered 404 database not found")
    assert str(site.buffer) in said[0]

    taker.written.clear()
    taker.answer = lambda _: (204, b"")
    site.start(influx)

    wait_until(lambda: len(taker.lines) >= 5, "all points to arrive", 20)
    assert [each.split()[1] for each in taker.lines] == [f"value={n}.0" for n in range(5)]
    wait_until(lambda: not site.files(), "nothing to wait", 10)


def test_an_influxdb_that_hangs_slows_nobody(site: Site, taker: Taker) -> None:
    """Events are stored while a request is unanswered, and a stop does not wait for long."""
    taker.hangs.set()
    running = site.start(InfluxConfig(url=taker.url, org="o", bucket="b"))
    site.send([{"name": "load", "value": 1}])
    wait_until(lambda: bool(taker.written), "a request", 20)
    began = wall_clock()

    for number in range(20):
        site.send([{"name": "load", "value": number}])

    assert wall_clock() - began < 10
    began = wall_clock()
    running.stop()
    assert wall_clock() - began < 8
    assert site.files()


def test_no_room_drops_the_oldest_and_says_how_many(
    site: Site, taker: Taker, caplog: pytest.LogCaptureFixture
) -> None:
    """The newest arrive when it is back; the log has the number of the others."""
    caplog.set_level(logging.WARNING, "blinkenlights")
    taker.answer = lambda _: (503, b"")
    site.start(InfluxConfig(url=taker.url, database="m", buffer_bytes=1_000_000))
    tag = "x" * 200
    for start in range(0, 8000, 1000):
        site.send(
            [
                {"name": "load", "value": n, "time": 1_795_000_000_000 + n, "tag": tag}
                for n in range(start, start + 1000)
            ]
        )
    full = [each for each in caplog.records if "it is full" in each.getMessage()]
    assert len(full) == 1

    taker.written.clear()
    taker.answer = lambda _: (204, b"")

    def dropped() -> list[int]:
        return [
            int(each.args[1])  # type: ignore[arg-type, index]
            for each in caplog.records
            if each.msg.startswith("%s: %d points were dropped")
        ]

    wait_until(lambda: not site.files() and dropped(), "all to be sent", 60)
    arrived = {float(each.split()[1].removeprefix("value=")) for each in taker.lines}
    assert len(arrived) + sum(dropped()) == 8000
    assert max(arrived) == 7999
    assert min(arrived) == sum(dropped())


def test_no_folder_is_said_and_costs_no_event(
    site: Site, taker: Taker, caplog: pytest.LogCaptureFixture, valkey: Valkey
) -> None:
    """Points that cannot be kept are not sent; all else goes on."""
    caplog.set_level(logging.WARNING, "blinkenlights")
    site.buffer.write_text("a file")

    site.start(InfluxConfig(url=taker.url, database="m"))
    site.send([{"name": "load", "value": 1}])

    assert values_in(valkey) == {"load": 1.0}
    assert [each for each in caplog.records if str(site.buffer) in each.getMessage()]
    client = valkey.client()
    wait_until(
        lambda: "1 points were dropped" in (Stored(client).report() or {}).get("onward", ""),
        "the report to say it",
        20,
    )


def test_a_reload_sends_elsewhere(site: Site, taker: Taker) -> None:
    """What comes later goes to what is configured later."""
    running = site.start(InfluxConfig())
    site.send([{"name": "load", "value": 1}])
    assert not site.buffer.exists()

    running.reload(site.config(InfluxConfig(url=taker.url, database="m")))
    wait_until(site.buffer.exists, "the buffer", 20)
    site.send([{"name": "load", "value": 2}])

    wait_until(lambda: bool(taker.lines), "a point", 20)
    assert [each.split()[:2] for each in taker.lines] == [["load", "value=2.0"]]


def test_a_long_outage_is_in_the_report(
    site: Site, taker: Taker, monkeypatch: pytest.MonkeyPatch, valkey: Valkey
) -> None:
    """What fails, since when, why, and how much waits; a short one is nobody's business."""
    monkeypatch.setattr(sender, "SAID_AFTER_SECONDS", 1.0)
    taker.answer = lambda _: (401, b'{"error":"authorization failed"}')
    site.start(InfluxConfig(url=taker.url, database="m"), SettableClock())
    site.send([{"name": "load", "value": 1}])

    def onward() -> str:
        return str((Stored(valkey.client()).report() or {}).get("onward"))

    wait_until(lambda: onward() != "", "the report to say it", 20)
    assert onward().startswith(f"InfluxDB at {taker.url} fails for ")
    assert ", limit 1s: answered 401 authorization failed; 1 point waiting" in onward()


def test_a_conflict_of_types_costs_only_its_own_points(
    site: Site, of_debian: InfluxConfig, influxdb: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A field that was a whole number stays one; all others are kept, and the log has why."""
    caplog.set_level(logging.ERROR, "blinkenlights")
    write_line(influxdb, f"taken value=1i {int(wall_clock() * 1e6)}")
    site.start(of_debian)

    site.send([{"name": name, "value": 1.5} for name in ("before", "taken", "later")])

    wait_until(lambda: len(influxdb.points("later")) == 1, "the others to arrive", 20)
    assert len(influxdb.points("before")) == 1
    assert len(influxdb.points("taken")) == 1
    (said,) = [each.getMessage() for each in caplog.records if "refuses" in each.getMessage()]
    assert "refuses 1 of 3 points, which are dropped" in said
    assert "field type conflict" in said
    wait_until(lambda: not site.files(), "nothing to wait", 10)


def test_a_killed_collector_loses_nothing_that_it_had_stored(
    site: Site, valkey: Valkey, taker: Taker, tmp_path: Path
) -> None:
    """What was stored while InfluxDB was away is sent by the next one."""
    taker.answer = lambda _: (503, b"")
    file = tmp_path / "blinkenlights.toml"
    file.write_text(
        f'[store]\nurl = "{valkey.url}"\n[collector]\nname = "test"\n'
        f'[[lines]]\nlisten = "{site.listen}"\nkind = "metric"\n'
        f'[influx]\nurl = "{taker.url}"\ndatabase = "m"\nbuffer = "{site.buffer}"\n'
    )
    process = ServerProcess(
        [sys.executable, "-m", "blinkenlights", "collect", "--config", str(file)],
        folder=tmp_path,
        is_ready=lambda: Stored(valkey.client()).source() is not None,
        start_seconds=30,
    )
    process.start()
    try:
        Stored(valkey.client()).wait_until_caught_up()
        for number in range(10):
            site.send([{"name": "load", "value": number}])
    finally:
        process.kill()
    taker.written.clear()
    taker.answer = lambda _: (204, b"")

    site.start(InfluxConfig(url=taker.url, database="m"))

    wait_until(lambda: len(taker.lines) >= 10, "all points to arrive", 20)
    assert [each.split()[1] for each in taker.lines] == [f"value={n}.0" for n in range(10)]


def annotate_in(valkey: Valkey, *texts: str) -> None:
    """Write annotations."""

    async def write() -> None:
        store = StoreClient(valkey.url)
        for number, text in enumerate(texts):
            tags = {"app": "www", "text": "a tag"}
            made = Annotation(time=1_795_000_000.5 + number, text=text, title="deploy", tags=tags)
            await annotate(store, made)
        await store.close()

    asyncio.run(write())


def test_annotations_go_on_as_grafana_reads_them(
    site: Site, of_debian: InfluxConfig, influxdb: Database, valkey: Valkey
) -> None:
    """Also those that were written before the collector was started."""
    annotate_in(valkey, 'was "1.3"')
    site.start(of_debian)
    annotate_in(valkey, 'deployed "1.4" \\o/, at last')

    wait_until(lambda: len(influxdb.points("annotations")) == 1, "an annotation to arrive", 20)
    wait_until(lambda: "last" in str(influxdb.points("annotations")), "the other one", 20)
    assert influxdb.points("annotations") == [
        {
            "time": 1_795_000_000_500_000,
            "text": 'deployed "1.4" \\o/, at last',
            "title": "deploy",
            "tags": "app=www,text=a tag",
            "app": "www",
            "text_": "a tag",
        }
    ]


def test_numbers_of_heartbeats_go_on(site: Site, taker: Taker, valkey: Valkey) -> None:
    """They are series, too; a life sign without a number is no point."""
    site.start(InfluxConfig(url=taker.url, database="m"))
    now = int(wall_clock())

    site.send([{"kind": "heartbeat", "name": "www", "timestamp": now, "host": "web1", "queue": 7}])

    wait_until(lambda: bool(taker.lines), "a point", 20)
    assert taker.lines == [f"www.queue,host=web1 value=7.0 {now}000000"]
    assert Stored(valkey.client()).components() == {"www"}


def test_a_real_influxdb_that_is_restarted_has_every_point(
    site: Site, of_debian: InfluxConfig, influxdb: Database
) -> None:
    """It was killed: what came meanwhile waits, and what came before is there."""
    site.start(of_debian)
    process, began = influxdb.server.process, int(wall_clock() * 1000)
    for number in range(30):
        if number == 10:
            process.kill()
        if number == 20:
            process.start()
        site.send([{"name": "load", "value": number, "time": began + number}])

    wait_until(lambda: len(influxdb.points("load")) == 30, "all points to arrive", 60)
    assert [each["value"] for each in influxdb.points("load")] == [*range(30)]
    wait_until(lambda: not site.files(), "nothing to wait", 10)
