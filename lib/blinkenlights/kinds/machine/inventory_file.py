"""The inventory: a file with the machines that are expected, and the table that names it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Struct

from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import shown
from blinkenlights.errors import ConfigError

_IDENTIFIER = r"[A-Za-z0-9_-]{1,38}"
"""What Taskcluster takes as the name of a worker and of its group."""
_NAME = re.compile(rf"(?P<datacenter>{_IDENTIFIER}):(?P<machine>{_IDENTIFIER})")
_PLACES = {
    "{machine}": f"(?P<machine>{_IDENTIFIER})",
    "{datacenter}": f"(?P<datacenter>{_IDENTIFIER})",
    "*": r"[A-Za-z0-9_-]+",
}


def _check_hosts(text: str) -> None:
    """Accept a host name whose parts may be `*`, with one place for machine and datacenter each."""
    parts = text.split(".")
    places = ("{machine}", "{datacenter}")
    if any(parts.count(place) != 1 for place in places) or not all(
        re.fullmatch(r"[A-Za-z0-9_-]+", part) for part in parts if part not in {*places, "*"}
    ):
        raise ValueError(
            f"{shown(text)} does not say where host names have both; write for example "
            "{machine}.*.{datacenter}.example.net"
        )


class MachineConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which machines there should be."""

    inventory: Annotated[
        str,
        key(
            "A file with the machines that are expected, one per line; `#` begins a comment. A "
            "machine is written as `mdc1:t-linux64-ms-001` or as the host name in `hosts`.",
            "/etc/blinkenlights/machines.list",
        ),
    ] = ""
    hosts: Annotated[
        str,
        key(
            "Where host names in the inventory have the machine and its datacenter; `*` stands for "
            "one part between dots.",
            "{machine}.*.{datacenter}.example.net",
            _check_hosts,
        ),
    ] = "{machine}.*.*.{datacenter}.*.*"


class Inventory(NamedTuple):
    """What an inventory says."""

    machines: list[str]
    """Each `datacenter:machine`, once, in the order of the file."""
    problems: list[str]
    """A sentence for each line that names no machine."""


def read_inventory(config: MachineConfig) -> Inventory | None:
    """Return what the configured inventory says; None when none is configured.

    Raises ConfigError when the file cannot be read, or names no machine at all: whoever has lost
    it half way through writing does not want to lose those who are expected as well.
    """
    if not config.inventory:
        return None
    try:
        text = Path(config.inventory).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"machine.inventory: {config.inventory} cannot be read ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"machine.inventory: {config.inventory} is not text in UTF-8") from error
    inventory = parse_inventory(text.removeprefix("\ufeff"), config)
    if not inventory.machines:
        raise ConfigError(f"machine.inventory: {config.inventory} names no machine")
    return inventory


def parse_inventory(text: str, config: MachineConfig) -> Inventory:
    """Return what `text` says, line by line."""
    host = re.compile(r"\.".join(_PLACES.get(part, part) for part in config.hosts.split(".")))
    machines: dict[str, None] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        found = _NAME.fullmatch(name) or host.fullmatch(name)
        if found:
            machines[f"{found['datacenter']}:{found['machine']}"] = None
        else:
            problems.append(
                f"machine.inventory: {config.inventory}, line {number}: {shown(name)} is neither "
                f"like mdc1:t-linux64-ms-001 nor like {config.hosts} (machine.hosts)"
            )
    return Inventory([*machines], problems)


def inventory_problems(config: MachineConfig) -> Iterable[str]:
    """Return a sentence for each line that names no machine; raises ConfigError."""
    inventory = read_inventory(config)
    return inventory.problems if inventory else ()
