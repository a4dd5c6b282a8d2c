"""Transfers: reports of clients on what they fetched or received, in every form that is in use.

Recognised by the routing key and by fields: reports of Sarracenia, among posts that are skipped,
and JSON of our own. docs/transfers.md says which field becomes what.
"""

from collections.abc import Mapping

import msgspec

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    Invalid,
    byte_count,
    event_time,
    json_type,
    optional_name,
    path_for_people,
    printable_name,
    seconds,
    text_for_people,
)
from blinkenlights.kinds.transfer.codes import FIRST_OUTCOME, is_last, read_code
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.kinds.transfer.ids import id_of_path
from blinkenlights.kinds.transfer.sarracenia import (
    LEAST_FIELDS,
    POST_FIELDS,
    from_headers,
    from_v01,
    from_v02,
    from_v03,
)
from blinkenlights.kinds.transfer.sarracenia_reports import said_in, source_name
from blinkenlights.kinds.transfer.wis2 import wis2_post

POST = Skipped("post")
INTERIM = Skipped("interim")

_VERSIONS = frozenset(("v00", "v01", "v02", "v03"))
_REPORTS = frozenset(("v01.log", "v02.log", "v02.report", "v03.report"))
_OTHERS = {"v01.speedo": Skipped("speedo"), "v02.pulse": Skipped("pulse")}
_POST_HEADERS = frozenset(("parts", "sum"))
"""One of these has every post of version 2; a removal has no parts."""
_NO_HEADERS: Mapping[str, object] = {}
_decode = msgspec.json.Decoder().decode


def parse(
    body: bytes,
    routing_key: str = "",
    *,
    headers: Mapping[str, object] | None = None,
    receipt: float | None = None,
) -> Transfer | Started | Skipped | Rejected:
    """Return the transfer in one message, or why there is none.

    Args:
        body: the message.
        routing_key: with it posts and reports of Sarracenia are told apart.
        headers: of the AMQP message; in some forms most of the report is there.
        receipt: when the message came, taken for one without a time. None where messages may have
            waited in a queue: there, one without a time is rejected.
    """
    given = headers or _NO_HEADERS
    topic = parse_topic(routing_key)
    if topic and not _may_be_report(topic, body, given):
        return _OTHERS.get(topic, POST)
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        if body.lstrip()[:1] in (b"{", b"["):
            found = _json(body, topic, given, receipt)
        else:
            found = _text(body, routing_key, topic, given)
    except Invalid as invalid:
        return invalid.rejected
    if type(found) is not Transfer:
        return found
    if found.code < FIRST_OUTCOME:
        return INTERIM
    return found._replace(beside=said_in(given)) if given.get("report") is not None else found


def parse_topic(routing_key: str) -> str:
    """Return the first two words of a topic of Sarracenia, empty for any other routing key."""
    version, _, rest = routing_key.partition(".")
    return f"{version}.{rest.partition('.')[0]}" if version in _VERSIONS else ""


def _may_be_report(topic: str, body: bytes, headers: Mapping[str, object]) -> bool:
    """Whether a message under a topic of Sarracenia is a report, or must be decoded to know.

    All others are posts, which are many and may be large, so this is quick.
    """
    if topic in _REPORTS or headers.get("report") is not None:
        return True
    if "message" in headers:
        # v2 makes ".post." of a topic ".report.", but a file in the root folder has "v02.post".
        return body.count(b" ") >= LEAST_FIELDS - 1
    return b'"report"' in body and body.lstrip().startswith(b"{")


def _text(
    body: bytes, routing_key: str, topic: str, headers: Mapping[str, object]
) -> Transfer | Skipped:
    # Only the first line is defined; file names need not be UTF-8.
    line = body.partition(b"\n")[0].decode(errors="backslashreplace").rstrip()
    if headers.get("report") is not None:
        return from_headers(line, headers)
    if topic == "v01.log":
        return from_v01(line, routing_key)
    # Moved from queue to queue, a post keeps its headers and loses its topic.
    if not topic and line.count(" ") == POST_FIELDS - 1 and not _POST_HEADERS.isdisjoint(headers):
        return POST
    return from_v02(line, headers)


def _json(
    body: bytes, topic: str, headers: Mapping[str, object], receipt: float | None
) -> Transfer | Started | Skipped:
    try:
        message = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("not JSON", str(error)) from None
    if type(message) is not dict:
        raise Invalid("not a JSON object", f"a JSON {json_type(message)}")
    message = wis2_post(message) or message
    report = message.get("report", headers.get("report"))
    if report is not None:
        return from_v03(message, report, receipt)
    if topic or "pubTime" in message:
        return POST
    return _our_own(message, receipt)


def _our_own(message: dict[str, object], receipt: float | None) -> Transfer | Started:
    """Return the transfer, over or begun, in the JSON that docs/transfers.md defines."""
    get = message.get
    state = get("state", "finished")
    if state not in ("started", "finished"):
        raise Invalid("unknown state", f"{state!r}"[:80] + ", wanted started or finished")
    client = printable_name(get("client"), "client")
    source = source_name(get("source"))
    event = event_time(get("timestamp"), receipt)
    name = path_for_people(get("name"))
    own_id = optional_name(get("id")) or id_of_path(get("name"), name)
    if state == "started":
        if not own_id:
            raise Invalid("no id", "neither an id of up to 255 bytes nor a name to stand for it")
        return Started(event, source, client, printable_name(get("node"), "node"), own_id, name)
    code, node = read_code(get("code")), optional_name(get("node"))
    return Transfer(
        event,
        source,
        client,
        code,
        byte_count(get("bytes")),
        seconds(get("duration")),
        name,
        text_for_people(get("flow")),
        text_for_people(get("message")),
        node,
        own_id if node and is_last(code) else "",
    )
