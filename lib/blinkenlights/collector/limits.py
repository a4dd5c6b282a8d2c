"""Limits of transfers, from the configuration into the store, where the checks find them."""

from collections.abc import Sequence

from blinkenlights.config import Config, TransferConfig
from blinkenlights.config.conflicts import MOST_ERRORS
from blinkenlights.store.report import Limits


def limits_of(tables: Sequence[TransferConfig]) -> list[Limits]:
    """Return the limits in the form of the store."""
    return [
        Limits(
            client=table.client,
            source=table.source,
            deadline=table.seconds(),
            min_rate=table.min_rate or None,
            max_errors=table.max_errors if table.max_errors < MOST_ERRORS else None,
        )
        for table in tables
    ]


def concern(config: Config) -> bool:
    """Whether limits are a matter of this collector: else it keeps off those of another."""
    return bool(
        config.transfer or config.lines or any(each.kind == "transfer" for each in config.amqp)
    )
