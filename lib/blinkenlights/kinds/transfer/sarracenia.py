"""Transfer reports of MetPX Sarracenia, in every form from its design of 2015 to sr3.

In all of them a post, which announces a product, is sent back with the outcome added.
"""

from collections.abc import Mapping

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.transfer.fact import Transfer
from blinkenlights.kinds.transfer.sarracenia_reports import Report, read_report, transfer

LEAST_FIELDS = 7
"""What the body of a report has from 2015 to 2.24."""
POST_FIELDS = 3
"""What the body of a post has: time, and both parts of the URL."""


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
    path = _path(fields[base], " ".join(behind))
    return transfer(post, fields[0], path, Report(code, user, host, elapsed))


def from_v02(line: str, headers: Mapping[str, object]) -> Transfer:
    """Return the transfer in a `v02.log` or `v02.report`, of 2015 to 2.24. Raises Invalid.

    `<pubtime> <baseurl> <relpath> <code> <host> <user> <duration>`, and the rest in headers. Blanks
    in the path are not always escaped, so fields are counted from both ends.
    """
    fields = line.split(" ")
    if len(fields) < LEAST_FIELDS:
        raise Invalid("not a report", f"{len(fields)} fields, at least {LEAST_FIELDS} wanted")
    code, host, user, elapsed = fields[-4:]
    path = _path(fields[1], " ".join(fields[2:-4]))
    report = Report(code, user, host, elapsed, None, headers.get("message"))
    return transfer(headers, fields[0], path, report)


def from_headers(line: str, headers: Mapping[str, object]) -> Transfer:
    """Return the transfer in a post whose header `report` has the outcome. Raises Invalid.

    So does sr3 for posts in the form v02, and v2 for posts in the form v03. The latter adds four
    fields to the path in the body and cuts it at its first blank, but has it whole in a header.
    """
    fields = line.split(" ")
    path = headers.get("relPath")
    if "relPath" not in headers:
        path = _path("".join(fields[1:2]), " ".join(fields[2:]))
    report = read_report(headers["report"], headers)
    if isinstance(report.elapsed, int) and len(fields) >= LEAST_FIELDS:
        # The decimals in a header are lost in pika up to 1.4: github.com/pika/pika/issues/599
        report = report._replace(elapsed=fields[-1])
    return transfer(headers, headers.get("pubTime") or fields[0] or None, path, report)


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
    found = read_report(report, message)
    return transfer(message, message.get("pubTime"), message.get("relPath"), found, receipt)


def _path(base: str, relative: str) -> str:
    """Return the path in a body, where a relative one that is a folder takes the name from base."""
    if not relative or relative.endswith("/"):
        relative += base.rpartition("://")[2].partition("/")[2].rpartition("/")[2]
    if "%" in relative:
        relative = relative.replace("%20", " ").replace("%23", "#")
    return relative
