"""The configuration: one TOML file, every key of which the environment can set as well."""

from blinkenlights.config.loading import load
from blinkenlights.config.shape import (
    AmqpConfig,
    CollectorConfig,
    Config,
    HeartbeatConfig,
    LinesConfig,
    LogConfig,
    MachineConfig,
    PoolConfig,
    SpeedoConfig,
    StoreConfig,
    TransferConfig,
    WebConfig,
)

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
