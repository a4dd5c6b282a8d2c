"""The configuration: one TOML file, every key of which the environment can set as well."""

from blinkenlights.config.alerting import AlertConfig
from blinkenlights.config.collecting import CollectorConfig, StoreConfig
from blinkenlights.config.loading import load
from blinkenlights.config.onward import InfluxConfig
from blinkenlights.config.page import WebConfig
from blinkenlights.config.probing import ProbeConfig
from blinkenlights.config.shape import Config
from blinkenlights.config.sources import AmqpConfig, LinesConfig
from blinkenlights.config.working import WorkersConfig

__all__ = [
    "AlertConfig",
    "AmqpConfig",
    "CollectorConfig",
    "Config",
    "InfluxConfig",
    "LinesConfig",
    "ProbeConfig",
    "StoreConfig",
    "WebConfig",
    "WorkersConfig",
    "load",
]
