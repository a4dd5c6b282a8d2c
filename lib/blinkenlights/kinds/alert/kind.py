"""Rules, their alerts, and how people are told."""

from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.subject import SUBJECTS
from blinkenlights.kinds.kind import Check, Kind, Rights

ALERT = Kind(
    name="alert",
    keys=keys.PREFIX,
    subjects=SUBJECTS,
    checks=(Check("rule", "Rules"), Check("alert", "Telling of alerts")),
    group="alerts",
    rights=Rights(
        collector=None,
        checks="get hgetall hmget lrange zcard zrange zrangebylex",
        alert="del hdel hget hincrby hmget hset hvals lindex llen lpush ltrim rpush set time zadd "
        "zrange zrangebyscore zrem",
        respond="hdel hset hvals",
    ),
)
