"""What a store has of series of metrics."""

from blinkenlights.kinds.metric import keys
from servers.valkey import Valkey


def series_in(valkey: Valkey) -> dict[str, keys.Facts]:
    """Return what is known of each series."""
    found = valkey.client(decode_responses=False).hgetall(keys.FACTS)
    return {
        name.decode(): keys.parse_facts(packed)
        for name, packed in found.items()
        if isinstance(name, bytes) and isinstance(packed, bytes)
    }


def values_in(valkey: Valkey) -> dict[str, float]:
    """Return the newest value of each series."""
    return {name: facts.value for name, facts in series_in(valkey).items()}
