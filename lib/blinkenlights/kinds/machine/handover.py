"""What the configuration demands of machines goes into the store, where the checks find it."""

import logging
from collections.abc import Sequence
from functools import partial

import msgspec

from blinkenlights.errors import ConfigError
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.inventory import InventoryKeeper
from blinkenlights.kinds.machine.inventory_file import MachineConfig, read_inventory
from blinkenlights.kinds.machine.settings import PoolConfig
from blinkenlights.kinds.signal import Handover, Settings
from blinkenlights.store.client import StoreClient

log = logging.getLogger("blinkenlights.collector")

PROBLEMS_SAID = 5


class PoolLimits(msgspec.Struct):
    """What is demanded of the machines of some worker pools. None where nothing is."""

    pool: str
    """A glob on `provisioner/worker-type`."""
    warning: float | None
    """Seconds since a sign of life after which a machine is late."""
    critical: float | None
    """Seconds since a sign of life after which a machine is silent."""
    minimum: int | None
    """How many machines of a pool have to be alive."""
    failing: int | None
    """How many tasks in a row that failed on one machine are too many."""


def handovers(settings: Settings, is_heard: bool) -> Sequence[Handover]:
    """Return what replaces limits of pools, and expects the machines of the inventory.

    What is wrong with the inventory is said in the log. Limits stay where none are configured and
    nothing is heard of machines: that is the matter of other collectors.
    """
    found: list[Handover] = []
    pools = settings.tables(PoolConfig)
    if pools or is_heard:
        found.append(partial(_hand_over_limits, [_limits(table) for table in pools]))
    machines = _expected(settings.table(MachineConfig))
    if machines is not None:
        found.append(partial(_hand_over_inventory, machines))
    return found


async def set_pool_limits(store: StoreClient, limits: Sequence[PoolLimits]) -> None:
    """Replace what is demanded of worker pools; of several that match one the first holds."""
    await store.ask(store.redis.set(keys.LIMITS, msgspec.json.encode(limits)))


async def _hand_over_limits(limits: Sequence[PoolLimits], store: StoreClient, _now: float) -> None:
    await set_pool_limits(store, limits)


async def _hand_over_inventory(machines: Sequence[str], store: StoreClient, now: float) -> None:
    await InventoryKeeper(store).replace_inventory(machines, now)


def _limits(table: PoolConfig) -> PoolLimits:
    return PoolLimits(
        pool=table.name,
        warning=table.warning_seconds(),
        critical=table.critical_seconds(),
        minimum=table.minimum or None,
        failing=table.failing or None,
    )


def _expected(config: MachineConfig) -> list[str] | None:
    """Return all machines that the inventory names; None when it is not known who is expected."""
    try:
        inventory = read_inventory(config)
    except ConfigError as error:
        log.error("%s; those who were expected stay so", error)  # noqa: TRY400 - a sentence
        return None
    if inventory is None:
        return None
    for problem in inventory.problems[:PROBLEMS_SAID]:
        log.error("%s", problem)
    left = len(inventory.problems) - PROBLEMS_SAID
    if left > 0:
        log.error("machine.inventory: %d further lines: blinkenlights config check", left)
    return inventory.machines
