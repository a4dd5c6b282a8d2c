"""Endpoints that are probed, and the probers that do it."""

from blinkenlights.kinds.endpoint import keys
from blinkenlights.kinds.endpoint.signal import ENDPOINTS, PROBERS
from blinkenlights.kinds.endpoint.subject import SUBJECTS
from blinkenlights.kinds.kind import Check, Kind, Rights

ENDPOINT = Kind(
    name="endpoint",
    keys=keys.PREFIX,
    signals=(ENDPOINTS, PROBERS),
    subjects=SUBJECTS,
    checks=(Check("endpoint", "Endpoints"), Check("probe", "Probers of endpoints")),
    group="endpoints",
    rights=Rights(
        # The lease of schedulers takes HMGET and TIME; what is posted onward LLEN, TIME, ZCARD and
        # ZRANGEBYSCORE.
        collector="hexists hkeys hmget hscan llen time zadd zcard zrange zrangebyscore zrem zscore",
        checks="hmget zcard zmscore zrange zrangebyscore zscan",
    ),
)
