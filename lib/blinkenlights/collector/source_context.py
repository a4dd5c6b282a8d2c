"""What all sources of a collector share."""

from collections.abc import Collection
from typing import NamedTuple

from blinkenlights.clock import Clock
from blinkenlights.collector.decoding import Decoding
from blinkenlights.collector.names import NameBounds
from blinkenlights.collector.store_retries import RetryingStore
from blinkenlights.collector.tally import Tally
from blinkenlights.config import CollectorConfig


class SourceContext(NamedTuple):
    """What all sources of a collector share."""

    store: RetryingStore
    tally: Tally
    clock: Clock
    """Tells the sources of each break before it gives the time after it."""
    settings: CollectorConfig
    names: NameBounds
    decoding: Decoding
    used: Collection[str] = ()
    """Ids of sources by which something came before this collector started."""
