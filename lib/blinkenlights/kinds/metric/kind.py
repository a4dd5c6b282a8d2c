"""Series of numbers."""

from blinkenlights.kinds.kind import Check, Kind, Rights
from blinkenlights.kinds.metric import keys
from blinkenlights.kinds.metric.annotations import ROUTES
from blinkenlights.kinds.metric.learnable import LEARNABLES
from blinkenlights.kinds.metric.signal import METRICS
from blinkenlights.kinds.metric.subject import SUBJECTS

METRIC = Kind(
    name="metric",
    keys=keys.PREFIX,
    signals=(METRICS,),
    subjects=SUBJECTS,
    learnables=LEARNABLES,
    routes=ROUTES,
    checks=(Check("metric", "Metrics"),),
    group="metrics",
    rights=Rights(
        collector="append exists expire hexists hkeys hmget hscan zadd zrange zrangebylex zrem "
        "zremrangebyscore zscore",
        checks="hmget zcard zmscore zrange zrangebylex zrangebyscore zscan",
    ),
)
