"""What the configuration demands of others goes into the store, where the checks find it."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.config import Config, MachineConfig, PoolConfig, TransferConfig
from blinkenlights.config.conflicts import MOST_ERRORS
from blinkenlights.errors import ConfigError
from blinkenlights.kinds.machine.inventory_file import read_inventory
from blinkenlights.store.report import Limits, PoolLimits

log = logging.getLogger("blinkenlights.collector")

PROBLEMS_SAID = 5


class Demands(NamedTuple):
    """What is demanded. None where that is a matter of other collectors, whose demands stay."""

    transfers: list[Limits] | None = None
    pools: list[PoolLimits] | None = None
    machines: list[str] | None = None
    """All that the inventory names."""


def demands_of(config: Config) -> Demands:
    """Return what is demanded; what is wrong with the inventory is said in the log."""
    return Demands(
        _limits(config.transfer) if config.transfer or _hears(config, "transfer") else None,
        _pool_limits(config.pool) if config.pool or _hears(config, "machine") else None,
        _expected(config.machine),
    )


def _hears(config: Config, kind: str) -> bool:
    return bool(config.lines) or any(each.kind == kind for each in config.amqp)


def _limits(tables: Sequence[TransferConfig]) -> list[Limits]:
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


def _pool_limits(tables: Sequence[PoolConfig]) -> list[PoolLimits]:
    return [
        PoolLimits(
            pool=table.name,
            warning=table.warning_seconds(),
            critical=table.critical_seconds(),
            minimum=table.minimum or None,
            failing=table.failing or None,
        )
        for table in tables
    ]


def _expected(config: MachineConfig) -> list[str] | None:
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
