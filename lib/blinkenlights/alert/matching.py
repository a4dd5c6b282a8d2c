"""Which alerts a route, a silence or a maintenance is about."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from blinkenlights.alert.record import Record
from blinkenlights.globs import matcher


def attribute(record: Record, name: str) -> str:
    """Return what an alert has under a name that rules and routes may use; empty for nothing.

    A label of the rule comes before a tag of the thing.
    """
    match name:
        case "rule" | "subject" | "thing" | "severity":
            return str(getattr(record, name))
        case "level":
            return record.track.level
    return record.labels.get(name, record.tags.get(name, ""))


def matches(record: Record, wanted: Mapping[str, str]) -> bool:
    """Return whether all that is wanted holds of an alert: name -> text or glob."""
    for name, glob in wanted.items():
        text = attribute(record, name)
        if text != glob and not _matcher(glob)(text):
            return False
    return True


# Not what came of it: there may be more things than any cache holds.
@lru_cache(maxsize=4096)
def _matcher(glob: str) -> Callable[[str], bool]:
    return matcher([glob])
