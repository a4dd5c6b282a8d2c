"""What all kinds of signals check in the same way: names, times, and text for people."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from blinkenlights.invisible import distinct, is_all_seen, is_seen
from blinkenlights.iso_times import iso_time
from blinkenlights.kinds.fact import Rejected
from blinkenlights.masking import masked, without_passwords

BODY_BYTES = 65536
NAME_BYTES = 255
TEXT_BYTES = 512
LATEST_TIME = 253402300800.0
"""The first second of the year 10000, the end of what `datetime` can show."""
LONGEST_DURATION = 31 * 86400
LARGEST_SIZE = 2**50
"""Bytes. What claims to be larger is a mistake, and would spoil every sum it gets into."""


class Invalid(Exception):  # noqa: N818 - becomes a Rejected, never reaches a user
    """A field that cannot be what it should be; `rejected` says which and why."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.rejected = Rejected(reason, detail)


def printable_name(text: object, key: str) -> str:
    """Return a name of 1 to 255 printable bytes; raises Invalid naming `key`.

    Names that nobody could tell apart are one: it is composed (NFC), and blanks around it and
    characters that nobody sees are left out. A password in it is masked, for names are shown.
    """
    # Nearly all names are of this sort, and there are thousands a second: to call what is asked
    # here in two places would cost a twentieth of all decoding.
    if type(text) is str and text.isascii() and text.isprintable() and "@" not in text:  # noqa: SIM102
        if text and len(text) <= NAME_BYTES and text.strip() == text:
            return text
    name = without_passwords(distinct(text)) if type(text) is str else ""
    if not name or name.isspace():
        what = f"{key} is a JSON {json_type(text)}"
        raise Invalid(f"no {key}", f"{what}, wanted a string that is not blank")
    if not name.isprintable():
        raise Invalid(f"{key} not printable", "it holds control or invisible characters")
    if not is_short(name):
        raise Invalid(f"{key} too long", f"{len(name)} characters, at most {NAME_BYTES} bytes")
    return name


def optional_name(value: object) -> str:
    """Return a name as `printable_name` has it, empty when it is none."""
    if type(value) is str and value.isascii() and value.isprintable() and "@" not in value:  # noqa: SIM102
        if len(value) <= NAME_BYTES and value.strip() == value:
            return value
    name = without_passwords(distinct(value)) if type(value) is str else ""
    return name if name.isprintable() and is_short(name) else ""


def is_short(text: str) -> bool:
    """Whether a text, free of surrogates, has no more bytes than a name may have."""
    return len(text) <= NAME_BYTES and (text.isascii() or len(text.encode()) <= NAME_BYTES)


def path_for_people(value: object) -> str:
    """Return a path or a URL as one printable line of at most 512 bytes, empty when it is none.

    What is not printable is escaped, a password in a URL is masked, and a text that was cut ends in
    an ellipsis.
    """
    if type(value) is str and value.isprintable() and ":" not in value and _is_seen_whole(value):
        return value
    return _shortened(whole_path(value))


def whole_path(value: object) -> str:
    """Return what `path_for_people` shortens: the whole path, whatever its length."""
    return without_passwords(_printable(value))


def text_for_people(value: object) -> str:
    """Return a text in the same way, with all secrets masked."""
    text = _printable(value)
    return text if text.isalnum() and _is_seen_whole(text) else _shortened(masked(text))


def _is_seen_whole(text: str) -> bool:
    return text.isascii() and len(text) <= TEXT_BYTES


def _printable(value: object) -> str:
    if type(value) is not str:
        return ""
    if is_all_seen(value):
        return value
    return "".join(each if is_seen(each) else _escaped(each) for each in value)


def _shortened(text: str) -> str:
    if len(text) * 4 > TEXT_BYTES and len(text.encode()) > TEXT_BYTES:
        text = text.encode()[: TEXT_BYTES - 3].decode(errors="ignore") + "…"
    return text


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def event_time(timestamp: object, receipt: float | None = None) -> float:
    """Return seconds since the epoch; `receipt` when there is no timestamp. Raises Invalid.

    Forms: [Y, M, D, h, m, s], a number of seconds, ISO 8601 text; UTC unless the text says.
    """
    try:
        if isinstance(timestamp, list):
            event = _from_list(timestamp)
        elif isinstance(timestamp, str):
            event = iso_time(timestamp)
        elif isinstance(timestamp, float | int) and not isinstance(timestamp, bool):
            event = float(timestamp)
        elif timestamp is None and receipt is not None:
            event = receipt
        else:
            reason = "no timestamp" if timestamp is None else "bad timestamp"
            raise Invalid(
                reason,
                f"timestamp is a JSON {json_type(timestamp)}, wanted seconds since 1970 in UTC",
            )
    except (ValueError, TypeError, OverflowError) as error:
        raise Invalid("bad timestamp", str(error)) from None
    if not 0 <= event < LATEST_TIME:
        raise Invalid("bad timestamp", f"{timestamp!r}"[:80] + " is not between 1970 and 9999")
    return event


def _from_list(timestamp: list[Any]) -> float:
    try:
        year, month, day, hour, minute, second = timestamp
    except ValueError:
        parts = "year, month, day, hour, minute, second"
        raise ValueError(f"a list of {len(timestamp)}, wanted [{parts}]") from None
    start = _minute(year, month, day, hour, minute)
    # Up to 61, as struct_time has it: datetime refuses a leap second.
    if not 0 <= second < 62:  # noqa: PLR2004
        raise ValueError(f"second {second!r}"[:80] + " is not between 0 and 61")
    return start + float(second)


@lru_cache(maxsize=1024, typed=True)
def _minute(year: int, month: int, day: int, hour: int, minute: int) -> float:
    """A thousand heartbeats share a minute, and a datetime costs as much as decoding one."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


def number(value: object) -> int | float | None:
    """Return a number, None for anything else."""
    if type(value) is int or type(value) is float:
        return value
    # In headers pika has a kind of int of its own, for what is long on the wire.
    return int(value) if isinstance(value, int) and type(value) is not bool else None


def byte_count(value: object) -> int:
    """Return a number of bytes given as a number or a text of digits, 0 when it is not credible."""
    size = number(value)
    if type(value) is str and value.isdecimal() and len(value) <= len(str(LARGEST_SIZE)):
        size = int(value)
    return size if type(size) is int and 0 <= size <= LARGEST_SIZE else 0


def seconds(value: object) -> float | None:
    """Return a duration given as a number or a text, None when it is not credible.

    A negative one is returned as it is: it says by how much two clocks differ.
    """
    duration = number(value)
    if type(value) is str:
        try:
            duration = float(value)
        except ValueError:
            return None
    # The comparison fails for nan, too.
    if duration is not None and abs(duration) <= LONGEST_DURATION:
        return float(duration)
    return None


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
