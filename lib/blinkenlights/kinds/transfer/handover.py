"""What the configuration demands of transfers goes into the store, where the checks find it."""

from collections.abc import Sequence
from functools import partial

import msgspec

from blinkenlights.kinds.signal import Handover, Settings
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.settings import MOST_ERRORS, InFlightConfig, TransferConfig
from blinkenlights.store.client import StoreClient


class Limits(msgspec.Struct):
    """What is demanded of clients or sources of transfers. None where nothing is."""

    client: str
    """A glob; empty when it is about sources."""
    source: str
    deadline: float | None
    """Seconds within which a good transfer has to come."""
    min_rate: float | None
    """Good transfers a minute."""
    max_errors: float | None
    """Percent."""


def handovers(settings: Settings, is_heard: bool) -> Sequence[Handover]:
    """Return what replaces the limits in the store.

    It is nothing where none are configured and no transfers are heard: that is the matter of other
    collectors, whose limits stay.
    """
    tables = settings.tables(TransferConfig)
    if not (tables or is_heard):
        return ()
    kept = settings.table(InFlightConfig).seconds()
    return (partial(_hand_over, [_limits(table) for table in tables], kept),)


async def set_limits(store: StoreClient, limits: Sequence[Limits]) -> None:
    """Replace what is demanded of clients and sources; of several the first holds."""
    await store.ask(store.redis.set(keys.LIMITS, msgspec.json.encode(limits)))


async def _hand_over(
    limits: Sequence[Limits], kept: float, store: StoreClient, _now: float
) -> None:
    await set_limits(store, limits)
    await store.ask(store.redis.set(keys.FLOWN_KEPT, f"{kept:.0f}"))


def _limits(table: TransferConfig) -> Limits:
    return Limits(
        client=table.client,
        source=table.source,
        deadline=table.seconds(),
        min_rate=table.min_rate or None,
        max_errors=table.max_errors if table.max_errors < MOST_ERRORS else None,
    )
