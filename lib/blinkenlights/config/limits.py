"""The tables that say what is demanded of transfers and of machines."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config import words
from blinkenlights.config.keys import key
from blinkenlights.durations import seconds_in
from blinkenlights.kinds.machine.keys import OUTCOMES_KEPT


class TransferConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some clients or sources; the first that matches one holds for it."""

    client: Annotated[str, key("Which clients: a name or a glob; or else `source`.", "ddsr*")] = ""
    source: Annotated[str, key("Which sources: a name or a glob.", "metpx")] = ""
    deadline: Annotated[
        str | float,
        key(
            "A good transfer has to come at least so often: seconds, or a text such as `2h`; empty "
            "for no deadline.",
            "2h",
            words.check_duration,
        ),
    ] = ""
    min_rate: Annotated[
        float, key("The least transfers a minute; 0 for none.", 0.5, ge=0, le=1e9)
    ] = 0
    max_errors: Annotated[
        float, key("The most bad ones among them, in percent.", 5, ge=0, le=100)
    ] = 100

    def seconds(self) -> float | None:
        """Return the deadline; None where there is none."""
        return _seconds(self.deadline)


class PoolConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some worker pools; of several that match one the first holds."""

    name: Annotated[
        str,
        key(
            "Which pools: a name or a glob.",
            "releng-hardware/gecko-t-osx-*",
            words.check_pool,
        ),
    ]
    warning: Annotated[
        str | float,
        key(
            "A machine is late when it was not seen for so long: seconds, or a text such as `4h`; "
            "empty for never.",
            "4h",
            words.check_duration,
        ),
    ] = ""
    critical: Annotated[
        str | float,
        key("It is silent when it was not seen for so long.", "1d", words.check_duration),
    ] = ""
    minimum: Annotated[
        int, key("How many machines have to be alive; 0 for no matter.", 20, ge=0, le=1_000_000)
    ] = 0
    failing: Annotated[
        int,
        key(
            "So many tasks in a row that failed on one machine are too many; 0 for no matter.",
            5,
            ge=0,
            le=OUTCOMES_KEPT,
        ),
    ] = 0

    def warning_seconds(self) -> float | None:
        """Return the age at which a machine is late; None for never."""
        return _seconds(self.warning)

    def critical_seconds(self) -> float | None:
        """Return the age at which a machine is silent; None for never."""
        return _seconds(self.critical)


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
            words.check_hosts,
        ),
    ] = "{machine}.*.*.{datacenter}.*.*"


def _seconds(duration: str | float) -> float | None:
    """Return a duration in seconds; None where it is empty."""
    if isinstance(duration, str):
        return seconds_in(duration) if duration else None
    return duration
