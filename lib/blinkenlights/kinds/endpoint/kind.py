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
        # The lease of schedulers takes HMGET and TIME.
        collector="hexists hkeys hmget hscan time zadd zrange zrem zscore",
        checks="hmget zcard zmscore zrange zrangebyscore zscan",
    ),
)
