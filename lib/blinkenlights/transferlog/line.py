r"""One line of a captured file: what the message says in columns, then the message itself.

Twelve columns with a tab between them, so that grep, cut, awk and sort are all one needs:

    1 receipt    when we got it, UTC: 2016-03-28T13:02:41.117Z
    2 event      when it was over, by the clock of who reported it
    3 code       201 and so on; `started`; `rejected`; for what is skipped the reason, such as post
    4 source
    5 client
    6 bytes
    7 duration   seconds
    8 flow
    9 name       path of the file
    10 topic     the routing key
    11 properties, as JSON: headers, content_type and so on
    12 body

What is not known is `-`. Columns 4 to 9 are as they are shown everywhere else: what is not
printable is escaped, and a backslash is a backslash. Columns 10 to 12 are the whole message. In the
tenth and the twelfth a backslash is written \\, a tab \t, line ends \n and \r, other control
characters \x1b or \u0085, and bytes that are not UTF-8 \xff; the eleventh is JSON as it stands.
"""

from datetime import UTC, datetime

import msgspec

from blinkenlights.kinds.fact import Skipped
from blinkenlights.kinds.transfer.fact import Started, Transfer
from blinkenlights.transferlog.message import Fact, Message

_COLUMNS_BEFORE_MESSAGE = 9
_ESCAPES = {number: f"\\x{number:02x}" for number in (*range(0x20), 0x7F)}
_ESCAPES |= {number: f"\\u{number:04x}" for number in range(0x80, 0xA0)}
_ESCAPES |= {ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r", ord("\\"): "\\\\"}
_CONTROLS = {number: text for number, text in _ESCAPES.items() if number != ord("\\")}


def line(message: Message, receipt: float) -> bytes:
    """Return the line for a message that came at `receipt`, with its end."""
    columns = (
        _moment(receipt),
        *_said(message.fact()),
        _bytes(message.key) if isinstance(message.key, bytes) else _text(message.key),
        _json(message.as_builtins()),
        _bytes(message.body),
    )
    return ("\t".join(columns) + "\n").encode(errors="backslashreplace")


def identity(line: bytes) -> bytes:
    """Return the part of a line that tells one message from another: the message itself.

    It is the same however often the message is delivered.
    """
    return line.split(b"\t", _COLUMNS_BEFORE_MESSAGE)[-1].rstrip(b"\n")


def _said(fact: Fact) -> tuple[str, ...]:
    """Return columns 2 to 9; the texts of a fact are printable as they are."""
    if isinstance(fact, Transfer):
        return (
            _moment(fact.event),
            str(fact.code),
            fact.source,
            fact.client,
            str(fact.size),
            "-" if fact.duration is None else f"{fact.duration:.3f}",
            fact.flow or "-",
            fact.name or "-",
        )
    if isinstance(fact, Started):
        who = (fact.source, fact.client)
        return (_moment(fact.event), "started", *who, "-", "-", "-", fact.name or "-")
    word = fact.reason if isinstance(fact, Skipped) else "rejected"
    return ("-", word, "-", "-", "-", "-", "-", "-")


def _json(value: object) -> str:
    # A quorum queue sorts the headers of what it delivers again.
    return msgspec.json.encode(value, enc_hook=repr, order="deterministic").decode()


def _moment(time: float) -> str:
    moment = datetime.fromtimestamp(time, UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds") + "Z"


def _text(text: str) -> str:
    return text.translate(_ESCAPES)


def _bytes(raw: bytes) -> str:
    return raw.replace(b"\\", b"\\\\").decode(errors="backslashreplace").translate(_CONTROLS)
