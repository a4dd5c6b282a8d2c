"""What a scheduler publishes."""

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from pika.spec import BasicProperties

_PLAIN = BasicProperties(content_type="application/json", delivery_mode=1)
KEPT = BasicProperties(content_type="application/json", delivery_mode=2)
"""Of what a broker keeps over its own restart."""


class Outgoing(NamedTuple):
    """A message that is to be published."""

    key: str
    body: bytes
    due: float = inf
    """Of a job: its moment, seconds since the epoch."""
    properties: BasicProperties = _PLAIN
    is_wanted: Callable[[], bool] | None = None
    """Asked before it is published; None for always."""
    is_mandatory: bool = False
    """Whether some queue has to take it; else it is published again, when the queue is made."""
