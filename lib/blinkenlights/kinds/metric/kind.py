"""Series of numbers."""

from blinkenlights.kinds.kind import Kind, Rights
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.signal import METRICS

METRIC = Kind(
    name="metric",
    keys=keys.PREFIX,
    signals=(METRICS,),
    rights=Rights(
        collector="exists expire hkeys zadd zrem zscore",
        checks="hmget zcard zcount zmscore zrange zrangebylex zrangebyscore zscan",
    ),
)
