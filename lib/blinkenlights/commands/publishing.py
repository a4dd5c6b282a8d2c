"""Speedos as a configuration has them: for how long it does, and at the broker that it names."""

import asyncio

from blinkenlights.config import Config
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.speedo.daemon import Speedos, speedo_settings
from blinkenlights.store.client import StoreClient
from blinkenlights.transferlog.queues import common_log, log_settings, names_a_log


class Publishing:
    """Publishes beside a collector, in its process; nothing while no broker has a log.

    Args:
        config: Its store is used until the end, all else until `reload`.
    """

    def __init__(self, config: Config) -> None:
        self._store = config.store
        self._config = config
        self._speedos: Speedos | None = None
        self._stopping = False
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Publish until `stop`."""
        while not self._stopping:
            self._changed.clear()
            if names_a_log(self._config):
                self._speedos = self._made()
                await self._speedos.run()
                self._speedos = None
            else:
                await self._changed.wait()

    def stop(self) -> None:
        """Let `run` come to its end: what is leased is published."""
        self._stopping = True
        self._begin_anew()

    def reload(self, config: Config) -> None:
        """Follow another configuration."""
        before, self._config = self._config, config
        if _about_speedos(before) != _about_speedos(config):
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._changed.set()
        if self._speedos is not None:
            self._speedos.stop()

    def _made(self) -> Speedos:
        store = StoreClient.of(self._store.settings())
        return speedos_of(self._config, SpeedoStore(store))


def speedos_of(config: Config, store: SpeedoStore) -> Speedos:
    """Return what publishes as the configuration says, of what is counted in `store`."""
    source_exchange = log_settings(config).source_exchange
    return Speedos(speedo_settings(config), common_log(config), source_exchange, store)


def _about_speedos(config: Config) -> tuple[object, ...]:
    return (
        speedo_settings(config),
        names_a_log(config) and common_log(config),
        log_settings(config).source_exchange,
    )
