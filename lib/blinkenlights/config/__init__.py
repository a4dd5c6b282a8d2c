"""The configuration: one TOML file, every key of which the environment can set as well."""

from blinkenlights.config.collecting import AmqpConfig, CollectorConfig, LinesConfig, StoreConfig
from blinkenlights.config.loading import load
from blinkenlights.config.onward import InfluxConfig
from blinkenlights.config.page import WebConfig
from blinkenlights.config.shape import Config

__all__ = [
    "AmqpConfig",
    "CollectorConfig",
    "Config",
    "InfluxConfig",
    "LinesConfig",
    "StoreConfig",
    "WebConfig",
    "load",
]
