"""The outcome in a report of Sarracenia, whatever its form, and the transfer that it tells of."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.fields import (
    LATEST_TIME,
    Invalid,
    byte_count,
    json_type,
    number,
    optional_name,
    path_for_people,
    printable_name,
    seconds,
    text_for_people,
)
from blinkenlights.kinds.transfer.codes import is_last, read_code
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.ids import id_of_path
from blinkenlights.kinds.transfer.sarracenia_times import sarracenia_time

UNNAMED = "-"
"""The source of what does not name its source."""

_WHOLE = "1"
"""What `parts` begins with where a file is not cut into blocks."""
_NOT_A_FILE = frozenset("LRmr")
"""How the checksum of a link, a removal and a directory begins."""
_decode = msgspec.json.Decoder().decode


class Report(NamedTuple):
    """The outcome that was added to a post."""

    code: object
    user: object
    host: object
    elapsed: object
    completed: object = None
    message: object = ""
    rate: object = None


def source_name(value: object) -> str:
    """Return the name of a source, `-` where there is none. Raises Invalid."""
    return printable_name(value, "source") if value else UNNAMED


def read_report(report: object, post: Mapping[str, object]) -> Report:
    """Return the outcome in a table, a JSON text, or four words. Raises Invalid.

    Args:
        report: What stands under `report`.
        post: What it was added to, for what stands there instead.
    """
    if type(report) is str:
        # v2 writes every table as text where it converts to v02.
        if not report.startswith("{"):
            return _read_words(report)
        try:
            report = _decode(report)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Invalid("bad report", str(error)) from None
    if not isinstance(report, dict):
        raise Invalid("bad report", f"report is a JSON {json_type(report)}, wanted an object")
    get = report.get
    return Report(
        get("code", get("resultCode")),
        get("user"),
        get("host"),
        get("elapsedTime"),
        get("timeCompleted", post.get("timeCompleted")),
        get("message", post.get("message")),
        get("rate"),
    )


def said_in(headers: Mapping[str, object]) -> str:
    """Return what the header `report` says, the same whatever the order of its fields.

    Empty where it is no report: the outcome is in the body then, which tells messages apart.
    """
    try:
        report = read_report(headers["report"], headers)
    except Invalid:
        return ""
    return repr((headers.get("source"), *report))


def _read_words(report: str) -> Report:
    try:
        elapsed, code, host, user = report.split()
    except ValueError:
        raise Invalid("bad report", "report is not '<elapsed> <code> <host> <user>'") from None
    return Report(code, user, host, elapsed)


def transfer(
    post: Mapping[str, object],
    post_time: object,
    path: object,
    report: Report,
    receipt: float | None = None,
) -> Transfer:
    """Return the transfer that a report tells of. Raises Invalid.

    Args:
        post: The fields of the post.
        post_time: When the product was posted.
        path: That of the file, as it was sent.
        report: The outcome.
        receipt: When the message came, for one without any time.
    """
    get = post.get
    code = read_code(report.code)
    source = source_name(get("source"))
    if not report.user and source == UNNAMED:
        raise Invalid("no client", "the report names neither a user nor a source")
    client = printable_name(report.user, "client") if report.user else source
    size = _size(post)
    duration = seconds(report.elapsed)
    if duration is None:
        # Of how long a transfer took, sr3 says only the bytes per second.
        rate = number(report.rate)
        duration = seconds(size / rate) if size and rate and rate > 0 else None
    node, name = optional_name(report.host), path_for_people(path)
    return Transfer(
        _event(report.completed, post_time, duration, receipt),
        source,
        client,
        code,
        size,
        duration,
        name,
        text_for_people(get("flow")),
        text_for_people(report.message),
        node,
        id_of_path(path, name) if node and is_last(code) else "",
        _is_file(post),
        report.completed is None,
    )


def _event(
    completed: object, post_time: object, duration: float | None, receipt: float | None
) -> float:
    if completed is not None:
        return sarracenia_time(completed)
    if post_time is None and receipt is not None:
        return receipt
    posted = sarracenia_time(post_time)
    over = posted + (duration or 0.0)
    return over if 0 <= over < LATEST_TIME else posted


def _size(post: Mapping[str, object]) -> int:
    parts = post.get("parts")
    if type(parts) is not str:
        return byte_count(post.get("size"))
    method, _, rest = parts.partition(",")
    size, _, rest = rest.partition(",")
    if method != _WHOLE and rest.count(",") >= len(("count", "remainder")):
        count, remainder, number = map(byte_count, rest.split(",")[:3])
        if remainder and count > 1 and number == count - 1:
            return remainder
    return byte_count(size)


def _is_file(post: Mapping[str, object]) -> bool:
    checksum = post.get("sum")
    return "fileOp" not in post and (type(checksum) is not str or checksum[:1] not in _NOT_A_FILE)
