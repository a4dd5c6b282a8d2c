"""A label of performance data for each series, which follows from that series alone.

So it stays what it is when other series come or go.
"""

from blinkenlights.kinds.metric.identity import identity_of
from blinkenlights.plugin.answer import label

_LONGEST = 60


def label_of(series: str) -> str:
    """Return the label of a series: `cpu.user@web1` -> `cpu_user__web1`.

    Where its parts hold more than small letters, digits and single points, or are long, others may
    look like it: then a short hash of its name follows.
    """
    name, host, tags = identity_of(series)
    parts = [name, host, *(part for pair in tags.items() for part in pair)]
    if len(series) <= _LONGEST and all(map(_is_plain, filter(None, parts))):
        return "__".join(part.replace(".", "_") for part in parts).rstrip("_")
    from zlib import crc32  # noqa: PLC0415 - most names do without

    return f"{label(series)[:_LONGEST].rstrip('_')}_{crc32(series.encode(errors='replace')):08x}"


def _is_plain(part: str) -> bool:
    return (
        part.isascii()
        and part.islower() | part.isdigit()
        and all(each.isalnum() for each in part.split("."))
    )
