"""Components that beat."""

from blinkenlights.kinds.heartbeat import keys
from blinkenlights.kinds.heartbeat.signal import HEARTBEATS
from blinkenlights.kinds.heartbeat.subject import SUBJECTS
from blinkenlights.kinds.kind import Check, Kind, Rights

HEARTBEAT = Kind(
    name="heartbeat",
    keys=keys.PREFIX,
    signals=(HEARTBEATS,),
    subjects=SUBJECTS,
    checks=(Check("heartbeat", "Heartbeats"),),
    rights=Rights(
        collector="exists hscan sadd smembers zadd zrange zrem zscore",
        checks="hmget smembers zcard zcount zmscore zrange zrangebyscore zscan",
    ),
)
