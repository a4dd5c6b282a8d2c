"""Results of probes on the wire; message.py has their form."""

import math

import msgspec
from msgspec.structs import replace

from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.endpoint.message import (
    LONGEST_PERIOD,
    MOST_ASKED,
    MOST_LABELS,
    MOST_REASONS,
    MOST_VALUES,
    ResultMessage,
    Times,
)
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    Invalid,
    event_time,
    optional_name,
    printable_name,
    text_for_people,
)

LEVELS = {"ok": 0, "degraded": 1, "failed": 2}
OF_WORKERS = "result."
"""How routing keys of workers' results begin; their location follows."""
SHORTEST_GRACE = 60.0
LONGEST_GRACE = 3600.0

_decode = msgspec.json.Decoder(ResultMessage).decode
_encode = msgspec.json.Encoder().encode


def parse(
    body: bytes, receipt: float | None, key: str = ""
) -> EndpointResult | EndpointRemoved | Rejected:
    """Return what one message says of an endpoint, or why it says nothing.

    Args:
        body: The message.
        receipt: When it came.
        key: Its routing key. The broker lets the workers of a location publish with `result.` and
            that location alone, so that none speaks for another one.
    """
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        message = _decode(body)
        if key.startswith(OF_WORKERS):
            _check_origin(message, key.removeprefix(OF_WORKERS))
        return fact_of(message, receipt)
    except Invalid as invalid:
        return invalid.rejected
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("no result of a probe", str(error))


def _check_origin(message: ResultMessage, location: str) -> None:
    if message.location != location:
        raise Invalid(
            "wrong location",
            f"it came with the key of location {location!a}, and speaks for {message.location!a}",
        )
    if message.result == "removed":
        raise Invalid("not a worker's word", "workers find results; who is probed is in files")


def fact_of(message: ResultMessage, receipt: float | None) -> EndpointResult | EndpointRemoved:
    """Return the fact in a message; raises Invalid."""
    endpoint = printable_name(message.endpoint, "endpoint")
    due = event_time(message.due)
    ended = event_time(message.ended, receipt if receipt is not None else due)
    if message.result == "removed":
        return EndpointRemoved(ended, endpoint)
    if message.next is None:
        raise Invalid("no next", "next says when the next probe is due; write it")
    following = event_time(message.next)
    if not due < following <= due + LONGEST_PERIOD:
        raise Invalid("bad next", "next is not between due and 36 days later")
    needed, among = message.failures
    if needed > among:
        raise Invalid("bad failures", f"{needed} of {among} cannot be")
    _bound(message)
    grace = min(max(following - due, SHORTEST_GRACE), LONGEST_GRACE)
    return EndpointResult(
        ended,
        endpoint,
        due,
        LEVELS[message.result],
        following + grace + min(message.timeout, LONGEST_GRACE),
        message.failures,
        message.recoveries,
        _encode(message).decode(),
        _figures(message),
    )


def _bound(message: ResultMessage) -> None:
    """Make texts printable and lists short."""
    message.reasons = [text_for_people(each) for each in message.reasons[:MOST_REASONS]]
    message.prober = optional_name(message.prober)
    message.worker = optional_name(message.worker)
    message.location = optional_name(message.location)
    message.planned = message.planned if message.planned <= LONGEST_PERIOD else 0.0
    message.asked = [
        replace(
            each,
            worker=optional_name(each.worker) or "a worker",
            reason=text_for_people(each.reason),
        )
        for each in message.asked[:MOST_ASKED]
    ]
    message.file = optional_name(message.file)
    message.address = optional_name(message.address)
    message.values = {
        printable_name(name, "value name"): (
            text_for_people(value) if isinstance(value, str) else value
        )
        for name, value in list(message.values.items())[:MOST_VALUES]
    }
    message.labels = {
        printable_name(name, "label name"): text_for_people(value)
        for name, value in list(message.labels.items())[:MOST_LABELS]
    }
    if message.certificate is not None:
        message.certificate = replace(
            message.certificate,
            issuer=text_for_people(message.certificate.issuer),
            problem=text_for_people(message.certificate.problem),
        )


def _figures(message: ResultMessage) -> dict[str, float]:
    figures = {"success": float(message.result != "failed")}
    for phase in Times.__struct_fields__:
        seconds = getattr(message.time, phase)
        if seconds is not None:
            figures[phase] = seconds
    if message.certificate is not None:
        figures["cert.days"] = message.certificate.days
    for name, value in message.values.items():
        if isinstance(value, int | float) and math.isfinite(value):
            figures[f"value.{name}"] = float(value)
    return figures
