"""Lamps that are on or off."""

from blinkenlights.kinds.lamp import keys
from blinkenlights.kinds.lamp.signal import LAMPS
from blinkenlights.kinds.lamp.subject import LAMP as LAMP_SUBJECT

from blinkenlights.kinds.kind import Check, Kind, Rights

LAMP = Kind(
    name="lamp",
    keys=keys.PREFIX,
    signals=(LAMPS,),
    subjects=(LAMP_SUBJECT,),
    checks=(Check("lamp", "Lamps"),),
    group="lamps",
    rights=Rights(collector="zadd zrem zscore", checks="zrange zscan"),
)
