"""The configuration: one TOML file, every key of which the environment can set as well."""

from blinkenlights.config.collecting import (
    AmqpConfig,
    CollectorConfig,
    HeartbeatConfig,
    LinesConfig,
    StoreConfig,
)
from blinkenlights.config.limits import MachineConfig, PoolConfig, TransferConfig
from blinkenlights.config.loading import load
from blinkenlights.config.page import WebConfig
from blinkenlights.config.shape import Config
from blinkenlights.config.transfer_log import LogConfig, SpeedoConfig

__all__ = [
    "AmqpConfig",
    "CollectorConfig",
    "Config",
    "HeartbeatConfig",
    "LinesConfig",
    "LogConfig",
    "MachineConfig",
    "PoolConfig",
    "SpeedoConfig",
    "StoreConfig",
    "TransferConfig",
    "WebConfig",
    "load",
]
