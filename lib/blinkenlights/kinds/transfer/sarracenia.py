"""Transfer reports of MetPX Sarracenia, in every form from its design of 2015 to sr3.

In all of them a post, which announces a product, is sent back with the outcome added.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from blinkenlights.kinds.fields import (
    LATEST_TIME,
    Invalid,
    byte_count,
    is_short,
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
from blinkenlights.kinds.transfer.sarracenia_times import sarracenia_time

UNNAMED = "-"
"""The source of what does not name its source."""

LEAST_FIELDS = 7
"""What the body of a report has from 2015 to 2.24."""

_WHOLE = "1"
"""What `parts` begins with where a file is not cut into blocks."""
_NOT_A_FILE = frozenset("LRmr")
"""How the checksum of a link, a removal and a directory begins."""
_decode = msgspec.json.Decoder().decode


class _Report(NamedTuple):
    """The outcome that was added to a post."""

    code: object
    user: object
    host: object
    elapsed: object
    completed: object = None
    message: object = ""
    rate: object = None


def from_v01(line: str, routing_key: str) -> Transfer:
    """Return the transfer in a `v01.log.<source>.<client>...`, the design of 2015. Raises Invalid.

    `<date> blksz blkcnt remainder blknum flags [sum] baseurl relurl <flow> <status> <host>
    <client> <duration>`. One page has the flow before the URLs and another behind them, so only
    the last four fields and the one with `://` can be relied on.
    """
    fields = line.split()
    base = next((place for place, each in enumerate(fields) if "://" in each), 0)
    before, behind = fields[6:base], fields[base + 1 : -4]
    if base < len(("date", "blksz", "blkcnt", "remainder", "blknum", "flags")) or not behind:
        raise Invalid("not a report", "no URL where one should be, or too few fields around it")
    code, host, user, elapsed = fields[-4:]
    post = {
        "source": routing_key.partition("v01.log.")[2].partition(".")[0],
        "flow": behind.pop() if len(behind) > 1 else "".join(before[-1:]),
        "parts": ",".join(["p", *fields[1:5]]),
    }
    name = _path(fields[base], " ".join(behind))
    return _transfer(post, fields[0], name, _Report(code, user, host, elapsed))


def from_v02(line: str, headers: Mapping[str, object]) -> Transfer:
    """Return the transfer in a `v02.log` or `v02.report`, of 2015 to 2.24. Raises Invalid.

    `<pubtime> <baseurl> <relpath> <code> <host> <user> <duration>`, and the rest in headers. Blanks
    in the path are not always escaped, so fields are counted from both ends.
    """
    fields = line.split(" ")
    if len(fields) < LEAST_FIELDS:
        raise Invalid("not a report", f"{len(fields)} fields, at least {LEAST_FIELDS} wanted")
    code, host, user, elapsed = fields[-4:]
    name = _path(fields[1], " ".join(fields[2:-4]))
    report = _Report(code, user, host, elapsed, None, headers.get("message"))
    return _transfer(headers, fields[0], name, report)


def from_headers(line: str, headers: Mapping[str, object]) -> Transfer:
    """Return the transfer in a post whose header `report` has the outcome. Raises Invalid.

    So does sr3 for posts in the form v02, and v2 for posts in the form v03. The latter adds four
    fields to the path in the body and cuts it at its first blank, but has it whole in a header.
    """
    fields = line.split(" ")
    if "relPath" in headers:
        name = path_for_people(headers["relPath"])
    else:
        name = _path("".join(fields[1:2]), " ".join(fields[2:]))
    report = _read_report(headers["report"], headers)
    if isinstance(report.elapsed, int) and len(fields) >= LEAST_FIELDS:
        # The decimals in a header are lost in pika up to 1.4: github.com/pika/pika/issues/599
        report = report._replace(elapsed=fields[-1])
    return _transfer(headers, headers.get("pubTime") or fields[0] or None, name, report)


def from_v03(
    message: Mapping[str, object], report: object, receipt: float | None = None
) -> Transfer:
    """Return the transfer in a post in JSON with a `report`. Raises Invalid.

    Args:
        message: the post.
        report: `elapsedTime`, `resultCode`, `host`, `user` by v2 and the manual, `code`,
            `timeCompleted`, `message`, `rate` by sr3, or `<elapsed> <code> <host> <user>`.
        receipt: when the message came, for one without any time.
    """
    name = path_for_people(message.get("relPath"))
    found = _read_report(report, message)
    return _transfer(message, message.get("pubTime"), name, found, receipt)


def source_name(value: object) -> str:
    """Return the name of a source, `-` where there is none. Raises Invalid."""
    return printable_name(value, "source") if value else UNNAMED


def _read_report(report: object, post: Mapping[str, object]) -> _Report:
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
    return _Report(
        get("code", get("resultCode")),
        get("user"),
        get("host"),
        get("elapsedTime"),
        get("timeCompleted", post.get("timeCompleted")),
        get("message", post.get("message")),
        get("rate"),
    )


def _read_words(report: str) -> _Report:
    try:
        elapsed, code, host, user = report.split()
    except ValueError:
        raise Invalid("bad report", "report is not '<elapsed> <code> <host> <user>'") from None
    return _Report(code, user, host, elapsed)


def _transfer(
    post: Mapping[str, object],
    post_time: object,
    name: str,
    report: _Report,
    receipt: float | None = None,
) -> Transfer:
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
    node = optional_name(report.host)
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
        name if node and is_last(code) and is_short(name) else "",
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


def _path(base: str, relative: str) -> str:
    """Return the path in a body, where a relative one that is a folder takes the name from base."""
    if not relative or relative.endswith("/"):
        relative += base.rpartition("://")[2].partition("/")[2].rpartition("/")[2]
    if "%" in relative:
        relative = relative.replace("%20", " ").replace("%23", "#")
    return path_for_people(relative)
