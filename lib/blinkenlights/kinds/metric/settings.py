"""The table of the configuration that is about metrics."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table


class MetricConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of metrics."""

    flush: Annotated[
        int,
        key(
            "Seconds over which lines of statsd from a socket are counted together; each is a "
            "point then. What is not handed on yet is lost when the collector is killed.",
            5,
            ge=1,
            le=25,
        ),
    ] = 10


TABLES = (Table("metric", MetricConfig),)
