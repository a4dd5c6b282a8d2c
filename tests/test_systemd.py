"""The systemd units: they run commands that exist, give them time to stop, and verify."""

import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from blinkenlights.cli import COMMANDS
from blinkenlights.commands.supervision import ALIVE_SECONDS
from blinkenlights.config import CollectorConfig
from blinkenlights.store.embedded import LOADING_SECONDS, SAVING_SECONDS
from servers.missing import program, without

UNITS = sorted((Path(__file__).parents[1] / "systemd").glob("*.service"))
MOST_AT_ONCE = 20_000
"""Probes at a time, as `at_once` of [probe] may be at most."""
PROGRAM = "/opt/blinkenlights/bin/blinkenlights"


def service(unit: Path) -> dict[str, str]:
    # Keys may repeat in a unit, and their case counts.
    parser = RawConfigParser(strict=False, delimiters=["="], comment_prefixes=["#"])
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    return dict(parser["Service"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_runs_a_command_that_exists(unit: Path) -> None:
    """ExecStart names one of our commands, the one that the unit is named after."""
    installed, command, *options = service(unit)["ExecStart"].split()

    assert installed == PROGRAM
    assert command in COMMANDS
    name = "capture" if "--capture" in options else "-".join([command, *options])
    assert unit.stem == f"blinkenlights-{name}"


def test_a_capture_may_write_where_it_is_told_to() -> None:
    """The folder is one that systemd makes, for the service and its group."""
    [unit] = [each for each in UNITS if each.stem == "blinkenlights-capture"]
    settings = service(unit)

    folder = settings["ExecStart"].split()[-1]

    assert folder == f"/var/log/{settings['LogsDirectory']}"
    assert settings["LogsDirectoryMode"] == "0750"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_has_time_to_stop(unit: Path) -> None:
    """The unit gives the collector, and the store after it, the time that they may take."""
    settings = service(unit)
    own_store = settings["ExecStart"].endswith(" up")

    seconds = float(settings["TimeoutStopSec"].removesuffix("s"))

    assert seconds > CollectorConfig().shutdown_seconds + (SAVING_SECONDS if own_store else 0)
    # Sent to all processes, SIGTERM would end the store before the last batch is in it.
    assert settings.get("KillMode") == ("mixed" if own_store else None)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_is_watched_and_bounded(unit: Path) -> None:
    """One that hangs is started again; none takes all memory or leaves an image of its own."""
    settings = service(unit)

    assert settings["Type"] == "notify"
    assert float(settings["WatchdogSec"].removesuffix("s")) > 5 * ALIVE_SECONDS
    assert settings["LimitCORE"] == "0"
    assert settings["MemoryMax"]


def test_a_store_has_time_to_load() -> None:
    """The unit with a store of its own counts as started when a report is in it."""
    [unit] = [each for each in UNITS if each.stem == "blinkenlights-up"]

    seconds = float(service(unit)["TimeoutStartSec"].removesuffix("s"))

    assert seconds > SAVING_SECONDS + LOADING_SECONDS


@pytest.mark.parametrize("name", ["alert", "collect", "probe", "speedo", "web"])
def test_it_starts_after_the_store_whatever_that_is_called(name: str) -> None:
    """Distributions have two names for Redis and two for Valkey."""
    text = (UNITS[0].parent / f"blinkenlights-{name}.service").read_text()

    [after] = [line for line in text.splitlines() if line.startswith("After=")]

    stores = {f"{store}{kind}.service" for store in ("redis", "valkey") for kind in ("", "-server")}
    assert stores <= set(after.removeprefix("After=").split())


def test_the_web_server_has_a_configuration_of_its_own() -> None:
    """It is what others talk to; the broker's password is none of its business."""
    [unit] = [each for each in UNITS if each.stem == "blinkenlights-web"]
    settings = service(unit)

    assert settings["Environment"] == "BLINKENLIGHTS_CONFIG=/etc/blinkenlights/web.toml"
    assert settings["EnvironmentFile"] == "-/etc/default/blinkenlights-web"


@pytest.mark.parametrize(
    ("name", "own"),
    [("probe", ["probe"]), ("alert", ["alert"]), ("up", ["probe", "alert"])],
)
def test_who_needs_secrets_gets_them(name: str, own: list[str]) -> None:
    """They stand in a file of their own, so that no other service has them."""
    text = (UNITS[0].parent / f"blinkenlights-{name}.service").read_text()

    files = [line for line in text.splitlines() if line.startswith("EnvironmentFile=")]

    of_all = "EnvironmentFile=-/etc/default/blinkenlights"
    assert files == [of_all, *(f"{of_all}-{each}" for each in own)]


def test_a_prober_has_a_file_for_each_probe_at_a_time() -> None:
    """It may open more than the most that the configuration allows at once."""
    [unit] = [each for each in UNITS if each.stem == "blinkenlights-probe"]

    files = int(service(unit)["LimitNOFILE"])

    assert files > 2 * MOST_AT_ONCE


def test_one_service_probes() -> None:
    """Two would ask every endpoint twice: what is in one service conflicts with its parts."""
    text = (UNITS[0].parent / "blinkenlights-up.service").read_text()

    [conflicts] = [line for line in text.splitlines() if line.startswith("Conflicts=")]

    assert conflicts == "Conflicts=blinkenlights-collect.service blinkenlights-probe.service"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_it(unit: Path, tmp_path: Path) -> None:
    """systemd-analyze, where there is one, finds no mistake and little that is left open."""
    analyze = program("systemd-analyze")
    if analyze is None:
        without("systemd-analyze")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(PROGRAM, sys.executable))

    verified = subprocess.run(
        [analyze, "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", copy],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (verified.returncode, verified.stderr) == (0, "")
    assert rated.returncode == 0, rated.stdout
