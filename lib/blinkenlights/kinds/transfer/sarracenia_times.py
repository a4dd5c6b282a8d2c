"""Times as Sarracenia writes them: UTC, `YYYYMMDD[T]HHMMSS` and a fraction of any length.

What has been through ISO 8601 may end in a `Z`.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from blinkenlights.kinds.fields import Invalid, json_type

_WHOLE = re.compile(
    r"(\d{4})(\d\d)(\d\d)[Tt]?(\d\d)(\d\d)([0-5]\d|6[01])(?:e-\d{1,3})?", re.ASCII
).fullmatch
_MANGLED = re.compile(r"\d*e-\d{1,3}", re.ASCII).fullmatch
_EPOCH_YEAR = 1970


def sarracenia_time(text: object) -> float:
    """Return seconds since the epoch. Raises Invalid, also for a text without seconds.

    It may be up to 0.9 s late: clients of early 2016 wrote .019 as .19, which cannot be told.
    """
    if type(text) is not str:
        reason = "no timestamp" if text is None else "bad timestamp"
        raise Invalid(reason, f"the time is a JSON {json_type(text)}")
    given = text[:-1] if text.endswith(("Z", "z")) else text
    whole, point, fraction = given.partition(".")
    second = _second(whole)
    if fraction.isdecimal():
        return second + float(point + fraction)
    # Sarracenia formats the fraction with %.9g and cuts off what stands before the point. Below
    # 0.0001 that leaves digits without meaning: 27.0000122 s is written 27.22408295e-05.
    if not point or _MANGLED(fraction):
        return second
    raise Invalid("bad timestamp", f"{text[:40]!r} has no such fraction")


@lru_cache(maxsize=1024)
def _second(text: str) -> float:
    """A burst of reports shares its seconds, and making a datetime costs as much as the rest."""
    form = _WHOLE(text)
    if form is None:
        raise Invalid("bad timestamp", f"{text[:40]!r} is not YYYYMMDDTHHMMSS")
    year, month, day, hour, minute, second = map(int, form.groups())
    try:
        start = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError as error:
        raise Invalid("bad timestamp", f"{text[:40]!r}: {error}") from None
    if year < _EPOCH_YEAR:
        raise Invalid("bad timestamp", f"{text[:40]!r} is before {_EPOCH_YEAR}")
    return start.timestamp() + second
