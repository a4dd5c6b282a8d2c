"""Speedos: how much went through to a client, or from a source, since the last one.

The line is the one of Sarracenia's design of 2015; docs/speedo.md says what each field is here.
"""

from collections.abc import Mapping

from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import BODY_BYTES, LARGEST_SIZE, Invalid, printable_name
from blinkenlights.kinds.transfer.fact import Speedo
from blinkenlights.kinds.transfer.sarracenia_times import sarracenia_time

TOPIC = "v01.speedo."
EVERYTHING = {"client.all": "clients", "sources.all": "sources"}
"""The ends of the two keys that are about everything, and how we name what they are about."""
FIELDS = 8
FIELDS_WITHOUT_BAD_BYTES = 7
LONGEST_INTERVAL = 366 * 86400.0
NOT_A_SPEEDO = Skipped("not a speedo")


def parse(
    body: bytes, routing_key: str = "", *, headers: Mapping[str, object] | None = None
) -> Speedo | Skipped | Rejected:
    """Return the speedo in one message, or why there is none.

    Args:
        body: `<datetime> <goodcount> <errorcount> <goodbytes> [<badbytes>] <bytes per interval>
            <files per interval> <interval>`; the design has a question mark at the bad bytes.
        routing_key: `v01.speedo.client.<client>` and so on; any other message is skipped, for
            speedos share their exchange with the log.
        headers: `client` or `source`, where the name does not fit into the key.
    """
    if not routing_key.startswith(TOPIC):
        return NOT_A_SPEEDO
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        scope, name = _about(routing_key, headers or {})
        return _read(scope, name, body.decode(errors="backslashreplace").split())
    except Invalid as invalid:
        return invalid.rejected


def _about(routing_key: str, headers: Mapping[str, object]) -> tuple[str, str]:
    rest = routing_key.removeprefix(TOPIC)
    if rest in EVERYTHING:
        return "all", EVERYTHING[rest]
    scope, _, name = rest.partition(".")
    if scope not in ("client", "source"):
        raise Invalid("bad key", f"{routing_key[:80]!r} is about neither a client nor a source")
    return scope, printable_name(headers.get(scope) or name, scope)


def _read(scope: str, name: str, fields: list[str]) -> Speedo:
    if len(fields) == FIELDS_WITHOUT_BAD_BYTES:
        fields = [*fields[:4], "0", *fields[4:]]
    if len(fields) != FIELDS:
        raise Invalid("not a speedo", f"{len(fields)} fields, wanted {FIELDS}")
    good, bad, good_bytes, bad_bytes = (_whole(field) for field in fields[1:5])
    size, files, interval = (_number(field) for field in fields[5:])
    if interval > LONGEST_INTERVAL:
        raise Invalid("bad number", f"an interval of {fields[7][:40]} seconds")
    return Speedo(
        sarracenia_time(fields[0]),
        scope,
        name,
        good,
        bad,
        good_bytes,
        bad_bytes,
        size,
        files,
        interval,
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_SIZE))):
        raise Invalid("bad number", f"{text[:40]!r} is not a whole number")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    # The comparison fails for nan, too.
    if not 0 <= number <= LARGEST_SIZE:
        raise Invalid("bad number", f"{text[:40]!r} is not a number of 0 or more")
    return number
