"""The time that clocks on the wall show where a series is lived with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Importing it costs a check a tenth of what it may take, and of UTC no calendar is asked.
    from datetime import tzinfo


def local_seconds(moment: float, zone: "tzinfo | None") -> float:
    """Return seconds since the epoch moved by what the zone is ahead of UTC then; None is UTC."""
    if zone is None:
        return moment
    from datetime import datetime  # noqa: PLC0415 - dear, see above

    away = datetime.fromtimestamp(moment, zone).utcoffset()
    return moment + (away.total_seconds() if away else 0.0)
