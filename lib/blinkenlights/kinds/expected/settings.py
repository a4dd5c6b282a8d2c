"""The table of the configuration that is about what is usual."""

from collections.abc import Iterator
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from blinkenlights.config_keys.key import everything, key
from blinkenlights.config_keys.table import Table
from blinkenlights.config_keys.words import check_duration, seconds_of, shown
from blinkenlights.expected.constants import HOUR
from blinkenlights.kinds.expected.exclusions import read_exclusion

MINUTE = 60


def _check_zone(text: str) -> None:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"{shown(text)} is no time zone; write for example Europe/Berlin"
        ) from None


def _check_exclusion(text: str) -> None:
    read_exclusion(text, ZoneInfo("UTC"))


class ExpectedConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of what it is learned how much is usual at this hour. The same in all collectors."""

    clients: Annotated[
        list[str],
        key("Clients of which it is learned: names or globs; none for no client.", ["ddsr*"]),
    ] = field(default_factory=everything)
    sources: Annotated[list[str], key("Sources, in the same way.", ["metpx"])] = field(
        default_factory=everything
    )
    metrics: Annotated[
        list[str],
        key(
            "Metrics, in the same way: names, or whole series as `name@host{tag=value}`.",
            ["www.requests", "*.latency"],
        ),
    ] = []
    interval: Annotated[
        str | float,
        key(
            "How much time one lesson is about: whole minutes, of which an hour has a whole "
            "number.",
            "1m",
            check_duration,
        ),
    ] = "5m"
    zone: Annotated[
        str,
        key(
            "Where days and weeks are lived. Eight in the morning stays eight when summer time "
            "begins.",
            "Europe/Berlin",
            _check_zone,
        ),
    ] = "UTC"
    exclude: Annotated[
        list[str],
        key(
            "Times that neither teach nor alarm: a day, a span, or a cron schedule and for how "
            "long.",
            ["2026-12-25", "2026-12-24T12:00/2026-12-27", "0 2 * * sun for 2h"],
            _check_exclusion,
        ),
    ] = []
    most: Annotated[
        int,
        key(
            "Series of each sort that are learned at most; each takes 2 KB. Who came first has "
            "the room.",
            50_000,
            ge=1,
            le=1_000_000,
        ),
    ] = 20_000

    def globs(self, sort: str) -> list[str]:
        """Return which series of a sort are learned."""
        return {"client": self.clients, "source": self.sources, "metric": self.metrics}[sort]

    @property
    def seconds(self) -> int:
        """The interval in seconds."""
        return int(seconds_of(self.interval) or 0)


def _unclear(table: ExpectedConfig) -> Iterator[tuple[str, str]]:
    seconds = seconds_of(table.interval) or 0
    if not MINUTE <= seconds <= HOUR or seconds % MINUTE or HOUR % seconds:
        yield (
            "interval",
            f"{shown(table.interval)} does not divide an hour into whole minutes; write 5m",
        )


TABLES = (Table("expected", ExpectedConfig, conflicts=_unclear),)
