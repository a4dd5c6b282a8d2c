"""Metrics that a collector has stored go on to InfluxDB."""

import logging
import sys
from pathlib import Path

import pytest

from blinkenlights.clock import wall_clock
from blinkenlights.config import InfluxConfig
from blinkenlights.influx import sender
from collector.onward_site import Site
from collector.running import SettableClock, Stored
from servers.process import ServerProcess
from servers.series import values_in
from servers.valkey import Valkey
from servers.waiting import wait_until
from servers.written_lines import Taker


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


def test_numbers_of_heartbeats_go_on(site: Site, taker: Taker, valkey: Valkey) -> None:
    """They are series, too; a life sign without a number is no point."""
    site.start(InfluxConfig(url=taker.url, database="m"))
    now = int(wall_clock())

    site.send([{"kind": "heartbeat", "name": "www", "timestamp": now, "host": "web1", "queue": 7}])

    wait_until(lambda: bool(taker.lines), "a point", 20)
    assert taker.lines == [f"www.queue,host=web1 value=7.0 {now}000000"]
    assert Stored(valkey.client()).components() == {"www"}
