"""Speedos as a configuration has them: for how long it does, and at the broker that it names."""

from blinkenlights.commands.following import Following
from blinkenlights.config import Config
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.speedo.daemon import Speedos, speedo_settings
from blinkenlights.store.client import StoreClient
from blinkenlights.transferlog.queues import common_log, log_settings, names_a_log


def publishing(config: Config) -> Following:
    """Return what publishes beside a collector; nothing while no broker has a log.

    The store of the first configuration is used until the end.
    """

    def make(present: Config) -> Speedos:
        return speedos_of(present, SpeedoStore(StoreClient.of(config.store.settings())))

    return Following(config, _about_speedos, make)


def speedos_of(config: Config, store: SpeedoStore) -> Speedos:
    """Return what publishes as the configuration says, of what is counted in `store`."""
    source_exchange = log_settings(config).source_exchange
    return Speedos(speedo_settings(config), common_log(config), source_exchange, store)


def _about_speedos(config: Config) -> tuple[object, ...] | None:
    if not names_a_log(config):
        return None
    return speedo_settings(config), common_log(config), log_settings(config).source_exchange
