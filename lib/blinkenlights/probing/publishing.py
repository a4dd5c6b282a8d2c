"""Good results as JSON metrics, for whoever else wants them. Nothing of it is on a probe's way."""

import msgspec

from blinkenlights.config import ProbeConfig
from blinkenlights.emitting.emitter import Emitter, Target
from blinkenlights.kinds.endpoint.message import ResultMessage
from blinkenlights.kinds.endpoint.numbers import NAME, TOTAL

KEY = "metric.probe"
"""The routing key of what is published."""

_encode = msgspec.json.Encoder().encode


def metric_of(result: ResultMessage) -> bytes:
    """Return a result as a metric, in the form that numbat has and every collector here takes."""
    return _encode(
        {
            "kind": "metric",
            "name": f"{NAME}.{TOTAL}",
            "value": result.time.total,
            "time": round(1000 * (result.ended or result.due)),
            "unit": "s",
            "endpoint": result.endpoint,
            "result": result.result,
        }
    )


def emitter(config: ProbeConfig) -> Emitter:
    """Return what sends metrics to where the configuration says."""
    target = Target(config.publish, config.publish_exchange, KEY, config.publish_password_file)
    return Emitter(target, "blinkenlights probe")
