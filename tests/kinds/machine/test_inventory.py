"""The inventory: which machines are expected, and what is said of lines that name none."""

from pathlib import Path

import pytest

from blinkenlights.errors import ConfigError
from blinkenlights.kinds.machine.inventory_file import (
    Inventory,
    MachineConfig,
    parse_inventory,
    read_inventory,
)

HOSTS = """\
# Linux, moonshot chassis 1
t-linux64-ms-001.test.releng.mdc1.mozilla.com

t-linux64-ms-003.test.releng.mdc1.mozilla.com   # reimaged in May
  t-linux64-ms-240.test.releng.mdc2.mozilla.com
t-linux64-ms-001.test.releng.mdc1.mozilla.com
"""


def test_host_names_carry_the_datacenter() -> None:
    """Comments, blank lines and repetitions do not matter; the order of the file stays."""
    assert parse_inventory(HOSTS, MachineConfig(inventory="machines.list")) == Inventory(
        ["mdc1:t-linux64-ms-001", "mdc1:t-linux64-ms-003", "mdc2:t-linux64-ms-240"], []
    )


@pytest.mark.parametrize(
    ("hosts", "line", "machine"),
    [
        pytest.param(
            "{machine}.*.*.{datacenter}.*.*",
            "mdc1:t-mojave-r7-153",
            "mdc1:t-mojave-r7-153",
            id="name",
        ),
        pytest.param(
            "{machine}.*.{datacenter}.example.net",
            "mac-7.lab.berlin.example.net",
            "berlin:mac-7",
            id="other-place",
        ),
        pytest.param(
            "{datacenter}.{machine}", "berlin.mac-7", "berlin:mac-7", id="datacenter-first"
        ),
    ],
)
def test_what_names_a_machine(hosts: str, line: str, machine: str) -> None:
    """A name as Blinkenlights writes it always does, and a host name in the configured form."""
    config = MachineConfig(inventory="machines.list", hosts=hosts)

    assert parse_inventory(line, config) == Inventory([machine], [])


@pytest.mark.parametrize(
    "line",
    [
        "t-linux64-ms-001",
        "t-linux64-ms-001.mdc1.mozilla.com",
        "mdc1:t-linux64-ms-001.test.releng.mdc1.mozilla.com",
        "mdc1:",
        "mdc1:" + "x" * 39,
        "t-linux64-ms-001.test.releng.mdc1.mozilla.com t-linux64-ms-003",
    ],
)
def test_a_line_that_names_no_machine(line: str) -> None:
    """It is told with its number and what was expected, and costs none of the others."""
    found = parse_inventory(f"mdc1:a\n{line}\nmdc1:b\n", MachineConfig(inventory="machines.list"))

    assert found.machines == ["mdc1:a", "mdc1:b"]
    [problem] = found.problems
    assert problem.startswith("machine.inventory: machines.list, line 2: ")
    assert problem.endswith(
        "is neither like mdc1:t-linux64-ms-001 nor like {machine}.*.*.{datacenter}.*.* "
        "(machine.hosts)"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "cannot be read (No such file or directory)", id="missing"),
        pytest.param(b"\xff\xfe", "is not text in UTF-8", id="not-text"),
        pytest.param(b"# all gone\n", "names no machine", id="empty"),
    ],
)
def test_a_file_that_is_no_inventory(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    """The error names key and file."""
    path = tmp_path / "machines.list"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        read_inventory(MachineConfig(inventory=str(path)))

    assert str(caught.value) == f"machine.inventory: {path} {sentence}"


def test_no_inventory() -> None:
    """Where none is configured there is none to read."""
    assert read_inventory(MachineConfig()) is None
