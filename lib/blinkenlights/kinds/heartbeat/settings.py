"""The table of the configuration that is about heartbeats."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.table import Table
from blinkenlights.kinds.heartbeat.decode import LONGEST_INTERVAL


class HeartbeatConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for heartbeats that do not say otherwise."""

    interval: Annotated[
        int,
        key(
            "Seconds between two beats: late after 1.5 of them, silent after 2.",
            10,
            ge=1,
            le=LONGEST_INTERVAL,
        ),
    ] = 60
    longest_interval: Annotated[
        int,
        key(
            "Seconds of the longest interval that a heartbeat may give itself: one that says more "
            "is counted as `trimmed:bad interval`, and judged by `interval`.",
            90000,
            ge=1,
            le=LONGEST_INTERVAL,
        ),
    ] = LONGEST_INTERVAL


TABLES = (Table("heartbeat", HeartbeatConfig),)
