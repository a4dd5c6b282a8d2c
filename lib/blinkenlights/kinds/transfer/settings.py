"""The tables of the configuration that are about transfers."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import words
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table
from blinkenlights.config_keys.words import seconds_of
from blinkenlights.kinds.transfer.log_settings import LogConfig, SpeedoConfig

DAY = 86400
MOST_ERRORS = 100
"""Percent: what stands for no demand."""


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
        float, key("The least good transfers a minute; 0 for none.", 0.5, ge=0, le=1e9)
    ] = 0
    max_errors: Annotated[
        float, key("The most bad ones among them, in percent.", 5, ge=0, le=100)
    ] = MOST_ERRORS

    def seconds(self) -> float | None:
        """Return the deadline; None where there is none."""
        return seconds_of(self.deadline)


class InFlightConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of transfers in flight, and of those that were."""

    kept: Annotated[
        str | float,
        key(
            "For how long it can be asked what was in flight: seconds, or a text such as `1h`; at "
            "most a day, and the last 100,000 transfers.",
            "2h",
            words.check_duration,
        ),
    ] = 3600

    most: Annotated[
        int,
        key(
            "Transfers in flight at a time; further beginnings are rejected, while ends count.",
            250_000,
            ge=1,
            le=100_000_000,
        ),
    ] = 100_000

    def seconds(self) -> float:
        """Return for how long, in seconds."""
        return min(float(DAY), seconds_of(self.kept) or 0.0)


def _unclear(limits: TransferConfig) -> Iterator[tuple[str, str]]:
    if bool(limits.client) == bool(limits.source):
        yield "client", 'write either client or source, for example client = "ddsr*"'
    if limits.seconds() is None and not limits.min_rate and limits.max_errors == MOST_ERRORS:
        yield "deadline", "demands nothing; write deadline, min_rate or max_errors"


TABLES = (
    Table("log", LogConfig),
    Table("speedo", SpeedoConfig),
    Table("inflight", InFlightConfig),
    Table("transfer", TransferConfig, is_repeated=True, conflicts=_unclear),
)
