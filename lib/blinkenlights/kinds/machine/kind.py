"""Machines that work for a build system."""

from blinkenlights.kinds.kind import Check, Kind, Rights
from blinkenlights.kinds.machine import keys
from blinkenlights.kinds.machine.old_listener import ROUTES
from blinkenlights.kinds.machine.signal import MACHINES
from blinkenlights.kinds.machine.subject import SUBJECTS

MACHINE = Kind(
    name="machine",
    keys=keys.PREFIX,
    signals=(MACHINES,),
    subjects=SUBJECTS,
    checks=(Check("machine", "Machines"),),
    routes=ROUTES,
    group="machines",
    rights=Rights(
        collector="hexists hkeys hscan sadd smembers zadd zrange zrem zscore",
        checks="hmget smembers zcard zcount zmscore zrange zrangebyscore zscan",
    ),
)
