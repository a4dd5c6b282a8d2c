"""What goes on to InfluxDB as a real one has it."""

import asyncio
import base64
import logging
import urllib.request
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import InfluxConfig
from blinkenlights.kinds.line_protocol import head, text_field
from blinkenlights.store.annotations import Annotation, annotate
from blinkenlights.store.client import StoreClient
from collector.onward_site import Site
from servers.influxdb import ADMIN, PASSWORD, Database
from servers.valkey import Valkey
from servers.waiting import wait_until


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
