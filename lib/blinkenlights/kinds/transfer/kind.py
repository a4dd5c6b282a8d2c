"""Transfers of files, and those they go to and come from."""

from blinkenlights.kinds.kind import Check, Kind, Rights
from blinkenlights.kinds.transfer import keys
from blinkenlights.kinds.transfer.learnable import LEARNABLES
from blinkenlights.kinds.transfer.signal import SPEEDOS, TRANSFERS
from blinkenlights.kinds.transfer.subject import SUBJECTS

TRANSFER = Kind(
    name="transfer",
    keys=keys.PREFIX,
    signals=(TRANSFERS, SPEEDOS),
    subjects=SUBJECTS,
    learnables=LEARNABLES,
    checks=(
        Check("speedo", "Transfers"),
        Check("delivery", "Deliveries"),
        Check("inflight", "Transfers in flight"),
    ),
    group="transfers",
    rights=Rights(
        collector="exists expire hexists hkeys hmget hscan ttl zadd zcard zrange zrem "
        "zremrangebyrank zremrangebyscore zscore",
        checks="hmget smembers zcard zcount zmscore zrange zrangebyscore zscan",
        speedo="hdel hget hset hsetnx set zadd zcard zdiff zrangebyscore zrem",
    ),
)
