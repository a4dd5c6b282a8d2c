"""What the reports of other collectors, and of earlier runs, are taken for."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.collector.known_sources import furthest
from blinkenlights.config import LinesConfig
from blinkenlights.errors import ConfigError
from blinkenlights.store import layout
from blinkenlights.store.report import SourceReport
from collector.running import RunningCollector, Stored, config
from servers.reports import a_report, write_report
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]

NOW = 1_000_000.0
SOURCE = SourceReport(
    source="0123abcd",
    kind="heartbeat",
    transport="amqp",
    address="queue at broker",
    connected=True,
    watermark=NOW,
    ready=0,
)
REPORT = a_report(NOW, [SOURCE], name="test")


@pytest.mark.parametrize(
    ("beat", "watermark", "believed"),
    [
        pytest.param(NOW - 60, NOW - 61, {"0123abcd": NOW - 61}, id="past"),
        pytest.param(NOW + 1, NOW + 1, {"0123abcd": NOW}, id="clocks-a-second-apart"),
        pytest.param(NOW + 600, NOW - 5, {}, id="report-ahead"),
        pytest.param(NOW - 60, NOW + 600, {}, id="watermark-ahead"),
    ],
)
def test_a_watermark_of_a_wrong_clock_is_not_believed(
    beat: float, watermark: float, believed: dict[str, float]
) -> None:
    """Otherwise a dead collector whose clock was fast would hide what the living one missed."""
    source = msgspec.structs.replace(SOURCE, watermark=watermark)
    report = msgspec.structs.replace(REPORT, beat=beat, sources=[source])

    assert furthest([report], NOW) == believed


@pytest.mark.parametrize(("name", "warned"), [(socket.gethostname(), True), ("east", False)])
def test_a_name_that_may_change_is_warned_of(  # noqa: PLR0917 - fixtures
    name: str,
    warned: bool,
    valkey: Valkey,
    collect: Collect,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A socket's id holds the collector's name, and under another one its past is unknown."""
    caplog.set_level("INFO", "blinkenlights.collector")
    settings = config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")], name=name)

    collect(settings)
    wait_until(lambda: "listening on" in caplog.text, "it to listen")
    assert ("collector.name is not set" in caplog.text) is warned


def test_a_name_in_use_is_refused(valkey: Valkey, collect: Collect, tmp_path: Path) -> None:
    """Two of one name would overwrite each other's report, and the death of one go unnoticed."""
    write_report(valkey, msgspec.structs.replace(REPORT, beat=wall_clock() - 3))
    running = collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]))

    running.join()

    with pytest.raises(ConfigError, match="a collector named test has been at work"):
        running.stop()


def test_a_report_that_cannot_be_read_stops_nobody(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """It may be of another version."""
    stored.client.hset(layout.LIVE, "other", "not a report")

    collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]))

    stored.wait_until_caught_up()


@pytest.mark.parametrize(
    "mine",
    [
        pytest.param({"stopped": NOW}, id="stopped"),
        pytest.param({"beat": NOW - 31}, id="long-dead"),
        pytest.param({"host": socket.gethostname(), "pid": os.getpid()}, id="same-pid"),
        pytest.param({"host": socket.gethostname(), "pid": 2**22 + 1}, id="killed-just-now"),
    ],
)
def test_a_name_may_be_taken_over(
    mine: dict[str, object], valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """Whoever is dead for certain, or for long enough, does not keep its name."""
    now = wall_clock()
    moved = {
        key: each + now - NOW if isinstance(each, float) else each for key, each in mine.items()
    }
    write_report(valkey, msgspec.structs.replace(REPORT, **({"beat": now} | moved)))

    collect(config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")]))

    stored.wait_until_caught_up()


def test_a_socket_that_was_used_stays_used(
    valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path
) -> None:
    """A collector that is started again knows from its last report that something came by it."""
    listening = config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")])
    first = collect(listening)
    stored.wait_until_caught_up()
    new = only_source(stored)
    with socket.socket(socket.AF_UNIX) as sender:
        sender.connect(f"{tmp_path}/s")
        sender.sendall(b'{"name": "x"}\n')
        wait_until(lambda: not only_source(stored)["is_unused"], "the beat to be stored")
    first.stop()

    collect(listening)

    began = wall_clock()
    wait_until(lambda: only_source(stored)["watermark"] > began, "the second one to report")
    assert new["is_unused"]
    assert not only_source(stored)["is_unused"]


def only_source(stored: Stored) -> dict[str, Any]:
    [source] = json.loads(str(stored.client.hget(layout.LIVE, "test")))["sources"]
    return dict(source)


@pytest.mark.parametrize(
    ("name", "warned"),
    [(socket.gethostname(), True), (f"{socket.gethostname()}-web", True), ("set", False)],
    ids=["of-the-host", "of-the-host-for-a-web-server", "set"],
)
def test_a_name_of_the_host_is_warned_of(
    name: str, warned: bool, valkey: Valkey, collect: Collect, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the collector listens to: that of a container is another one after a restart."""
    collect(config(valkey.url, name=name))

    client = valkey.client()
    wait_until(lambda: client.hexists(layout.LIVE, name), "its first report")
    assert ("collector.name is not set" in caplog.text) is warned
