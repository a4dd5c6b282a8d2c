"""What the configuration demands of pools and machines, in the store where checks find it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from blinkenlights.config import Config, LinesConfig
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.inventory_file import MachineConfig
from blinkenlights.kinds.machine.settings import PoolConfig
from collector.running import RunningCollector, Stored, config
from servers.valkey import Valkey
from servers.waiting import wait_until

Collect = Callable[..., RunningCollector]


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    """Give an inventory of two machines."""
    path = tmp_path / "machines.list"
    path.write_text("mdc1:a\nb.test.releng.mdc1.mozilla.com\n")
    return path


@pytest.fixture
def configured(valkey: Valkey, inventory: Path, tmp_path: Path) -> Config:
    """Give a configuration with that inventory."""
    lines = [LinesConfig(listen=f"unix://{tmp_path}/s")]
    table = MachineConfig(inventory=str(inventory))
    return replace(config(valkey.url, lines=lines), of_kinds=(table,))


def expected(stored: Stored) -> set[str]:
    return {str(machine) for machine in stored.client.hkeys(keys.EXPECTED)}


def awaited(stored: Stored) -> set[str]:
    return {str(machine) for machine in stored.client.zrange(keys.AWAITED, 0, -1)}


def wait_for_expected(stored: Stored, *machines: str) -> None:
    wait_until(lambda: expected(stored) == set(machines), f"{machines} to be expected")


def test_limits_of_pools(valkey: Valkey, stored: Stored, collect: Collect, tmp_path: Path) -> None:
    """Each table is there as it is configured, in its order; SIGHUP brings others."""
    settings = config(valkey.url, lines=[LinesConfig(listen=f"unix://{tmp_path}/s")])
    macs = PoolConfig(name="releng/mac-*", warning="4h", critical=86400, minimum=2)

    running = collect(replace(settings, of_kinds=(macs, PoolConfig(name="*", failing=5))))
    wait_until(lambda: stored.client.get(keys.LIMITS), "limits")
    first = json.loads(str(stored.client.get(keys.LIMITS)))
    running.reload(settings)

    nothing = {"warning": None, "critical": None, "minimum": None, "failing": None}
    assert first == [
        {**nothing, "pool": "releng/mac-*", "warning": 14400, "critical": 86400, "minimum": 2},
        {**nothing, "pool": "*", "failing": 5},
    ]
    wait_until(lambda: stored.client.get(keys.LIMITS) == "[]", "them to be gone")


def test_an_inventory_is_expected(
    inventory: Path, configured: Config, stored: Stored, collect: Collect
) -> None:
    """Whoever is in it is awaited; whoever leaves it is not, after SIGHUP."""
    running = collect(configured)
    wait_for_expected(stored, "mdc1:a", "mdc1:b")
    first = awaited(stored)

    inventory.write_text("mdc1:b\nmdc1:c\n")
    running.reload(configured)

    wait_for_expected(stored, "mdc1:b", "mdc1:c")
    assert first == {"mdc1:a", "mdc1:b"}
    assert awaited(stored) == {"mdc1:b", "mdc1:c"}


def test_what_is_declared_by_hand_stays(
    inventory: Path, configured: Config, stored: Stored, collect: Collect
) -> None:
    """An inventory neither takes back what somebody expects nor wakes who is retired."""
    stored.client.hset(keys.EXPECTED, "mdc1:hand", "1000.000")
    stored.client.zadd(keys.RETIRED, {"mdc1:a": 1000})

    running = collect(configured)
    wait_for_expected(stored, "mdc1:hand", "mdc1:b")
    stored.client.hset(keys.EXPECTED, "mdc1:b", "1000.000")
    inventory.write_text("mdc1:c\n")
    running.reload(configured)

    wait_for_expected(stored, "mdc1:hand", "mdc1:b", "mdc1:c")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            "# nothing\n", "names no machine; those who were expected stay so", id="empty"
        ),
        pytest.param(None, "cannot be read (No such file or directory); those who", id="missing"),
    ],
)
def test_an_inventory_that_is_lost_changes_nothing(  # noqa: PLR0917 - fixtures
    content: str | None,
    sentence: str,
    inventory: Path,
    configured: Config,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says so, and everybody is expected as before."""
    running = collect(configured)
    wait_for_expected(stored, "mdc1:a", "mdc1:b")

    inventory.write_text(content) if content else inventory.unlink()
    running.reload(configured)

    wait_until(lambda: sentence in caplog.text, "the sentence")
    assert expected(stored) == {"mdc1:a", "mdc1:b"}


def test_bad_lines_are_told(
    inventory: Path,
    configured: Config,
    stored: Stored,
    collect: Collect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first few are, the others are counted, and none costs the good ones."""
    inventory.write_text("mdc1:a\n" + "rubbish\n" * 8)

    collect(configured)

    wait_for_expected(stored, "mdc1:a")
    assert caplog.text.count('"rubbish" is neither like') == 5
    assert "machine.inventory: 3 further lines: blinkenlights config check" in caplog.text


def test_a_store_that_was_emptied_is_told_again(
    configured: Config, stored: Stored, collect: Collect
) -> None:
    """An inventory outlives the store's memory of it."""
    collect(configured)
    wait_for_expected(stored, "mdc1:a", "mdc1:b")

    stored.client.flushall()

    wait_for_expected(stored, "mdc1:a", "mdc1:b")
